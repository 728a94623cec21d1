package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

// getTransport reads queries from URLs. It refuses mutations, since links must not change anything.
type getTransport struct{ *operations }

var _ graphql.Transport = getTransport{}

// Supports reports whether r is a GET.
func (getTransport) Supports(r *http.Request) bool { return r.Method == http.MethodGet }

// Do answers the request.
func (t getTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t.serve(w, r, exec, func() (reading, *refusal) {
		query, refused := paramsFromURL(r)
		return reading{query: query, generation: t.schema.Generation()}, refused
	})
}

func paramsFromURL(r *http.Request) (graph.Query, *refusal) {
	values := r.URL.Query()
	members := []value.Field{}
	for _, name := range []string{"query", "operationName"} {
		if text := values.Get(name); text != "" {
			members = append(members, value.Field{Name: name, Value: value.String(text)})
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		v, err := value.Parse([]byte(text))
		if err != nil {
			return graph.Query{}, malformed("The URL's \""+name+"\" is not valid JSON", err)
		}
		members = append(members, value.Field{Name: name, Value: v})
	}
	return paramsFrom(value.Object(members))
}

// refuseMutation refuses what a GET must not do.
func refuseMutation(w http.ResponseWriter, r *http.Request, run *graph.Run) *refusal {
	if r.Method != http.MethodGet || run.Operation().Definition().Operation != ast.Mutation {
		return nil
	}
	w.Header().Set("Allow", http.MethodPost)
	return refuse(http.StatusMethodNotAllowed, codeBadRequest, "A mutation must be sent by POST.")
}
