package audit

import (
	"slices"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// Codes of what an audit finds, besides sdl.CodeSatisfiability.
const (
	// CodeNoBatch: a connector is called once for each item of a list.
	CodeNoBatch = "WEFT_NO_BATCH"
	// CodeUnused: no query makes use of a connector.
	CodeUnused = "WEFT_UNUSED_CONNECTOR"
	// CodeContract: an OpenAPI contract cannot be read or belongs to no source. It is an error.
	CodeContract = "WEFT_OPENAPI"
	// CodeOperation: a source's OpenAPI contract does not have the request of a connector.
	CodeOperation = "WEFT_OPENAPI_OPERATION"
	// CodeKey: a source's OpenAPI contract does not have what a selection reads.
	CodeKey = "WEFT_OPENAPI_KEY"
)

// Options are what an audit is told besides the graph.
type Options struct {
	// Contracts are the OpenAPI contracts of sources.
	Contracts []Contract
	// Allow names the codes of errors that are taken as warnings, and of warnings that are not given.
	Allow []string
}

// Complete returns what has been found while the graph was built, without what is said twice, and what an audit of the graph
// finds, sorted by place. It reads the contracts' files and touches no network.
func Complete(g *sdl.Graph, found diag.List, o Options) diag.List {
	unsupplied, unresolved := placesOf(found, supply.CodeNoSupplier), placesOf(found, sdl.CodeUnresolvedField)
	out := found.Filter(func(d diag.Diagnostic) bool { return d.Code != supply.CodeNoSupplier || !unresolved[d.Span] })
	var own diag.List
	r := newReporter(g, func(f *sdl.Field) bool { return unsupplied[f.Origin] })
	for _, on := range labelings(g) {
		w := newWalker(supply.NewIndex(g, on), r)
		w.walk()
	}
	own.Add(r.list()...)
	for _, c := range o.Contracts {
		own.Add(c.audit(g)...)
	}
	own = own.Filter(func(d diag.Diagnostic) bool { return d.Severity == diag.Error || !slices.Contains(o.Allow, d.Code) })
	own.Downgrade(o.Allow...)
	out.Add(own...)
	out.Sort()
	return out
}

// placesOf are the places of the diagnostics with a code.
func placesOf(list diag.List, code string) map[diag.Span]bool {
	places := map[diag.Span]bool{}
	for _, d := range list {
		if d.Code == code {
			places[d.Span] = true
		}
	}
	return places
}

// labelings are the states of @override's labels to look at: all off, and all on. Others only mix the two.
func labelings(g *sdl.Graph) []sdl.Labels {
	if len(g.Labels) == 0 {
		return []sdl.Labels{0}
	}
	return []sdl.Labels{0, 1<<len(g.Labels) - 1}
}
