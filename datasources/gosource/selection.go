package gosource

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/table"
)

// selections are what a shape wants of a value of the named type.
func (b *binding) selections(want *table.Shape, named string) *selection {
	w := selectionWriter{schema: b.schema, shape: want, keys: want.Keys}
	s := &selection{}
	w.level(s, 0, b.schema.Types[named])
	return s
}

// selectionWriter turns the levels of a shape into selection sets.
type selectionWriter struct {
	schema *ast.Schema
	shape  *table.Shape
	// keys are the members of the first level that stand for the keys of a batch. Rows are matched by their places, so that nobody
	// needs them.
	keys []int
}

// level adds what the rows of a level want of objects of a type.
func (w selectionWriter) level(to *selection, level int, on *ast.Definition) {
	for w.shape.Levels[level].Kind == table.List {
		level = w.shape.Levels[level].Members[0].Child
	}
	l := &w.shape.Levels[level]
	if l.Kind == table.Leaf || on == nil {
		return
	}
	if !l.Abstract {
		w.members(to, level, 1, on)
		to.orTypename()
		return
	}
	to.add(typenameField)
	for i, name := range l.Types {
		// Other documents may know further types, which this code does not give.
		if concrete := w.schema.Types[name]; concrete != nil && slices.Contains(w.schema.GetPossibleTypes(on), concrete) {
			fragment := &selection{}
			w.members(fragment, level, i+1, concrete)
			if len(fragment.children) > 0 {
				to.add("... on " + name).children = fragment.children
			}
		}
	}
}

// members adds the members that rows with a tag have.
func (w selectionWriter) members(to *selection, level, tag int, on *ast.Definition) {
	for i := range w.shape.Levels[level].Members {
		m := &w.shape.Levels[level].Members[i]
		isKey := m.By || level == 0 && slices.Contains(w.keys, i)
		if exists := len(m.Tags) == 0 || tag <= len(m.Tags) && m.Tags[tag-1]; exists && !isKey {
			w.member(to, m, on)
		}
	}
}

// member adds the fields on the way to a member, and what is wanted below it. A field that the type does not have stays out, and its
// cells stay missing.
func (w selectionWriter) member(to *selection, m *table.Member, on *ast.Definition) {
	for _, name := range m.Path {
		if name == typenameField {
			to.add(name)
			return
		}
		field := on.Fields.ForName(name)
		if field == nil {
			return
		}
		to = to.add(name)
		if on = w.schema.Types[field.Type.Name()]; on == nil {
			return
		}
	}
	switch {
	case m.Child != 0:
		w.level(to, m.Child, on)
	case on.IsCompositeType():
		to.orTypename() // whether there is an object
	}
}

// selection is a field or a fragment, as it is written, with what is selected below it.
type selection struct {
	text     string
	children []*selection
}

// add returns the child with a text, which is made when there is none.
func (s *selection) add(text string) *selection {
	for _, c := range s.children {
		if c.text == text {
			return c
		}
	}
	c := &selection{text: text}
	s.children = append(s.children, c)
	return c
}

// orTypename selects the type's name where nothing else is, since a selection set cannot be empty.
func (s *selection) orTypename() *selection {
	if len(s.children) == 0 {
		s.add(typenameField)
	}
	return s
}

// appendTo writes the selection set, if there is one.
func (s *selection) appendTo(b *strings.Builder) {
	if len(s.children) == 0 {
		return
	}
	b.WriteString(" {")
	for _, c := range s.children {
		b.WriteString(" " + c.text)
		c.appendTo(b)
	}
	b.WriteString(" }")
}
