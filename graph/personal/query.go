package personal

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Variable tells whether a variable of an operation gives a value to something that is marked.
func (m *Marks) Variable(op *ast.OperationDefinition, v *ast.VariableDefinition) bool {
	if m == nil {
		return false
	}
	if m.holds[v.Type.Name()] {
		return true
	}
	s := search{marks: m, variable: v.Variable, seen: map[string]bool{}}
	return s.in(op.SelectionSet)
}

// search looks for a variable in the arguments of a selection.
type search struct {
	marks    *Marks
	variable string
	seen     map[string]bool
}

func (s *search) in(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch x := selection.(type) {
		case *ast.Field:
			if s.inField(x) || s.in(x.SelectionSet) {
				return true
			}
		case *ast.InlineFragment:
			if s.in(x.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if x.Definition != nil && !s.seen[x.Name] {
				s.seen[x.Name] = true
				if s.in(x.Definition.SelectionSet) {
					return true
				}
			}
		}
	}
	return false
}

func (s *search) inField(f *ast.Field) bool {
	if f.Definition == nil || f.ObjectDefinition == nil {
		return false
	}
	for _, a := range f.Arguments {
		def := f.Definition.Arguments.ForName(a.Name)
		if def == nil {
			continue
		}
		isMarked := s.marks.Argument(f.ObjectDefinition.Name+"."+f.Name+"."+a.Name, def.Type)
		if s.inValue(a.Value, def.Type.Name(), isMarked) {
			return true
		}
	}
	return false
}

// inValue tells whether the variable stands in a value, at a place that is marked.
func (s *search) inValue(v *ast.Value, typeName string, isMarked bool) bool {
	if v.Kind == ast.Variable {
		return isMarked && v.Raw == s.variable
	}
	for _, child := range v.Children {
		below := typeName
		isBelow := isMarked
		if v.Kind == ast.ObjectValue {
			isBelow = isMarked || s.marks.InputField(typeName, child.Name)
			below = s.marks.typeOf(typeName, child.Name)
		}
		if s.inValue(child.Value, below, isBelow) {
			return true
		}
	}
	return false
}

// typeOf is the name of the type of an input type's field.
func (m *Marks) typeOf(typeName, field string) string {
	id := m.graph.FieldByName(m.graph.TypeByName(typeName), field)
	if id == 0 {
		return ""
	}
	return m.graph.Field(id).Type.Name()
}

// HideLiterals takes literals that are marked out of the messages of a document's validation.
func (m *Marks) HideLiterals(doc *ast.QueryDocument, errs gqlerror.List) {
	if m == nil {
		return
	}
	l := literals{marks: m, at: map[gqlerror.Location]*ast.Type{}}
	for _, op := range doc.Operations {
		l.in(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		l.in(f.SelectionSet)
	}
	for _, err := range errs {
		if err.Rule != "ValuesOfCorrectType" {
			continue
		}
		for _, at := range err.Locations {
			if t := l.at[at]; t != nil {
				err.Message = "Expected value of type " + strconv.Quote(t.String()) + ", found " + Redacted + "."
			}
		}
	}
}

// literals finds where literals are that are marked, and of which type they should be.
type literals struct {
	marks *Marks
	at    map[gqlerror.Location]*ast.Type
}

func (l *literals) in(set ast.SelectionSet) {
	for _, selection := range set {
		switch x := selection.(type) {
		case *ast.Field:
			l.inField(x)
			l.in(x.SelectionSet)
		case *ast.InlineFragment:
			l.in(x.SelectionSet)
		}
	}
}

func (l *literals) inField(f *ast.Field) {
	if f.Definition == nil || f.ObjectDefinition == nil {
		return
	}
	for _, a := range f.Arguments {
		if def := f.Definition.Arguments.ForName(a.Name); def != nil {
			l.value(a.Value, def.Type, l.marks.Argument(f.ObjectDefinition.Name+"."+f.Name+"."+a.Name, def.Type))
		}
	}
}

func (l *literals) value(v *ast.Value, t *ast.Type, isMarked bool) {
	if isMarked && v.Position != nil {
		l.at[gqlerror.Location{Line: v.Position.Line, Column: v.Position.Column}] = t
	}
	for _, child := range v.Children {
		switch {
		case v.Kind == ast.ListValue && t.Elem != nil:
			l.value(child.Value, t.Elem, isMarked)
		case v.Kind == ast.ObjectValue:
			id := l.marks.graph.FieldByName(l.marks.graph.TypeByName(t.Name()), child.Name)
			if id != 0 {
				below := l.marks.graph.Field(id).Type
				l.value(child.Value, below, isMarked || l.marks.InputField(t.Name(), child.Name) || l.marks.types[below.Name()])
			}
		}
	}
}
