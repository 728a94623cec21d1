package suite

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
)

// find returns the connector that a target names: "document:Type.field[n]", the same without the document, without the number
// for a first connector, or a connector's `id`.
func find(g *sdl.Graph, target string) (*sdl.Connector, error) {
	var found []*sdl.Connector
	var names []string
	for id := 1; id < len(g.Connectors); id++ {
		c := &g.Connectors[id]
		_, short, _ := strings.Cut(c.Call.Coordinate, ":")
		names = append(names, short)
		if c.Label != "" {
			names = append(names, c.Label)
		}
		switch target {
		case c.Call.Coordinate, short, c.Label, strings.TrimSuffix(short, "[0]"), strings.TrimSuffix(c.Call.Coordinate, "[0]"):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if nearest := diag.Nearest(target, names); nearest != "" {
			return nil, fmt.Errorf("there is no connector %q; did you mean %q?", target, nearest)
		}
		return nil, fmt.Errorf("there is no connector %q", target)
	default:
		return nil, fmt.Errorf("%q could be %s or %s: begin it with the document's name", target, found[0].Call.Coordinate, found[1].Call.Coordinate)
	}
}
