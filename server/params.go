package server

import (
	"cmp"
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

// paramsFrom reads `query`, `operationName`, `variables` and `extensions`, and what names a document instead of `query`; other members
// are ignored, as GraphQL over HTTP asks for. The query may be without a document; see operations.recall.
func paramsFrom(v value.Value) (graph.Query, *refusal) {
	for _, member := range []struct {
		name, wanted string
		kind         value.Kind
	}{
		{"query", "a string", value.KindString},
		{"operationName", "a string", value.KindString},
		{"variables", "an object", value.KindObject},
		{"extensions", "an object", value.KindObject},
		{"documentId", "a string", value.KindString},
		{"doc_id", "a string", value.KindString},
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
	refused := readNames(v, &q)
	return q, refused
}

// readNames reads what names a document: `documentId`, Relay's `doc_id`, and Apollo's extension.
func readNames(v value.Value, into *graph.Query) *refusal {
	into.ID = cmp.Or(v.Get("documentId").Text(), v.Get("doc_id").Text())
	given := v.Get("extensions").Get("persistedQuery")
	switch {
	case given.IsMissing() || given.IsNull():
	case given.Get("sha256Hash").Kind() != value.KindString || given.Get("sha256Hash").Text() == "":
		return refuse(http.StatusBadRequest, codeBadRequest, `The extension "persistedQuery" must have a "sha256Hash".`)
	case given.Get("version").Kind() != value.KindInt || given.Get("version").Text() != "1":
		return refuse(http.StatusBadRequest, codeBadRequest, `The "version" of the extension "persistedQuery" must be 1.`)
	default:
		into.Hash = given.Get("sha256Hash").Text()
	}
	if into.ID != "" && (into.Text != "" || into.Hash != "") {
		return refuse(http.StatusBadRequest, codeBadRequest, `The request must have one of "documentId" and "query", not both.`)
	}
	return nil
}

// malformed says where a text stops being JSON, without repeating it.
func malformed(what string, err error) *refusal {
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		if syntax.TooDeep {
			return beyond(limitJSONNesting, http.StatusBadRequest, "%s: %s.", what, syntax)
		}
		if syntax.TooMany {
			return beyond(limitJSONValues, http.StatusBadRequest, "The request has too many values, the limit is %d.", maxJSONValues)
		}
		return refuse(http.StatusBadRequest, codeBadRequest, "%s: %s.", what, syntax)
	}
	return refuse(http.StatusBadRequest, codeBadRequest, "%s.", what)
}
