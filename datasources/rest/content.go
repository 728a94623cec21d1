package rest

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/graph/value"
)

// body is a reply's body as mappings see it, decoded once and only when somebody asks. It belongs to one call of Decode.
type body struct {
	reply *datasources.Reply
	// speaksXML tells that bodies of XML are read.
	speaksXML bool
	isDecoded bool
	decoded   value.Value
}

var errUnread = errors.New("there is no body of a content type that is read")

// content returns the value of `$` (Connectors specification 4.1). An error is an *Error: the reply is invalid.
func (b *body) content() (value.Value, error) {
	if b.isDecoded {
		return b.decoded, nil
	}
	v, err := b.decode()
	if err != nil {
		return value.Missing(), httpcall.InvalidReply(b.reply.Status, err)
	}
	b.decoded, b.isDecoded = v, true
	return v, nil
}

// isJSON tells whether the body is a JSON text, which may turn out to be an invalid one.
func (b *body) isJSON() bool {
	if isEmpty(b.reply) {
		return false
	}
	kind, _ := bodyKindOf(b.reply)
	return kind == jsonBody
}

// isUnread tells that there is nothing a selection could read: the content type is none that is read, or a reply that should have a body is
// empty. A 204 or 205 says that there is nothing, and so does a reply to an action that was accepted (201, 202).
func (b *body) isUnread() bool {
	if isEmpty(b.reply) {
		return b.reply.Status == http.StatusOK
	}
	kind, _ := bodyKindOf(b.reply)
	return kind == otherBody || kind == xmlBody && !b.speaksXML
}

func (b *body) decode() (value.Value, error) {
	r := b.reply
	if isEmpty(r) {
		return value.Null(), nil
	}
	switch kind, charset := bodyKindOf(r); {
	case kind == jsonBody:
		return value.Parse(r.Body)
	case kind == textBody:
		return decodeText(r.Body, charset)
	case kind == xmlBody && b.speaksXML:
		return decodeXML(r.Body, charset)
	default:
		return value.Null(), nil
	}
}

func isEmpty(r *datasources.Reply) bool {
	return len(r.Body) == 0 || slices.Equal(r.Header["Content-Length"], []string{"0"})
}

// bodyKind is how a body is read.
type bodyKind uint8

const (
	// otherBody is not read at all: its value is null.
	otherBody bodyKind = iota
	jsonBody
	textBody
	// xmlBody is XML, which only our dialect reads.
	xmlBody
)

// isPlainJSON recognises the content types that nearly all replies have, without parsing them.
func isPlainJSON(text string) bool {
	rest, isJSON := strings.CutPrefix(text, typeJSON)
	return isJSON && (rest == "" || rest == "; charset=utf-8" || rest == ";charset=utf-8" || rest == "; charset=UTF-8")
}

// bodyKindOf reads the content type and, for text, its charset. Without a type that can be read the body counts as JSON.
func bodyKindOf(r *datasources.Reply) (kind bodyKind, charset string) {
	types := r.Header[contentType]
	if len(types) == 0 || isPlainJSON(types[0]) {
		return jsonBody, ""
	}
	media, params, err := mime.ParseMediaType(types[0])
	if err != nil {
		return jsonBody, ""
	}
	_, subtype, isMedia := strings.Cut(media, "/")
	switch {
	case !isMedia, subtype == "json", strings.HasSuffix(subtype, "+json"):
		return jsonBody, ""
	case media == "text/plain":
		return textBody, params["charset"]
	case datasources.IsXMLSubtype(subtype):
		return xmlBody, params["charset"]
	default:
		return otherBody, ""
	}
}
