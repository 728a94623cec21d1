package resolvers_test

import (
	"fmt"
	"strings"
)

// sdlPrinter writes a model as the SDL document that Weft loads.
type sdlPrinter struct {
	strings.Builder
	model *modelGraph
}

func (g *modelGraph) sdl() string {
	p := sdlPrinter{model: g}
	url := "https://weftgraph.dev/connect/v0.1"
	if g.public {
		url = "https://specs.apollo.dev/connect/v0.4"
	}
	imports := ""
	if g.isRestricted {
		imports = `, "@authenticated", "@requiresScopes", "@policy"`
	}
	p.linef("extend schema")
	p.linef("  @link(url: %q, import: [\"@source\", \"@connect\"])", url)
	p.linef("  @link(url: \"https://specs.apollo.dev/federation/v2.12\", import: [\"@inaccessible\"%s])", imports)
	p.linef("  @source(name: \"back\", http: { baseURL: \"http://back.test\" })")
	p.linef("scalar JSON")
	p.linef("enum Color { RED GREEN BLUE }")
	p.objectType(g.query)
	if g.mutation != nil {
		p.objectType(g.mutation)
	}
	for _, t := range g.types {
		switch {
		case t.isUnion:
			names := make([]string, len(t.members))
			for i, m := range t.members {
				names[i] = m.name
			}
			p.linef("union %s = %s", t.name, strings.Join(names, " | "))
		default:
			p.objectType(t)
		}
	}
	return p.String()
}

func (p *sdlPrinter) linef(format string, args ...any) {
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *sdlPrinter) objectType(t *modelType) {
	keyword := "type"
	if t.isAbstract() {
		keyword = "interface"
	}
	fmt.Fprintf(p, "%s %s", keyword, t.name)
	for _, i := range t.implements {
		fmt.Fprintf(p, " implements %s", i.name)
	}
	p.WriteString(t.access.text())
	p.WriteByte('\n')
	for _, s := range t.entities {
		if s.field == nil {
			p.connect(s)
		}
	}
	p.linef("{")
	for _, f := range t.fields {
		p.field(f)
	}
	p.linef("}")
}

func (p *sdlPrinter) field(f *modelField) {
	p.WriteString("  " + f.name)
	if len(f.args) > 0 {
		args := make([]string, len(f.args))
		for i, a := range f.args {
			args[i] = a.name + ": " + a.typ
			if a.literal != "" {
				args[i] += " = " + a.literal
			}
		}
		p.WriteString("(" + strings.Join(args, ", ") + ")")
	}
	p.WriteString(": " + f.typ.String())
	if f.isHidden {
		p.WriteString(" @inaccessible")
	}
	p.WriteString(f.access.text())
	p.WriteByte('\n')
	for _, s := range f.own {
		p.connect(s)
	}
}

func (p *sdlPrinter) connect(s *modelSupplier) {
	if s.form == echoed {
		text := "$this.id"
		if s.gives != nil {
			text = "id: $this.id"
		}
		p.linef("    @connect(selection: %q)", text)
		return
	}
	p.linef("    @connect(source: \"back\", http: { %s },", s.requestText())
	if s.isBatch() {
		batch := ""
		if s.max > 0 {
			batch = fmt.Sprintf("maxSize: %d", s.max)
		}
		if s.form == fieldBatch {
			by := make([]string, len(s.by))
			for i, f := range s.by {
				by[i] = s.needs[i] + ": " + f.name
			}
			batch += fmt.Sprintf(" by: %q", strings.Join(by, " "))
		}
		if batch != "" {
			p.linef("      batch: { %s },", batch)
		}
	}
	if s.form == explicitEntity {
		p.linef("      entity: true,")
	}
	p.linef("      selection: \"\"\"\n      %s\n      \"\"\")", s.selectionText())
}

// requestText is the http argument. Keys are called k0, k1, …, arguments keep their names.
func (s *modelSupplier) requestText() string {
	type input struct{ name, text string }
	var inputs []input
	if !s.isBatch() {
		variable := "$this."
		if s.form == explicitEntity {
			variable = "$args."
		}
		for i, k := range s.needs {
			inputs = append(inputs, input{fmt.Sprintf("k%d", i), variable + k})
		}
	}
	if s.field != nil && s.form != explicitEntity {
		for _, a := range s.field.args {
			inputs = append(inputs, input{a.name, "$args." + a.name})
		}
	}
	path, query := fmt.Sprintf("/e%d", s.id), ""
	var pairs []string
	for i, in := range inputs {
		switch {
		case s.style == inPath && i < len(s.needs) && !s.isBatch():
			path += "/{" + in.text + "}"
		case s.style == inPath || s.style == inTemplate:
			query += fmt.Sprintf("&%s={%s}", in.name, in.text)
		default:
			pairs = append(pairs, in.name+": "+in.text)
		}
	}
	if s.isBatch() {
		if s.join {
			pairs = append(pairs, fmt.Sprintf("keys: $batch.%s->joinNotNull(',')", s.needs[0]))
		} else {
			columns := make([]string, len(s.needs))
			for i, k := range s.needs {
				columns[i] = fmt.Sprintf("k%d: %s", i, k)
			}
			pairs = append(pairs, "keys: $batch { "+strings.Join(columns, " ")+" }")
		}
	}
	if query != "" {
		path += "?" + query[1:]
	}
	method, extra := "GET", ""
	if s.style == inBody {
		method = "POST"
	}
	if len(pairs) > 0 {
		extra = "queryParams"
		if s.style == inBody {
			extra = "body"
		}
		extra = fmt.Sprintf(", %s: %q", extra, strings.Join(pairs, " "))
	}
	return fmt.Sprintf("%s: %q%s", method, path, extra)
}

// selectionText is the mapping of the reply.
func (s *modelSupplier) selectionText() string {
	at := strings.Join(append([]string{"$"}, s.wrap...), ".")
	switch {
	case s.gives == nil:
		return at
	case len(s.wrap) == 0:
		return s.gives.text()
	default:
		return at + " { " + s.gives.text() + " }"
	}
}

func (s *modelShape) text() string {
	var out []string
	spreads := map[string][]string{}
	var hops []string
	for i := range s.given {
		g := &s.given[i]
		if !g.spread {
			out = append(out, g.text(g.wire))
			continue
		}
		if spreads[g.wire[0]] == nil {
			hops = append(hops, g.wire[0])
		}
		spreads[g.wire[0]] = append(spreads[g.wire[0]], g.text(g.wire[1:]))
	}
	for _, hop := range hops {
		out = append(out, "$."+hop+" { "+strings.Join(spreads[hop], " ")+" }")
	}
	if len(s.arms) > 0 {
		arms := make([]string, 0, len(s.arms)+1)
		for _, a := range s.arms {
			arms = append(arms, fmt.Sprintf("['%s', { __typename: '%s' %s }]", a.kind, a.shape.on.name, a.shape.text()))
		}
		if s.orNull {
			arms = append(arms, "[@, null]")
		}
		out = append(out, "... "+s.disc+"->match("+strings.Join(arms, ", ")+")")
	}
	return strings.Join(out, " ")
}

func (g *modelGiven) text(wire []string) string {
	from := strings.Join(wire, ".")
	switch {
	case g.below != nil:
		return g.field.name + ": " + from + " { " + g.below.text() + " }"
	case g.echo:
		return g.field.name + ": " + from + "->echo(@)"
	case from == g.field.name:
		return from
	case len(wire) == 1:
		return g.field.name + ": $." + from
	default:
		return g.field.name + ": " + from
	}
}
