package form

import (
	"fmt"

	"github.com/weftgraph/weft/graph/mapping"
)

// Inputs are the forms of what a mapping is given.
type Inputs struct {
	// Input is `$` at the top.
	Input Form
	// Variable is the form of a variable, by its name without the dollar sign.
	Variable func(name string) Form
}

// Problem is a step that never gives anything: a method that cannot be called as it is, or a property of what has none.
type Problem struct {
	// Offset and End enclose the name of the method or property in the mapping's text.
	Offset, End int
	Message     string
}

// Read returns the form of what a mapping gives, and the methods that are misused whatever the input. Before v0.3 nothing is said of
// methods.
func Read(m *mapping.Mapping, in Inputs) (Form, []Problem) {
	r := &reader{scanner: scanner{text: m.Text()}, mode: m.Mode(), in: in, dollar: in.Input, at: in.Input}
	f, ok := r.mapping()
	if !ok {
		return Of(Unknown), nil // not a text that package mapping accepts
	}
	return f, r.problems
}

// reader evaluates a mapping while it reads it.
type reader struct {
	scanner

	mode mapping.Mode
	in   Inputs
	// dollar and at are the forms of `$` and `@` where the reader is.
	dollar, at Form
	locals     *local
	problems   []Problem
}

// local is what ->as binds, innermost first.
type local struct {
	name  string
	form  Form
	outer *local
}

func (r *reader) isAtEnd() bool { return r.peek() == 0 && r.pos >= len(r.text) }

// mapping reads the whole text: one anonymous path, from v0.4 on any expression, or a list of fields (Connectors specification
// 6.2, rules 3, 4 and 8).
func (r *reader) mapping() (Form, bool) {
	whole := r.path
	if r.mode == mapping.V04 {
		whole = r.expr
	}
	if p, ok := whole(); ok && r.isAtEnd() && !p.isKey {
		return p.form, true
	}
	r.pos, r.problems, r.locals = 0, nil, nil
	if r.in.Input.Kinds&List == 0 {
		f, ok := r.entries()
		return f, ok && r.isAtEnd()
	}
	f, ok := r.entriesOf(r.in.Input)
	return f, ok && r.isAtEnd()
}

// piece is a part of a mapping that has a value.
type piece struct {
	form Form
	// key is the output key of a single-key path.
	key   string
	isKey bool
	// isGrouped tells that a group ends it.
	isGrouped bool
}

// entries reads fields up to a closing brace or the end.
func (r *reader) entries() (Form, bool) {
	o := newObject()
	for r.peek() != '}' && !r.isAtEnd() {
		isSpread := r.take("...")
		key, isAlias, ok := "", false, true
		if !isSpread {
			key, isAlias, ok = r.alias()
		}
		var p piece
		switch {
		case !ok:
		case isAlias && r.mode != mapping.V04 && r.peek() == '{':
			p.form, ok = r.group(r.dollar)
		case isSpread || isAlias && r.mode == mapping.V04:
			p, ok = r.expr()
		default:
			p, ok = r.path()
		}
		if !ok {
			return Form{}, false
		}
		r.take(",")
		switch {
		case isAlias:
			o.set(key, p.form)
		case p.isKey && !isSpread:
			o.set(p.key, p.form)
		case !isSpread && !p.isGrouped:
			return p.form, true // stands for its value, and is alone
		default:
			o.merge(p.form)
		}
	}
	return o.form(), true
}

// alias reads `key:` if it comes next.
func (r *reader) alias() (key string, found, ok bool) {
	from := r.pos
	if c := r.peek(); !isLetter(c) && !isQuote(c) {
		return "", false, true
	}
	key, ok = r.key()
	if !ok || !r.take(":") {
		r.pos = from
		return "", false, ok
	}
	return key, true, true
}

// group reads a group that is applied to a value.
func (r *reader) group(to Form) (Form, bool) {
	if !r.take("{") {
		return Form{}, false
	}
	f, ok := r.entriesOf(to)
	return f, ok && r.take("}")
}

// entriesOf reads fields that are made of a value, or of each element of a list.
func (r *reader) entriesOf(to Form) (Form, bool) {
	dollar, at := r.dollar, r.at
	isList := to.Kinds&List != 0
	inner := to
	if isList {
		inner = to.without(List).Or(innermost(to))
	}
	r.dollar, r.at = inner, inner
	f, ok := r.entries()
	r.dollar, r.at = dollar, at
	switch {
	case !ok:
		return Form{}, false
	case to.Kinds&Unknown != 0:
		return Of(Unknown), true // nobody knows whether it is a list
	case isList && to.Kinds&Object != 0:
		return f.Or(ListOf(f)), true
	case isList:
		f = ListOf(f)
	}
	if to.Kinds&(Null|None) != 0 {
		f = f.Optional()
	}
	return f, true
}

// innermost is the form of the elements of lists in lists.
func innermost(f Form) Form {
	for f.Kinds&List != 0 {
		f = f.Elem()
	}
	return f
}

