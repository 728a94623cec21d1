package graph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// lookupsPerStep says how many names are compared in the time of one step: gqlparser looks fragments and variables up by going
// through all of them.
const lookupsPerStep = 128

// measure adds up extents.
type measure struct {
	limits Limits
	defs   map[string]*ast.FragmentDefinition
	// fragments are the extents that are known.
	fragments map[string]extent
	// open are the fragments that are being measured, outermost first.
	open []string
	// spread and variable are the steps that it takes to find a fragment and a variable.
	spread, variable int
	// err is the first thing found that is an error wherever it stands.
	err *gqlerror.Error
}

func newMeasure(doc *ast.QueryDocument, limits Limits) *measure {
	m := &measure{
		limits:    limits,
		defs:      make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		fragments: make(map[string]extent, len(doc.Fragments)),
		spread:    1 + len(doc.Fragments)/lookupsPerStep,
	}
	for _, f := range doc.Fragments {
		m.defs[f.Name] = f
	}
	variables := 0
	for _, op := range doc.Operations {
		variables = max(variables, len(op.VariableDefinitions))
	}
	m.variable = 1 + variables/lookupsPerStep
	return m
}

func (m *measure) operation(op *ast.OperationDefinition) extent {
	e := m.set(op.SelectionSet)
	e.steps += m.directives(op.Directives)
	for _, def := range op.VariableDefinitions {
		e.steps += 1 + m.directives(def.Directives)
		if def.DefaultValue != nil {
			e.steps += m.value(def.DefaultValue)
		}
	}
	return e
}

func (m *measure) set(set ast.SelectionSet) extent {
	var total extent
	var seen map[string]bool
	if len(set) > 1 {
		seen = make(map[string]bool, len(set))
	}
	for _, selection := range set {
		e := m.selection(selection)
		if f, ok := selection.(*ast.Field); ok && seen != nil {
			if seen[f.Alias] {
				e.roots--
				e.height--
			}
			seen[f.Alias] = true
		}
		total = total.plus(e)
	}
	return total
}

func (m *measure) selection(selection ast.Selection) extent {
	switch s := selection.(type) {
	case *ast.Field:
		return m.field(s)
	case *ast.InlineFragment:
		e := m.set(s.SelectionSet)
		e.steps = sum(e.steps, 1+m.directives(s.Directives))
		return e
	case *ast.FragmentSpread:
		e := m.fragment(s.Name, s.Position)
		e.steps = sum(e.steps, m.spread+m.directives(s.Directives))
		return e
	default:
		return extent{}
	}
}

func (m *measure) field(f *ast.Field) extent {
	e := m.set(f.SelectionSet)
	e.depth++
	e.roots = 1
	e.height = sum(e.height, 1)
	e.fields = sum(e.fields, 1)
	if f.Alias != f.Name {
		e.aliases = sum(e.aliases, 1)
	}
	switch f.Name {
	case "__schema", "__type":
		e.introspection, e.introspectionDepth = e.fields, e.lists
	case "fields", "interfaces", "possibleTypes", "inputFields":
		e.lists++
	}
	e.steps = sum(e.steps, 1+m.directives(f.Directives)+m.arguments(f.Arguments))
	return e
}

// fragment returns the extent of a fragment that is spread at a place.
func (m *measure) fragment(name string, at *ast.Position) extent {
	if e, ok := m.fragments[name]; ok {
		return e
	}
	def := m.defs[name]
	if def == nil || m.isCycle(name, at) {
		return extent{}
	}
	m.open = append(m.open, name)
	e := m.set(def.SelectionSet)
	e.steps = sum(e.steps, m.directives(def.Directives))
	m.open = m.open[:len(m.open)-1]
	m.fragments[name] = e
	return e
}

// maxShownCycle bounds the fragments that a message names.
const maxShownCycle = 8

// isCycle tells whether a fragment is being measured, and reports it.
func (m *measure) isCycle(fragment string, at *ast.Position) bool {
	for i, name := range m.open {
		if name != fragment {
			continue
		}
		if m.err == nil {
			m.err = cycleError(fragment, at, m.open[i+1:])
		}
		return true
	}
	return false
}

func cycleError(fragment string, at *ast.Position, between []string) *gqlerror.Error {
	via := ""
	if len(between) > 0 {
		shown := between[:min(len(between), maxShownCycle)]
		via = ` via "` + strings.Join(shown, `", "`) + `"`
		if len(shown) < len(between) {
			via += " and others"
		}
	}
	err := gqlerror.ErrorPosf(at, `Cannot spread fragment "%s" within itself%s.`, fragment, via)
	err.Rule = "NoFragmentCycles"
	return withCode(err, CodeValidationFailed)
}

// directives returns the steps of directives and checks how many there are.
func (m *measure) directives(list ast.DirectiveList) int {
	if n := len(list); n > m.limits.MaxDirectivesPerLocation && m.err == nil {
		m.err = limitError(limitDirectivesPerLocation, m.limits.MaxDirectivesPerLocation, "A place in the query has %d directives", n)
		m.err.Locations = []gqlerror.Location{{Line: list[0].Position.Line, Column: list[0].Position.Column}}
	}
	steps := len(list)
	for _, d := range list {
		steps += m.arguments(d.Arguments)
	}
	return steps
}

func (m *measure) arguments(list ast.ArgumentList) int {
	steps := 0
	for _, arg := range list {
		steps += m.value(arg.Value)
	}
	return steps
}

// value returns the steps of a literal, which does not nest deeper than the text, and checks its lists.
func (m *measure) value(v *ast.Value) int {
	switch v.Kind {
	case ast.Variable:
		return m.variable
	case ast.ListValue:
		if n := len(v.Children); n > m.limits.MaxListSize && m.err == nil {
			m.err = limitError(limitListSize, m.limits.MaxListSize, "A list in the query has %d items", n)
			m.err.Locations = []gqlerror.Location{{Line: v.Position.Line, Column: v.Position.Column}}
		}
	}
	steps := 1
	for _, child := range v.Children {
		steps += m.value(child.Value)
	}
	return steps
}
