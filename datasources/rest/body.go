package rest

import (
	"net/http"
	"strings"

	"github.com/weftgraph/weft/datasources"
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
//
// In our dialect a body whose type is XML is XML, a file is sent as it is, with its own type unless the header has another, and a form with parts as multipartBody says:
// such bodies are not in memory.
func (p *requestPlan) buildBody(header http.Header, env *mapping.Env) ([]byte, *datasources.Content, error) {
	if p.body == nil {
		return nil, nil, nil
	}
	content := evaluate(p.body, env)
	types := header[contentType]
	if p.sendsFiles {
		switch file := content.File(); {
		case file != nil && len(types) == 0:
			header[contentType] = []string{file.Type}
			return nil, fileBody(file), nil
		case len(types) > 0 && isMultipart(types[0]) && content.Kind() != value.KindMissing:
			body, err := multipartBody(content, header)
			return nil, body, err
		case file != nil:
			return nil, fileBody(file), nil
		}
	}
	if len(types) == 0 {
		types = []string{typeJSON}
		header[contentType] = types
	}
	if p.speaksXML && content.Kind() != value.KindMissing && datasources.IsXMLType(types[0]) {
		if content.HasFile() {
			return nil, nil, errFilePlace
		}
		body, err := appendXML(nil, content)
		return body, nil, err
	}
	body, err := textBodyOf(content, types[0])
	return body, nil, err
}

// textBodyOf writes a value as a content type asks.
func textBodyOf(content value.Value, contentType string) ([]byte, error) {
	switch {
	case content.Kind() == value.KindMissing:
		return nil, nil
	case content.HasFile():
		return nil, errFilePlace
	case strings.EqualFold(strings.TrimSpace(contentType), typeForm):
		// Only the bare media type: with parameters the body is JSON, whatever one may think of that.
		return appendForm(nil, content)
	default:
		return content.AppendJSON(nil), nil
	}
}
