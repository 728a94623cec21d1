package server

import (
	"errors"
	"net/http"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

// paramsFromJSON reads one request of a JSON text, which messages call what.
func paramsFromJSON(what string, v value.Value) (graph.Query, *refusal) {
	if v.Kind() != value.KindObject {
		return graph.Query{}, refuse(http.StatusBadRequest, codeBadRequest, "%s must be a JSON object.", what)
	}
	return paramsFrom(v)
}

// paramsFrom reads `query`, `operationName`, `variables` and `extensions`; other members are ignored, as GraphQL over HTTP
// asks for.
func paramsFrom(v value.Value) (graph.Query, *refusal) {
	for _, member := range []struct {
		name, wanted string
		kind         value.Kind
	}{
		{"query", "a string", value.KindString},
		{"operationName", "a string", value.KindString},
		{"variables", "an object", value.KindObject},
		{"extensions", "an object", value.KindObject},
	} {
		switch v.Get(member.name).Kind() {
		case value.KindMissing, value.KindNull, member.kind:
		default:
			return graph.Query{}, refuse(http.StatusBadRequest, codeBadRequest,
				"The request's %q must be %s.", member.name, member.wanted)
		}
	}
	q := graph.Query{
		Text:      v.Get("query").Text(),
		Operation: v.Get("operationName").Text(),
		Variables: v.Get("variables"),
	}
	if q.Text == "" {
		if !v.Get("extensions").Get("persistedQuery").IsMissing() {
			// The message is the one that clients with automatic persisted queries look for, to send the text instead.
			return q, refuse(http.StatusOK, codePersistedQueryUnsupported, "PersistedQueryNotSupported")
		}
		return q, refuse(http.StatusBadRequest, codeBadRequest, "Must provide query string.")
	}
	return q, nil
}

// malformed says where a text stops being JSON, without repeating it.
func malformed(what string, err error) *refusal {
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		return refuse(http.StatusBadRequest, codeBadRequest, "%s: %s.", what, syntax)
	}
	return refuse(http.StatusBadRequest, codeBadRequest, "%s.", what)
}
