package supply

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// CodeNoSupplier is the code of the warning about fields that are always null.
const CodeNoSupplier = "WEFT_NO_SUPPLIER"

// Check warns about every field that clients can ask for and no connector supplies: it would always be null, with an
// error.
func (x *Index) Check() diag.List {
	c := checker{index: x, given: map[sdl.FieldID]bool{}, seen: map[visit]bool{}}
	for id := 1; id < len(x.graph.Connectors); id++ {
		c.connector(&x.graph.Connectors[id])
	}
	var out diag.List
	for id := 1; id < len(x.graph.Fields); id++ {
		f := &x.graph.Fields[id]
		t := x.graph.Type(f.Parent)
		if t.Kind != ast.Object || t.Inaccessible || f.Inaccessible || c.given[f.ID] {
			continue
		}
		out.Add(diag.Diagnostic{
			Severity: diag.Warning,
			Code:     CodeNoSupplier,
			Message:  "no connector supplies " + t.Name + "." + f.Name + ", so that it is always null",
			Span:     f.Origin,
		})
	}
	return out
}

// checker marks every field that some connector gives.
type checker struct {
	index *Index
	given map[sdl.FieldID]bool
	seen  map[visit]bool
}

// visit is one output read as one type. An output of recursive types is finite, one that is not known in detail is not.
type visit struct {
	out *mapping.Output
	on  sdl.TypeID
}

func (c *checker) connector(con *sdl.Connector) {
	g := c.index.graph
	on := con.On
	if con.Field != 0 {
		c.given[con.Field] = true
		on = g.Field(con.Field).Named
	}
	c.output(con.Outputs, on)
}

func (c *checker) output(out *mapping.Output, on sdl.TypeID) {
	if out == nil || c.seen[visit{out, on}] {
		return
	}
	c.seen[visit{out, on}] = true
	g := c.index.graph
	for _, p := range g.Type(on).Possible {
		t := g.Type(p)
		for _, id := range t.Fields {
			f := g.Field(id)
			if below := Field(out, t.Name, f.Name); below != nil {
				c.given[id] = true
				c.output(below, f.Named)
			}
		}
	}
}
