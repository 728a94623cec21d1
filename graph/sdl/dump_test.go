package sdl

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/weftgraph/weft/graph/mapping"
)

// dump writes parts of a graph compactly, for the corpus.
func dump(out *bytes.Buffer, g *Graph, show []string) {
	if slices.Contains(show, "types") {
		for _, t := range g.Types {
			if t.ID != 0 && !t.BuiltIn {
				dumpType(out, g, t)
			}
		}
	}
	if slices.Contains(show, "connectors") {
		for _, s := range g.Sources[1:] {
			fmt.Fprintf(out, "source %s kind=%d implied=%t env=%s\n", s.Settings.Name, s.Settings.Kind, s.Implied, s.Settings.Env.AppendJSON(nil))
		}
		for i := range g.Connectors {
			if i > 0 {
				dumpConnector(out, g, &g.Connectors[i])
			}
		}
	}
	if slices.Contains(show, "client") {
		formatter.NewFormatter(out, formatter.WithIndent("  ")).FormatSchema(withoutBuiltIns(g.Schema))
	}
}

func withoutBuiltIns(s *ast.Schema) *ast.Schema {
	kept := *s
	kept.Types = map[string]*ast.Definition{}
	for name, t := range s.Types {
		if !t.BuiltIn && !strings.HasPrefix(name, "__") {
			kept.Types[name] = t
		}
	}
	return &kept
}

func dumpType(out *bytes.Buffer, g *Graph, t Type) {
	fmt.Fprintf(out, "%s %s%s", keywordOf(t.Kind), t.Name, marks(t.Inaccessible, "hidden", t.OneOf, "oneOf"))
	for _, i := range t.Implements {
		fmt.Fprintf(out, " &%s", g.Type(i).Name)
	}
	if t.Kind != ast.Object && len(t.Possible) > 0 {
		out.WriteString(" =")
		for _, p := range t.Possible {
			fmt.Fprintf(out, " %s", g.Type(p).Name)
		}
	}
	for _, k := range t.Keys {
		fmt.Fprintf(out, " key(%s: %s%s)", k.Document.Name, selectionText(k.Fields), marks(!k.Resolvable, "unresolvable"))
	}
	for _, v := range t.Values {
		fmt.Fprintf(out, " %s%s", v.Name, marks(v.Inaccessible, "hidden"))
	}
	dumpApplied(out, t.Directives)
	dumpAccess(out, t.Access)
	out.WriteByte('\n')
	for _, id := range t.Fields {
		dumpField(out, g, g.Field(id))
	}
}

func dumpField(out *bytes.Buffer, g *Graph, f *Field) {
	fmt.Fprintf(out, "  %s", f.Name)
	for i, a := range f.Args {
		fmt.Fprintf(out, "%s%s: %s", map[bool]string{true: "(", false: ", "}[i == 0], a.Name, a.Type)
		if a.Default != nil {
			fmt.Fprintf(out, " = %s", a.Default)
		}
		out.WriteString(marks(a.Inaccessible, "hidden"))
	}
	if len(f.Args) > 0 {
		out.WriteByte(')')
	}
	fmt.Fprintf(out, ": %s", f.Type)
	if f.Default != nil {
		fmt.Fprintf(out, " = %s", f.Default)
	}
	out.WriteString(marks(f.Inaccessible, "hidden"))
	if f.ListSize > 0 {
		fmt.Fprintf(out, " listSize=%d", f.ListSize)
	}
	dumpApplied(out, f.Directives)
	dumpAccess(out, f.Access)
	for _, o := range f.In {
		fmt.Fprintf(out, " [%s%s", o.Document.Name, marks(o.External, "external", o.Shareable, "shareable"))
		for _, set := range []struct {
			name   string
			fields []Selection
		}{{"requires", o.Requires}, {"provides", o.Provides}} {
			if len(set.fields) > 0 {
				fmt.Fprintf(out, " %s(%s)", set.name, selectionText(set.fields))
			}
		}
		if o.Override != "" {
			fmt.Fprintf(out, " override(%s)", o.Override)
		}
		out.WriteByte(']')
	}
	out.WriteByte('\n')
	if g.Type(f.Named).Name != f.Type.Name() || g.FieldByName(f.Parent, f.Name) != f.ID {
		fmt.Fprintf(out, "    the ids are wrong: %d %d\n", f.Named, f.ID)
	}
}

func dumpConnector(out *bytes.Buffer, g *Graph, c *Connector) {
	fmt.Fprintf(out, "connector %s%s %s via %s%s", c.Call.Coordinate, marks(c.Label != "", "id="+c.Label), c.Request,
		g.Sources[c.Source].Settings.Name, marks(c.Entity, "entity", c.Call.Batch, fmt.Sprintf("batch(%d)", c.MaxSize), c.Call.By != nil, "by"))
	fmt.Fprintf(out, " on %s", g.Type(c.On).Name)
	if c.Field != 0 {
		fmt.Fprintf(out, ".%s", g.Field(c.Field).Name)
	}
	out.WriteByte('\n')
	for v := range mapping.NumVars {
		if c.Uses[v].Used {
			fmt.Fprintf(out, "  %s { %s }\n", v.Name(), pathsText(c.Uses[v]))
		}
	}
	fmt.Fprintf(out, "  gives { %s }\n", outputText(c.Outputs))
	if h := c.Call.HTTP; h != nil {
		for _, header := range h.Headers {
			fmt.Fprintf(out, "  header %s from=%q value=%t\n", header.Name, header.From, header.Value != nil)
		}
	}
}

func dumpApplied(out *bytes.Buffer, list []Applied) {
	for _, a := range list {
		fmt.Fprintf(out, " @%s", a.Name)
	}
}

// marks writes the names whose condition is true.
func marks(pairs ...any) string {
	var text strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == true {
			fmt.Fprintf(&text, " <%s>", pairs[i+1])
		}
	}
	return text.String()
}

func selectionText(set []Selection) string {
	var parts []string
	for _, s := range set {
		text := s.Name
		if len(s.Sub) > 0 {
			text += " { " + selectionText(s.Sub) + " }"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

func pathsText(p *mapping.Paths) string {
	var parts []string
	for _, c := range p.Children {
		text := c.Name
		if len(c.Paths.Children) > 0 {
			text += " { " + pathsText(c.Paths) + " }"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

func outputText(o *mapping.Output) string {
	var parts []string
	for _, f := range o.Fields {
		text := f.Name
		if f.Output.Object {
			text += " { " + outputText(f.Output) + " }"
		}
		parts = append(parts, text)
	}
	for _, arm := range o.Arms {
		parts = append(parts, "on "+arm.Typename+" { "+outputText(arm.Output)+" }")
	}
	return strings.Join(parts, " ")
}

// dumpAccess writes what restricts access: members of an alternative with "+", alternatives with "|".
func dumpAccess(out *bytes.Buffer, list []Access) {
	for _, a := range list {
		fmt.Fprintf(out, " {%s: %s", a.Document.Name, a.Kind)
		for i, all := range a.AnyOf {
			out.WriteString(map[bool]string{true: " ", false: " | "}[i == 0])
			for j, t := range all {
				out.WriteString(map[bool]string{true: "", false: " + "}[j == 0] + t.String())
			}
		}
		out.WriteByte('}')
	}
}