// expr reads operands joined by `??` or `?!`.
func (r *reader) expr() (piece, bool) {
	p, ok := r.primary()
	for ok && (r.take("??") || r.take("?!")) {
		var next piece
		next, ok = r.primary()
		p = piece{form: p.form.without(Null | None).Or(next.form)}
	}
	return p, ok
}

func (r *reader) primary() (piece, bool) {
	f, found, ok := r.literal()
	if !ok || !found {
		if !ok {
			return piece{}, false
		}
		return r.path()
	}
	return r.steps(piece{form: f})
}

// literal reads a literal if one comes next.
func (r *reader) literal() (f Form, found, ok bool) {
	from := r.pos
	switch c := r.peek(); {
	case isQuote(c):
		text, ok := r.quoted()
		return Form{Kinds: String, literal: &text}, true, ok
	case isDigit(c) || c == '-' || c == '.' && isDigit(r.byteAt(r.pos+1)):
		return Of(r.number()), true, true
	case c == '{':
		f, ok := r.object()
		return f, true, ok
	case c == '[':
		r.pos++
		items, ok := r.exprsUntil("]")
		f := ListOf(Form{})
		for _, item := range items {
			*f.elem = f.elem.Or(item)
		}
		f.items = items
		return f, true, ok
	}
	switch r.name() {
	case "true", "false":
		return Of(Bool), true, true
	case "null":
		return Of(Null), true, true
	}
	r.pos = from
	return Form{}, false, true
}

// object reads an object literal, which leaves `$` alone.
func (r *reader) object() (Form, bool) {
	if !r.take("{") {
		return Form{}, false
	}
	if r.mode == mapping.V04 {
		f, ok := r.entries()
		return f, ok && r.take("}")
	}
	o := newObject()
	for !r.take("}") {
		key, ok := r.key()
		if !ok || !r.take(":") {
			return Form{}, false
		}
		v, ok := r.expr()
		if !ok {
			return Form{}, false
		}
		o.set(key, v.form)
		if !r.take(",") && r.peek() != '}' {
			return Form{}, false
		}
	}
	return o.form(), true
}

func (r *reader) exprsUntil(closing string) ([]Form, bool) {
	var list []Form
	for !r.take(closing) {
		p, ok := r.expr()
		if !ok {
			return nil, false
		}
		list = append(list, p.form)
		if !r.take(",") && r.peek() != closing[0] {
			return nil, false
		}
	}
	return list, true
}

// path reads a start and what follows it.
func (r *reader) path() (piece, bool) {
	switch c := r.peek(); {
	case c == '@':
		r.pos++
		return r.steps(piece{form: r.at})
	case c == '$' && r.byteAt(r.pos+1) == '(':
		r.pos += 2
		p, ok := r.expr()
		if !ok || !r.take(")") {
			return piece{}, false
		}
		return r.steps(piece{form: p.form})
	case c == '$':
		r.pos++
		return r.steps(piece{form: r.variable(r.name())})
	}
	key, ok := r.key()
	if !ok {
		return piece{}, false
	}
	return r.steps(piece{form: r.dollar.key(key), key: key, isKey: true})
}

// variable is the form of `$name`, and of `$` for the empty name.
func (r *reader) variable(name string) Form {
	if name == "" {
		return r.dollar
	}
	for l := r.locals; l != nil; l = l.outer {
		if l.name == name {
			return l.form
		}
	}
	return r.in.Variable(name)
}

// steps reads the steps and the group behind a start.
func (r *reader) steps(p piece) (piece, bool) {
	locals := r.locals
	defer func() { r.locals = locals }()
	for {
		c, next := r.peek(), r.byteAt(r.pos+1)
		switch {
		case c == '.' && next != '.':
			r.pos++
			f, ok := r.property(p.form)
			if !ok {
				return p, false
			}
			p = piece{form: f}
		case c == '-' && next == '>':
			r.pos += 2
			f, ok := r.method(p.form)
			if !ok {
				return p, false
			}
			p = piece{form: f}
		case c == '?' && next != '?' && next != '!':
			r.pos++
			if p.form.Kinds&Null != 0 {
				p.form = p.form.without(Null).Or(Of(None))
			}
		case c == '{':
			f, ok := r.group(p.form)
			p.form, p.isGrouped = f, true
			return p, ok
		default:
			return p, true
		}
	}
}

// property reads a key and returns the form of the property. Those of arguments and parents that do not exist are reported with the
// types that lack them, in every version.
func (r *reader) property(of Form) (Form, bool) {
	r.peek()
	at := r.pos
	name, ok := r.key()
	if !ok || !of.hasNoProperties() {
		return of.key(name), ok
	}
	what := of.Describe()
	if of.Kinds&List != 0 {
		what = "an element of the list, " + innermost(of).Describe() + ","
	}
	return r.problemf(at, r.text[at:r.pos], "%s has no property %q", what, name), true
}

// problemf notes that the method whose name stands at an offset is misused.
func (r *reader) problemf(at int, name, format string, args ...any) Form {
	if r.mode != mapping.V02 {
		r.problems = append(r.problems, Problem{Offset: at, End: at + len(name), Message: fmt.Sprintf(format, args...)})
	}
	return Of(Unknown)
}
