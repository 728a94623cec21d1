package supply

import (
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// overrides takes from connectors what `@override` gives to other documents. It is nil for a graph without any.
type overrides struct {
	graph *sdl.Graph
	on    sdl.Labels
}

func newOverrides(g *sdl.Graph, on sdl.Labels) *overrides {
	if !g.HasOverrides() {
		return nil
	}
	return &overrides{g, on}
}

// resolves tells whether a document resolves a field.
func (o *overrides) resolves(d *sdl.Document, f *sdl.Field) bool {
	return o == nil || f.Resolves(d, o.on)
}

// left is what a connector gives for a type, without the fields that its document does not resolve. What an output gives without
// naming it stays: nothing tells what that is.
func (o *overrides) left(c *sdl.Connector, on sdl.TypeID) *mapping.Output {
	if o == nil || c.Outputs == nil {
		return c.Outputs
	}
	return o.output(c.Document, c.Outputs, on)
}

func (o *overrides) output(d *sdl.Document, out *mapping.Output, on sdl.TypeID) *mapping.Output {
	if out == nil || len(out.Fields) == 0 && len(out.Arms) == 0 {
		return out
	}
	left := *out
	left.Fields = nil
	for _, field := range out.Fields {
		if id := o.field(on, field.Name); id != 0 {
			f := o.graph.Field(id)
			if !f.Resolves(d, o.on) {
				continue
			}
			field.Output = o.output(d, field.Output, f.Named)
		}
		left.Fields = append(left.Fields, field)
	}
	left.Arms = nil
	for _, arm := range out.Arms {
		if t := o.graph.TypeByName(arm.Typename); t != 0 {
			arm.Output = o.output(d, arm.Output, t)
		}
		left.Arms = append(left.Arms, arm)
	}
	return &left
}

// field finds a field by its name in a type, or in the first of its concrete types that has it.
func (o *overrides) field(on sdl.TypeID, name string) sdl.FieldID {
	if id := o.graph.FieldByName(on, name); id != 0 {
		return id
	}
	for _, t := range o.graph.Type(on).Possible {
		if id := o.graph.FieldByName(t, name); id != 0 {
			return id
		}
	}
	return 0
}
