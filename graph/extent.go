package graph

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Bounds that are not configured.
const (
	// maxSteps bounds what validation visits: it walks through the fragments once for every operation and every fragment that
	// reaches them.
	maxSteps = 100_000
	// maxAnyDepth bounds the depth of fields also where MaxDepth only warns: planning and execution recurse that deep.
	maxAnyDepth = 1000
	// maxIntrospectionDepth is how deep the lists of the introspection schema nest: what tools ask for are the fields of types.
	maxIntrospectionDepth = 2
)

// checkExtent measures what the operations become once fragments are put in their places. Every fragment is measured once,
// so that the check is linear however the fragments spread each other. It runs before validation, whose cost it bounds.
// Fragments that spread themselves are refused here, since much of what follows assumes that there are none; unknown fragments,
// which validation reports, count as nothing.
//
// For each operation it returns the limits that it exceeds and that only warn.
func checkExtent(doc *ast.QueryDocument, limits Limits) ([]gqlerror.List, *gqlerror.Error) {
	if n := len(doc.Operations); n > limits.MaxOperations {
		return nil, limitError(limitOperations, limits.MaxOperations, "The query has %d operations", n)
	}
	if n := len(doc.Fragments); n > limits.MaxFragments {
		return nil, limitError(limitFragments, limits.MaxFragments, "The query has %d fragments", n)
	}
	m := newMeasure(doc, limits)
	steps := 0
	for _, f := range doc.Fragments {
		steps = sum(steps, m.fragment(f.Name, f.Position).steps)
	}
	exceeds := make([]gqlerror.List, len(doc.Operations))
	for i, op := range doc.Operations {
		if n := len(op.VariableDefinitions); n > limits.MaxVariables {
			return nil, at(op, limitError(limitVariables, limits.MaxVariables, "The operation declares %d variables", n))
		}
		e := m.operation(op)
		steps = sum(steps, e.steps)
		if err := m.err; err != nil {
			return nil, err
		}
		for _, c := range e.checks(limits) {
			switch {
			case c.value <= c.limit:
			case c.warns && limits.WarnOnly:
				exceeds[i] = append(exceeds[i], at(op, c.err()))
			default:
				return nil, at(op, c.err())
			}
		}
	}
	if m.err != nil {
		return nil, m.err
	}
	if steps > maxSteps {
		return nil, limitError(limitSteps, maxSteps, "The operations, each with its fragments, are too much to validate")
	}
	return exceeds, nil
}

// at gives an error the place of an operation.
func at(op *ast.OperationDefinition, err *gqlerror.Error) *gqlerror.Error {
	err.Locations = []gqlerror.Location{{Line: op.Position.Line, Column: op.Position.Column}}
	return err
}

// extent is the size of an expanded selection set. Its numbers saturate at maxExtent.
type extent struct {
	// depth is how deep fields nest.
	depth int
	// height counts fields once for each response name of a selection set, roots only those of the outermost set.
	height, roots int
	aliases       int
	// fields counts all fields, introspection those at and below `__schema` and `__type`.
	fields, introspection int
	// lists is how deep lists of the introspection schema nest, introspectionDepth the same below `__schema` and `__type`.
	lists, introspectionDepth int
	// steps estimates what it takes to validate the set.
	steps int
}

// maxExtent is where counting stops: doubling fragments would overflow any integer.
const maxExtent = 1 << 40

func sum(a, b int) int { return min(a+b, maxExtent) }

// plus adds what stands beside.
func (e extent) plus(o extent) extent {
	return extent{
		depth:              max(e.depth, o.depth),
		height:             sum(e.height, o.height),
		roots:              sum(e.roots, o.roots),
		aliases:            sum(e.aliases, o.aliases),
		fields:             sum(e.fields, o.fields),
		introspection:      sum(e.introspection, o.introspection),
		lists:              max(e.lists, o.lists),
		introspectionDepth: max(e.introspectionDepth, o.introspectionDepth),
		steps:              sum(e.steps, o.steps),
	}
}

// check compares one number of an operation with its limit.
type check struct {
	name         string
	value, limit int
	// text says what the operation does, with a place for the value.
	text string
	// warns tells that Limits.WarnOnly concerns it.
	warns bool
}

// checks are those of an operation, in the order in which errors are looked for.
func (e extent) checks(l Limits) []check {
	introspectionDepth := e.introspectionDepth
	if l.DeepIntrospection {
		introspectionDepth = 0
	}
	return []check{
		{limitDepth, e.depth, l.MaxDepth, "The operation's fields nest %s deep", true},
		{limitDepth, e.depth, max(l.MaxDepth, maxAnyDepth), "The operation's fields nest %s deep", false},
		{limitFields, e.fields, l.MaxFields, "The operation selects %s fields", false},
		{
			limitIntrospectionFields, e.introspection, l.MaxIntrospectionFields,
			"The operation selects %s fields of the introspection schema", false,
		},
		{
			limitIntrospectionDepth, introspectionDepth, maxIntrospectionDepth,
			"The operation nests lists of the introspection schema %s deep", false,
		},
		{limitRootFields, e.roots, l.MaxRootFields, "The operation selects %s fields at its root", true},
		{limitAliases, e.aliases, l.MaxAliases, "The operation has %s aliases", true},
		{limitHeight, e.height, l.MaxHeight, "The operation selects %s different fields", true},
	}
}

func (c check) err() *gqlerror.Error {
	value := "far too many"
	if c.value < maxExtent {
		value = strconv.Itoa(c.value)
	}
	return limitError(c.name, c.limit, c.text, value)
}
