package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/weftgraph/weft/graph"
)

// getTransport reads queries from URLs. It refuses mutations, since links must not change anything.
type getTransport struct{ *operations }

var _ graphql.Transport = getTransport{}

// Supports reports whether r is a GET.
func (getTransport) Supports(r *http.Request) bool { return r.Method == http.MethodGet }

// Do answers the request.
func (t getTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t.serve(w, r, exec, func() (reading, *refusal) {
		query, refused := paramsFromForm("URL", r.URL.RawQuery)
		return reading{query: query, generation: t.schema.Generation()}, refused
	})
}

// refuseMutation refuses what a GET must not do.
func refuseMutation(w http.ResponseWriter, r *http.Request, run *graph.Run) *refusal {
	if r.Method != http.MethodGet || !run.IsMutation() {
		return nil
	}
	w.Header().Set("Allow", http.MethodPost)
	return refuse(http.StatusMethodNotAllowed, codeBadRequest, "A mutation must be sent by POST.")
}
