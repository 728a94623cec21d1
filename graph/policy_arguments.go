package graph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// forPolicy returns a coerced argument as policies see it: the same whichever of the spellings that a type allows the client has chosen. An ID is a
// string, also where it was given as a number (specification 3.5.5), which connectors are handed as it is; otherwise `args.id != '5'` would hold for
// the id 5.
func forPolicy(g *sdl.Graph, v value.Value, t *ast.Type) value.Value {
	switch {
	case v.Kind() == value.KindArray && t.Elem != nil:
		out := make([]value.Value, v.Len())
		for i, e := range v.Elems() {
			out[i] = forPolicy(g, e, t.Elem)
		}
		return value.Array(out)
	case v.Kind() == value.KindObject && t.Elem == nil:
		return inputForPolicy(g, v, g.Schema.Types[t.NamedType])
	case v.Kind() == value.KindInt && t.NamedType == "ID":
		return value.String(v.Text())
	default:
		return v
	}
}

// inputForPolicy is forPolicy for an input object. Scalars of the graph's own are left as they are.
func inputForPolicy(g *sdl.Graph, v value.Value, def *ast.Definition) value.Value {
	if def == nil || def.Kind != ast.InputObject {
		return v
	}
	out := make([]value.Field, 0, v.Len())
	for _, f := range v.Fields() {
		if field := def.Fields.ForName(f.Name); field != nil {
			f.Value = forPolicy(g, f.Value, field.Type)
		}
		out = append(out, f)
	}
	return value.DistinctObject(out)
}
