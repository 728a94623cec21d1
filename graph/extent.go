package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxFragments bounds the fragments of a document. gqlparser looks them up by going through all of them, once for every
// spread and every fragment that leads there, which is cubic in a chain of fragments.
const maxFragments = 500

// maxWalked bounds the fields that validation visits: it walks through the fragments once for every operation and every
// fragment that reaches them.
const maxWalked = 100_000

// checkExtent measures what the operations become once fragments are put in their places. Every fragment is measured once,
// so that the check is linear however the fragments spread each other. It runs before validation, whose cost it bounds;
// unknown fragments and cycles, which validation reports, count as nothing.
func checkExtent(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	if n := len(doc.Fragments); n > maxFragments {
		return limitError(limitFragments, maxFragments, "The query has %d fragments", n)
	}
	m := newMeasure(doc)
	walked := 0
	for _, f := range doc.Fragments {
		walked = min(walked+m.fragment(f.Name).fields, maxExtent)
	}
	for _, op := range doc.Operations {
		e := m.set(op.SelectionSet)
		walked = min(walked+e.fields, maxExtent)
		var err *gqlerror.Error
		switch {
		case e.depth > limits.MaxDepth:
			err = limitError(limitDepth, limits.MaxDepth, "The operation's fields nest %d deep", e.depth)
		case e.fields > limits.MaxFields:
			err = limitError(limitFields, limits.MaxFields, "The operation selects %s", e.count(e.fields))
		case e.introspection > limits.MaxIntrospectionFields:
			err = limitError(limitIntrospectionFields, limits.MaxIntrospectionFields,
				"The operation selects %s of the introspection schema", e.count(e.introspection))
		default:
			continue
		}
		err.Locations = []gqlerror.Location{{Line: op.Position.Line, Column: op.Position.Column}}
		return err
	}
	if walked > maxWalked {
		return limitError(limitFields, maxWalked, "The operations and fragments together select %s", extent{}.count(walked))
	}
	return nil
}

// extent is the size of an expanded selection set.
type extent struct {
	depth int
	// fields counts all fields, introspection those at and below `__schema` and `__type`. They saturate at maxExtent.
	fields, introspection int
}

// maxExtent is where counting stops: doubling fragments would overflow any integer.
const maxExtent = 1 << 40

// count describes a number of fields for a message.
func (extent) count(fields int) string {
	if fields >= maxExtent {
		return "far too many fields"
	}
	return plural(fields, "field")
}

// measure adds up extents.
type measure struct {
	defs map[string]*ast.FragmentDefinition
	// fragments are the extents that are known, or being measured: then zero, so that cycles end.
	fragments map[string]extent
}

func newMeasure(doc *ast.QueryDocument) *measure {
	m := &measure{
		defs:      make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		fragments: make(map[string]extent, len(doc.Fragments)),
	}
	for _, f := range doc.Fragments {
		m.defs[f.Name] = f
	}
	return m
}

func (m *measure) set(set ast.SelectionSet) extent {
	var sum extent
	for _, selection := range set {
		e := m.selection(selection)
		sum.depth = max(sum.depth, e.depth)
		sum.fields = min(sum.fields+e.fields, maxExtent)
		sum.introspection = min(sum.introspection+e.introspection, maxExtent)
	}
	return sum
}

func (m *measure) selection(selection ast.Selection) extent {
	switch s := selection.(type) {
	case *ast.Field:
		e := m.set(s.SelectionSet)
		e.depth++
		e.fields = min(e.fields+1, maxExtent)
		if s.Name == "__schema" || s.Name == "__type" {
			e.introspection = e.fields
		}
		return e
	case *ast.InlineFragment:
		return m.set(s.SelectionSet)
	case *ast.FragmentSpread:
		return m.fragment(s.Name)
	default:
		return extent{}
	}
}

func (m *measure) fragment(name string) extent {
	if e, ok := m.fragments[name]; ok {
		return e
	}
	m.fragments[name] = extent{}
	var e extent
	if def := m.defs[name]; def != nil {
		e = m.set(def.SelectionSet)
	}
	m.fragments[name] = e
	return e
}
