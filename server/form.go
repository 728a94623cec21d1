package server

import (
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

// paramsFromForm reads the members of a request that are written as pairs of names and texts: in a URL, or in a url-encoded body. place
// is what messages call it, such as "URL". Other names are ignored; our own may stand there once.
func paramsFromForm(place, text string) (graph.Query, *refusal) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return graph.Query{}, refuse(http.StatusBadRequest, codeBadRequest, "The %s has parameters that are not url-encoded.", place)
	}
	members := make([]value.Field, 0, 4)
	for _, name := range [...]string{"query", "operationName", "documentId", "doc_id", "variables", "extensions"} {
		given := values[name]
		switch {
		case len(given) == 0 || len(given) == 1 && given[0] == "":
			continue
		case len(given) > 1:
			return graph.Query{}, refuse(http.StatusBadRequest, codeBadRequest, "The %s has %q more than once.", place, name)
		case !utf8.ValidString(given[0]):
			return graph.Query{}, refuse(http.StatusBadRequest, codeBadRequest, "The %s's %q is not UTF-8.", place, name)
		}
		v := value.String(given[0])
		if name == "variables" || name == "extensions" {
			if v, err = parseJSON([]byte(given[0])); err != nil {
				return graph.Query{}, malformed("The "+place+"'s \""+name+"\" is not valid JSON", err)
			}
		}
		members = append(members, value.Field{Name: name, Value: v})
	}
	return paramsFrom(value.Object(members))
}
