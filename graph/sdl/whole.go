package sdl

import "github.com/weftgraph/weft/graph/diag"

// checkWhole reports what allowed errors have left that a graph cannot have: ids that mean nothing. Without allowed errors
// there is nothing to find.
func (b *builder) checkWhole(g *Graph) {
	if g.Query == 0 {
		b.refusef(diag.Span{}, "the allowed errors leave no Query type, so that there is nothing to serve")
	}
	for i := range g.Fields {
		f := &g.Fields[i]
		if f.ID == 0 {
			continue
		}
		if f.Named == 0 {
			b.refusef(f.Origin, "field %q cannot be built: type %q is not defined", f.Name, f.Type.Name())
		}
		for _, a := range f.Args {
			if a.Named == 0 {
				b.refusef(f.Origin, "argument %q of field %q cannot be built: type %q is not defined", a.Name, f.Name, a.Type.Name())
			}
		}
	}
}
