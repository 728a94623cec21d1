package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
)

// Texts around the parts of an answer.
const (
	dataKey       = `"data":`
	errorsKey     = `"errors":`
	extensionsKey = `"extensions":`
)

// answer writes one answer of an operation. The data goes out as the bytes that the execution assembled; only errors and
// extensions are marshalled here. Errors come after the data and before the extensions.
func (o *operations) answer(w http.ResponseWriter, mediaType string, status int, resp *graphql.Response) {
	tail, err := answerTail(resp)
	if err != nil {
		// Extensions and errors are made of plain data; this is a defect, and the client gets no half-made answer.
		o.log.Error("marshal answer", zap.Error(err))
		status, resp = http.StatusInternalServerError, &graphql.Response{}
		tail = []byte(`"errors":[{"message":"Internal server error","extensions":{"code":"` + codeInternal + `"}}]}`)
	}
	head := []byte{'{'}
	if resp.Data != nil {
		head = append(head, dataKey...)
		if len(tail) > 1 {
			tail = append([]byte{','}, tail...)
		}
	}
	size := len(head) + len(resp.Data) + len(tail)
	if tracked, ok := w.(*trackingWriter); ok {
		tracked.hasErrors = tracked.hasErrors || len(resp.Errors) > 0
	}

	h := w.Header()
	h.Set("Content-Type", mediaType+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(size))
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	for _, part := range [][]byte{head, resp.Data, tail} {
		if _, err := w.Write(part); err != nil {
			return // the client went away
		}
	}
}

// answerTail returns what follows the data, up to the closing brace.
func answerTail(resp *graphql.Response) ([]byte, error) {
	if len(resp.Errors) == 0 && len(resp.Extensions) == 0 {
		return []byte{'}'}, nil
	}
	var buf bytes.Buffer
	if len(resp.Errors) > 0 {
		buf.WriteString(errorsKey)
		if err := encode(&buf, resp.Errors); err != nil {
			return nil, err
		}
	}
	if len(resp.Extensions) > 0 {
		if buf.Len() > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString(extensionsKey)
		if err := encode(&buf, resp.Extensions); err != nil {
			return nil, err
		}
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

// encode appends JSON without the escaping for HTML that json.Marshal does.
func encode(buf *bytes.Buffer, v any) error {
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1) // the line end that Encode appends
	return nil
}

// answerRefusal writes the answer to a request that was not executed. It has no data.
func (o *operations) answerRefusal(w http.ResponseWriter, mediaType string, refused *refusal) {
	o.answerErrors(w, mediaType, refused.status, gqlerror.List{refused.err})
}

func (o *operations) answerErrors(w http.ResponseWriter, mediaType string, status int, errs gqlerror.List) {
	if mediaType == "" {
		mediaType = mediaJSON
	}
	o.answer(w, mediaType, status, &graphql.Response{Errors: errs})
}
