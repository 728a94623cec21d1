package audit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// reporter gathers what the walks find: each thing once, with the first way that shows it.
type reporter struct {
	graph *sdl.Graph
	// isUnsupplied tells of a field that nothing at all supplies, which is reported elsewhere.
	isUnsupplied func(*sdl.Field) bool
	diags        diag.List
	unsupplied   map[sdl.FieldID]bool
	unbatched    map[sdl.ConnectorID]bool
	used         map[sdl.ConnectorID]bool
	arrived      map[sdl.TypeID]bool
	// isPartial tells that the walks have left out some ways, so that what was not found may be there.
	isPartial bool
}

func newReporter(g *sdl.Graph, isUnsupplied func(*sdl.Field) bool) *reporter {
	return &reporter{
		graph: g, isUnsupplied: isUnsupplied, unsupplied: map[sdl.FieldID]bool{}, unbatched: map[sdl.ConnectorID]bool{},
		used: map[sdl.ConnectorID]bool{}, arrived: map[sdl.TypeID]bool{},
	}
}

// list returns everything that was found.
func (r *reporter) list() diag.List {
	if !r.isPartial {
		for id := 1; id < len(r.graph.Connectors); id++ {
			if !r.used[sdl.ConnectorID(id)] {
				r.unused(r.graph.Connector(sdl.ConnectorID(id)))
			}
		}
	}
	return r.diags
}

// unsatisfied reports a field that cannot be obtained at a place.
func (r *reporter) unsatisfied(w *walker, p *place, f *sdl.Field) {
	if r.unsupplied[f.ID] || r.isUnsupplied(f) {
		return
	}
	r.unsupplied[f.ID] = true
	on := r.graph.Type(p.on).Name
	r.diags.Errorf(sdl.CodeSatisfiability, f.Origin, "a query can ask for %s.%s, and nothing supplies %s.%s there%s",
		p.path(r.graph), f.Name, on, f.Name, r.obstacles(w, p, f))
	if p.field != nil {
		last := &r.diags[len(r.diags)-1]
		last.Notes = append(last.Notes, diag.Note{Message: p.path(r.graph) + " is this field", Span: p.field.Origin})
	}
}

// obstacles says what keeps those who supply a field from doing so at a place.
func (r *reporter) obstacles(w *walker, p *place, f *sdl.Field) string {
	var reasons []string
	for _, s := range w.suppliers(p.on, supply.Path{f.Name}) {
		var missing []string
		for _, need := range supply.Solve(w.problem(p, s.Needs...)).Unsupplied {
			missing = append(missing, strconv.Quote(strings.Join(need, ".")))
		}
		reasons = append(reasons, fmt.Sprintf("%s needs %s", r.graph.Connector(s.Connector).Call.Coordinate, strings.Join(missing, ", ")))
	}
	if len(reasons) == 0 {
		return fmt.Sprintf(": the selections that lead there leave it out, and no connector completes %s", r.graph.Type(p.on).Name)
	}
	return ": " + strings.Join(reasons, "; ") + ", which nothing gives there"
}

// usualSize is what a list is taken for when @listSize does not say.
const usualSize = 100

// repeated reports a connector that is called once for each item of a list.
func (r *reporter) repeated(p *place, f *sdl.Field, s *supply.Supplier) {
	c := r.graph.Connector(s.Connector)
	kind := c.Call.Kind()
	if r.unbatched[c.ID] || kind == datasources.Virtual || kind == datasources.Go {
		return
	}
	r.unbatched[c.ID] = true
	calls, sizes := callsOfLists(p.lists)
	r.diags.Warnf(CodeNoBatch, c.Origin, "%s makes one call for each %s of %s (for the field %q): %s that are %d calls; %s",
		c.Call.Coordinate, r.graph.Type(p.on).Name, p.path(r.graph), f.Name, sizes, calls, remedy(c))
}

// callsOfLists multiplies the sizes of lists, and says where they come from.
func callsOfLists(lists []*sdl.Field) (calls int, sizes string) {
	calls = 1
	known := 0
	for _, l := range lists {
		size := usualSize
		if l.ListSize > 0 {
			size = l.ListSize
			known++
		}
		calls = min(calls*size, math.MaxInt32) // beyond which nobody needs the number
	}
	switch known {
	case 0:
		sizes = fmt.Sprintf("with lists of %d", usualSize)
	case len(lists):
		sizes = "with the sizes of @listSize"
	default:
		sizes = fmt.Sprintf("with the sizes of @listSize, and %d for other lists,", usualSize)
	}
	return calls, sizes
}

// remedy says how a connector gets a batch.
func remedy(c *sdl.Connector) string {
	switch {
	case c.Document.Dialect == sdl.Weft && c.Field != 0 && !c.Entity:
		return `read the keys from $batch and add "batch" to make fewer`
	default:
		return "a connector on the type that reads its keys from $batch makes fewer"
	}
}

// unused reports a connector that no query makes use of.
func (r *reporter) unused(c *sdl.Connector) {
	on := r.graph.Type(c.On).Name
	reason := fmt.Sprintf("what it needs to know of %s is known nowhere", on)
	if !r.arrived[c.On] && !r.arrivedAtOneOf(c.On) {
		reason = "no query leads to " + on
	}
	r.diags.Warnf(CodeUnused, c.Origin, "%s is never used: %s", c.Call.Coordinate, reason)
}

func (r *reporter) arrivedAtOneOf(t sdl.TypeID) bool {
	for _, p := range r.graph.Type(t).Possible {
		if r.arrived[p] {
			return true
		}
	}
	return false
}
