// Package personal knows which elements of a graph hold personal data: those that are tagged, with @tag(name: "pii") for example. What they hold is
// not for logs.
package personal

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// DefaultTag is the name of the tag where none is configured.
const DefaultTag = "pii"

// Redacted stands for a value that is not shown.
const Redacted = "[redacted]"

// Marks are the marked elements of one graph. It is immutable; nil is that of a graph without any, and its methods may be called on it.
type Marks struct {
	graph *sdl.Graph
	// types, values of enums ("Type.VALUE"), fields ("Type.field", of input types, too) and arguments ("Type.field.argument") are those with the
	// tag; what is said of an interface holds for its types, and what is said of one of them when it is asked through the interface.
	types, values, fields, arguments map[string]bool
	// holds are the types in which there is something marked, however deep.
	holds map[string]bool
	// connectors are those that read or give something marked.
	connectors map[sdl.ConnectorID]bool
}

// Find finds what has one of the tags; without any it is DefaultTag. It returns nil if there is nothing.
func Find(g *sdl.Graph, tags []string) *Marks {
	if len(tags) == 0 {
		tags = []string{DefaultTag}
	}
	m := &Marks{
		graph: g, types: map[string]bool{}, values: map[string]bool{}, fields: map[string]bool{}, arguments: map[string]bool{},
		holds: map[string]bool{}, connectors: map[sdl.ConnectorID]bool{},
	}
	for i := range g.Types[1:] {
		m.mark(&g.Types[1+i], tags)
	}
	if len(m.types)+len(m.values)+len(m.fields)+len(m.arguments) == 0 {
		return nil
	}
	for i := range g.Types[1:] {
		m.holds[g.Types[1+i].Name] = m.find(&g.Types[1+i], map[sdl.TypeID]bool{})
	}
	for i := range g.Connectors[1:] {
		c := &g.Connectors[1+i]
		m.connectors[c.ID] = m.touches(c)
	}
	return m
}

// mark notes what is tagged of a type.
func (m *Marks) mark(t *sdl.Type, tags []string) {
	if has(t.Directives, tags) {
		m.types[t.Name] = true
	}
	for _, v := range t.Values {
		if slices.ContainsFunc(v.Tags, func(tag string) bool { return slices.Contains(tags, tag) }) {
			m.values[t.Name+"."+v.Name] = true
		}
	}
	for _, id := range t.Fields {
		f := m.graph.Field(id)
		for _, on := range m.related(t) {
			if has(f.Directives, tags) {
				m.fields[on+"."+f.Name] = true
			}
			for _, a := range f.Args {
				if slices.ContainsFunc(a.Tags, func(tag string) bool { return slices.Contains(tags, tag) }) {
					m.arguments[on+"."+f.Name+"."+a.Name] = true
				}
			}
		}
	}
}

// related are the types through which a field of a type may be asked.
func (m *Marks) related(t *sdl.Type) []string {
	names := []string{t.Name}
	for _, ids := range [][]sdl.TypeID{t.Implements, t.Possible} {
		for _, id := range ids {
			names = append(names, m.graph.Type(id).Name)
		}
	}
	return names
}

func has(applied []sdl.Applied, tags []string) bool {
	return slices.ContainsFunc(applied, func(a sdl.Applied) bool {
		if a.Name != "tag" {
			return false
		}
		name := a.Directive.Arguments.ForName("name")
		return name != nil && slices.Contains(tags, name.Value.Raw)
	})
}

// find tells whether there is something marked in a type.
func (m *Marks) find(t *sdl.Type, seen map[sdl.TypeID]bool) bool {
	if m.types[t.Name] || slices.ContainsFunc(t.Values, func(v sdl.EnumValue) bool { return m.values[t.Name+"."+v.Name] }) {
		return true
	}
	if seen[t.ID] {
		return false
	}
	seen[t.ID] = true
	return slices.ContainsFunc(t.Fields, func(id sdl.FieldID) bool {
		f := m.graph.Field(id)
		return m.fields[t.Name+"."+f.Name] || f.Named != 0 && m.find(m.graph.Type(f.Named), seen)
	})
}

// touches tells whether a connector reads or gives something marked. Its back end may say anything of that in its texts, also what the selection
// does not read.
func (m *Marks) touches(c *sdl.Connector) bool {
	on := m.graph.Type(c.On)
	if m.hasMarked(on) && (c.Field == 0 || reads(&c.Uses)) {
		return true
	}
	if c.Field == 0 {
		return false
	}
	f := m.graph.Field(c.Field)
	if m.fields[on.Name+"."+f.Name] || f.Named != 0 && m.hasMarked(m.graph.Type(f.Named)) {
		return true
	}
	return m.Arguments(c.Field)
}

// Arguments tells whether there is something marked in the arguments of a field.
func (m *Marks) Arguments(id sdl.FieldID) bool {
	if m == nil {
		return false
	}
	f := m.graph.Field(id)
	coordinate := m.graph.Type(f.Parent).Name + "." + f.Name
	return slices.ContainsFunc(f.Args, func(a sdl.Arg) bool {
		return m.arguments[coordinate+"."+a.Name] || a.Named != 0 && m.holds[m.graph.Type(a.Named).Name]
	})
}

// reads tells whether mappings read the parent.
func reads(uses *[mapping.NumVars]*mapping.Paths) bool {
	return uses[mapping.This] != nil || uses[mapping.Batch] != nil
}

// hasMarked tells whether a type, or one of its fields, is marked, or the type of one of them.
func (m *Marks) hasMarked(t *sdl.Type) bool { return m.holds[t.Name] }

// Connector tells whether a connector handles something marked.
func (m *Marks) Connector(id sdl.ConnectorID) bool { return m != nil && m.connectors[id] }

// Argument tells whether an argument, given as "Type.field.argument", is marked, or its type.
func (m *Marks) Argument(coordinate string, t *ast.Type) bool {
	return m != nil && (m.arguments[coordinate] || m.types[t.Name()])
}

// Holds tells whether there is something marked in a type.
func (m *Marks) Holds(typeName string) bool { return m != nil && m.holds[typeName] }

// InputField tells whether the field of an input type is marked.
func (m *Marks) InputField(typeName, field string) bool {
	return m != nil && m.fields[typeName+"."+field]
}

// Redact returns a value of an input type without what is marked in it.
func (m *Marks) Redact(v value.Value, t *ast.Type) value.Value {
	name := t.Name()
	if !m.Holds(name) || v.IsNull() || v.IsMissing() {
		return v
	}
	if m.types[name] {
		return value.String(Redacted)
	}
	switch v.Kind() {
	case value.KindArray:
		items := make([]value.Value, 0, v.Len())
		for _, item := range v.Elems() {
			items = append(items, m.Redact(item, t))
		}
		return value.Array(items)
	case value.KindObject:
		return m.redactObject(v, name)
	default:
		if m.values[name+"."+v.Text()] {
			return value.String(Redacted)
		}
		return v
	}
}

func (m *Marks) redactObject(v value.Value, name string) value.Value {
	on := m.graph.TypeByName(name)
	fields := make([]value.Field, 0, v.Len())
	for _, f := range v.Fields() {
		id := m.graph.FieldByName(on, f.Name)
		switch {
		case id == 0 || m.fields[name+"."+f.Name] && !f.Value.IsNull():
			f.Value = value.String(Redacted)
		default:
			f.Value = m.Redact(f.Value, m.graph.Field(id).Type)
		}
		fields = append(fields, f)
	}
	return value.DistinctObject(fields)
}
