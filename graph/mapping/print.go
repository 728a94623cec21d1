package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// String prints the mapping in one canonical way: one line, no comments, names
// quoted only where they have to be. Parsing the result in the same mode gives
// an equal mapping.
func (m *Mapping) String() string {
	p := printer{mode: m.mode}
	switch {
	case m.root != nil:
		p.expr(m.root)
	case m.needsBraces():
		p.group(m.group)
	default:
		p.entries(m.group, " ")
	}
	return p.b.String()
}

// needsBraces recognises lists that would be read as a literal at v0.4 if they
// stood alone, such as the field "x-id".
func (m *Mapping) needsBraces() bool {
	if m.mode != V04 || len(m.group.entries) != 1 || m.group.entries[0].kind != entryKey {
		return false
	}
	name := m.group.entries[0].key
	p, ok := m.group.entries[0].value.(*path)
	return !isIdentifier(name) || name == "true" || name == "false" || name == "null" || ok && p.start.key.quoted
}

type printer struct {
	b    strings.Builder
	mode Mode
}

func (p *printer) text(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

func (p *printer) group(g *group) {
	if len(g.entries) == 0 {
		p.text("{}")
		return
	}
	p.text("{ ")
	p.entries(g, " ")
	p.text(" }")
}

func (p *printer) entries(g *group, separator string) {
	for i := range g.entries {
		if i > 0 {
			p.text(separator)
		}
		e := &g.entries[i]
		switch e.kind {
		case entryAlias:
			p.text(keyText(e.key), ": ")
		case entrySpread:
			p.text("...")
		}
		p.expr(e.value)
	}
}

func (p *printer) expr(e expr) {
	switch e := e.(type) {
	case *constant:
		p.constant(e.value)
	case *list:
		p.text("[")
		p.exprs(e.elems)
		p.text("]")
	case *object:
		if len(e.group.entries) == 0 {
			p.text("{}")
			return
		}
		p.text("{ ")
		p.entries(e.group, ", ")
		p.text(" }")
	case *chain:
		operator := " ?! "
		if e.nullish {
			operator = " ?? "
		}
		for i, operand := range e.operands {
			if i > 0 {
				p.text(operator)
			}
			p.expr(operand)
		}
	case *path:
		p.path(e)
	}
}

func (p *printer) exprs(list []expr) {
	for i, e := range list {
		if i > 0 {
			p.text(", ")
		}
		p.expr(e)
	}
}

func (p *printer) constant(v value.Value) {
	if v.Kind() == value.KindString {
		p.text(quote(v.Text()))
		return
	}
	p.text(v.String())
}

func (p *printer) path(at *path) {
	p.start(at)
	for i := range at.steps {
		s := &at.steps[i]
		switch s.kind {
		case stepKey:
			p.text(".")
			p.key(s.name, s.key)
		case stepOptional:
			p.text("?")
		case stepMethod:
			p.text("->", s.name)
			if s.hasArgs {
				p.text("(")
				p.exprs(s.args)
				p.text(")")
			}
		}
	}
	if at.group == nil {
		return
	}
	if at.start.kind != startHere {
		p.text(" ")
	}
	p.group(at.group)
}

func (p *printer) start(at *path) {
	s := &at.start
	switch s.kind {
	case startKey:
		p.key(s.name, s.key)
	case startDollar:
		p.text("$")
	case startAt:
		p.text("@")
	case startVar, startLocal, startUnknown:
		p.text("$", s.name)
	case startParens:
		p.text("$(")
		p.expr(s.expr)
		p.text(")")
	case startLiteral:
		p.expr(s.expr)
		// `5.x` would begin with the number `5.`.
		if c, ok := s.expr.(*constant); ok && c.value.Kind() == value.KindInt && len(at.steps) > 0 {
			p.text(" ")
		}
	}
}

// key keeps the quotes that are not needed, because problems show them.
func (p *printer) key(name string, form keyForm) {
	if form.quoted {
		p.text(quote(name))
		return
	}
	p.text(keyText(name))
}

// keyText spells a name, in quotes unless it is an identifier.
func keyText(name string) string {
	if isIdentifier(name) {
		return name
	}
	return quote(name)
}

// dotted spells a key as problems do, which quote it as JSON does if its author
// quoted it.
func dotted(name string, form keyForm) string {
	if form.quoted || !isIdentifier(name) {
		return "." + string(value.AppendString(nil, name))
	}
	return "." + name
}

// quote spells a string literal.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b.WriteString(`\n`)
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
