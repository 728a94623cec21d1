package supply

import (
	"slices"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// resolution takes from connectors what their documents do not resolve: fields that `@override` gives to other documents, and fields
// that are `@external`, except where a key or `@provides` names them (Connectors specification 2.4). It is nil for a graph without any.
type resolution struct {
	graph *sdl.Graph
	on    sdl.Labels
}

func newResolution(g *sdl.Graph, on sdl.Labels) *resolution {
	if !g.HasOverrides() && !hasExternals(g) {
		return nil
	}
	return &resolution{g, on}
}

func hasExternals(g *sdl.Graph) bool {
	return slices.ContainsFunc(g.Fields, func(f sdl.Field) bool {
		return slices.ContainsFunc(f.In, func(o sdl.Occurrence) bool { return o.External })
	})
}

// resolves tells whether a document resolves a field.
func (r *resolution) resolves(d *sdl.Document, f *sdl.Field) bool {
	if r == nil {
		return true
	}
	in := occurrence(f, d)
	return f.Resolves(d, r.on) && (in == nil || !in.External)
}

// left is what a connector gives for a type, without the fields that its document does not resolve. What an output gives without
// naming it stays: nothing tells what that is.
func (r *resolution) left(c *sdl.Connector, on sdl.TypeID) *mapping.Output {
	if r == nil || c.Outputs == nil {
		return c.Outputs
	}
	w := resolutionWalk{resolution: r, document: c.Document}
	if c.Field == 0 {
		return w.output(c.Outputs, on, nil)
	}
	return w.output(c.Outputs, on, w.provided(r.graph.Field(c.Field)))
}

// resolutionWalk goes through what one document's connector gives.
type resolutionWalk struct {
	*resolution
	document *sdl.Document
}

// output is what is left of an output for a type. The named fields are given although they are external.
func (w resolutionWalk) output(out *mapping.Output, on sdl.TypeID, named []sdl.Selection) *mapping.Output {
	if out == nil || len(out.Fields) == 0 && len(out.Arms) == 0 {
		return out
	}
	left := *out
	left.Fields = nil
	for _, given := range out.Fields {
		if id := w.field(on, given.Name); id != 0 {
			f := w.graph.Field(id)
			known := append(w.keys(f.Parent), named...)
			if !w.gives(f, known) {
				continue
			}
			given.Output = w.output(given.Output, f.Named, append(below(known, f.Name), w.provided(f)...))
		}
		left.Fields = append(left.Fields, given)
	}
	left.Arms = nil
	for _, arm := range out.Arms {
		if t := w.graph.TypeByName(arm.Typename); t != 0 {
			arm.Output = w.output(arm.Output, t, named)
		}
		left.Arms = append(left.Arms, arm)
	}
	return &left
}

// gives tells whether the document gives a field where some fields are named by keys and @provides.
func (w resolutionWalk) gives(f *sdl.Field, named []sdl.Selection) bool {
	if in := occurrence(f, w.document); in != nil && in.External {
		return slices.ContainsFunc(named, func(s sdl.Selection) bool { return s.Name == f.Name })
	}
	return f.Resolves(w.document, w.on)
}

// keys are the fields of a type's keys in the document.
func (w resolutionWalk) keys(on sdl.TypeID) []sdl.Selection {
	var out []sdl.Selection
	for _, k := range w.graph.Type(on).Keys {
		if k.Document == w.document {
			out = append(out, k.Fields...)
		}
	}
	return out
}

// provided are the fields that the document provides below a field.
func (w resolutionWalk) provided(f *sdl.Field) []sdl.Selection {
	if in := occurrence(f, w.document); in != nil {
		return in.Provides
	}
	return nil
}

// field finds a field by its name in a type, or in the first of its concrete types that has it.
func (w resolutionWalk) field(on sdl.TypeID, name string) sdl.FieldID {
	if id := w.graph.FieldByName(on, name); id != 0 {
		return id
	}
	for _, t := range w.graph.Type(on).Possible {
		if id := w.graph.FieldByName(t, name); id != 0 {
			return id
		}
	}
	return 0
}

// occurrence is a field in a document, nil where the document does not have it.
func occurrence(f *sdl.Field, d *sdl.Document) *sdl.Occurrence {
	for i := range f.In {
		if f.In[i].Document == d {
			return &f.In[i]
		}
	}
	return nil
}

// below are the selections below a field.
func below(set []sdl.Selection, name string) []sdl.Selection {
	var out []sdl.Selection
	for _, s := range set {
		if s.Name == name {
			out = append(out, s.Sub...)
		}
	}
	return out
}
