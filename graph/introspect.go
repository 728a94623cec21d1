package graph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/value"
)

// Keys of what is asked of gqlgen's executor besides what the client asked for. No alias has a space in it.
const (
	kindKey       = " kind"
	deprecatedKey = " deprecated"
)

// asked makes a tree of the introspection field f without fragments and conditions, for gqlgen's executor to answer and
// for correct to walk over. It adds what correct has to know.
func asked(schema *ast.Schema, f *ast.Field, vars map[string]value.Value) *ast.Field {
	a := asker{schema: schema, vars: vars}
	return a.field(f, []ast.SelectionSet{f.SelectionSet})
}

// asker flattens selection sets. The types of the introspection schema are objects, so that a fragment that validation
// allows applies wherever it stands.
type asker struct {
	schema *ast.Schema
	vars   map[string]value.Value
}

// field returns a field with the selection sets of all fields of its response key.
func (a asker) field(f *ast.Field, sets []ast.SelectionSet) *ast.Field {
	flat := *f
	flat.Directives = nil
	flat.SelectionSet = nil
	if len(f.SelectionSet) == 0 {
		return &flat
	}
	m := selectionMerger{vars: a.vars, sets: map[string][]ast.SelectionSet{}}
	for _, set := range sets {
		m.collect(set)
	}
	for _, child := range m.fields {
		flat.SelectionSet = append(flat.SelectionSet, a.field(child, m.sets[child.Alias]))
	}
	switch f.Definition.Type.Name() {
	case "__Type":
		flat.SelectionSet = append(flat.SelectionSet, a.hidden("__Type", "kind", kindKey))
	case "__InputValue":
		flat.SelectionSet = append(flat.SelectionSet, a.hidden("__InputValue", "isDeprecated", deprecatedKey))
	}
	return &flat
}

func (a asker) hidden(on, name, alias string) *ast.Field {
	def := a.schema.Types[on]
	return &ast.Field{Alias: alias, Name: name, Definition: def.Fields.ForName(name), ObjectDefinition: def}
}

// selectionMerger collects fields by response key.
type selectionMerger struct {
	vars   map[string]value.Value
	fields []*ast.Field
	sets   map[string][]ast.SelectionSet
}

func (m *selectionMerger) collect(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if !m.isIncluded(s.Directives) {
				continue
			}
			if _, ok := m.sets[s.Alias]; !ok {
				m.fields = append(m.fields, s)
			}
			m.sets[s.Alias] = append(m.sets[s.Alias], s.SelectionSet)
		case *ast.InlineFragment:
			if m.isIncluded(s.Directives) {
				m.collect(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if m.isIncluded(s.Directives) && s.Definition != nil {
				m.collect(s.Definition.SelectionSet)
			}
		}
	}
}

func (m *selectionMerger) isIncluded(directives ast.DirectiveList) bool {
	for _, d := range directives {
		switch d.Name {
		case "skip":
			if isTrue(d.Arguments, "if", m.vars) {
				return false
			}
		case "include":
			if !isTrue(d.Arguments, "if", m.vars) {
				return false
			}
		}
	}
	return true
}

// isTrue returns the value of a Boolean argument, false when it has none.
func isTrue(arguments ast.ArgumentList, name string, vars map[string]value.Value) bool {
	arg := arguments.ForName(name)
	switch {
	case arg == nil:
		return false
	case arg.Value.Kind == ast.Variable:
		return vars[arg.Value.Raw].AsBool()
	default:
		return arg.Value.Raw == "true"
	}
}

// correct returns an answer of gqlgen's executor as the specification (4.2) wants it, without what asked has added: parts
// that types of a kind do not have are null and not empty, and deprecated arguments and input fields are shown only to
// those who ask for them.
func correct(answer value.Value, fields ast.SelectionSet, vars map[string]value.Value) value.Value {
	switch answer.Kind() {
	case value.KindArray:
		elems := make([]value.Value, answer.Len())
		for i, e := range answer.Elems() {
			elems[i] = correct(e, fields, vars)
		}
		return value.Array(elems)
	case value.KindObject:
		return correctObject(answer, fields, vars)
	default:
		return answer
	}
}

func correctObject(answer value.Value, fields ast.SelectionSet, vars map[string]value.Value) value.Value {
	members := make([]value.Field, 0, len(fields))
	for _, selection := range fields {
		f, ok := selection.(*ast.Field)
		if !ok || strings.HasPrefix(f.Alias, " ") {
			continue
		}
		member := answer.Get(f.Alias)
		switch {
		case f.ObjectDefinition.Name == "__Type" && !hasPart(answer.Get(kindKey).Text(), f.Name):
			member = value.Null()
		case f.Definition.Type.Name() == "__InputValue" && !isTrue(f.Arguments, "includeDeprecated", vars):
			member = withoutDeprecated(member)
		}
		members = append(members, value.Field{Name: f.Alias, Value: correct(member, f.SelectionSet, vars)})
	}
	return value.DistinctObject(members)
}

// hasPart tells whether the field of __Type has a value for types of that kind.
func hasPart(kind, field string) bool {
	switch field {
	case "fields", "interfaces":
		return kind == "OBJECT" || kind == "INTERFACE"
	case "possibleTypes":
		return kind == "INTERFACE" || kind == "UNION"
	case "enumValues":
		return kind == "ENUM"
	case "inputFields", "isOneOf":
		return kind == "INPUT_OBJECT"
	default:
		return true
	}
}

func withoutDeprecated(list value.Value) value.Value {
	if list.Kind() != value.KindArray {
		return list
	}
	kept := make([]value.Value, 0, list.Len())
	for _, e := range list.Elems() {
		if !e.Get(deprecatedKey).AsBool() {
			kept = append(kept, e)
		}
	}
	return value.Array(kept)
}
