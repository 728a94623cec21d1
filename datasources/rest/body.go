package rest

import (
	"net/http"
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

const (
	contentType = "Content-Type"
	typeJSON    = "application/json"
	typeForm    = "application/x-www-form-urlencoded"
)

// buildBody evaluates the body mapping and writes it as the header's content type asks (Connectors specification 3.4). The
// header gets the default type when it has none. A mapping whose value is MISSING makes an empty body, but has a type.
func buildBody(m *mapping.Mapping, header http.Header, env *mapping.Env) ([]byte, error) {
	if m == nil {
		return nil, nil
	}
	types := header[contentType]
	if len(types) == 0 {
		types = []string{typeJSON}
		header[contentType] = types
	}
	content := evaluate(m, env)
	switch {
	case content.Kind() == value.KindMissing:
		return nil, nil
	case strings.EqualFold(strings.TrimSpace(types[0]), typeForm):
		// Only the bare media type: with parameters the body is JSON, whatever one may think of that.
		return appendForm(nil, content)
	default:
		return content.AppendJSON(nil), nil
	}
}
