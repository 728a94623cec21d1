package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
)

// Texts around the parts of an answer.
const (
	dataKey       = `"data":`
	errorsKey     = `"errors":`
	extensionsKey = `"extensions":`
)

// Values of the headers of answers. They are shared and never changed; each has no room, so that whoever appends gets a copy.
//
//nolint:gochecknoglobals // constants in all but name
var (
	typeJSON    = []string{mediaJSON + "; charset=utf-8"}
	typeGraphQL = []string{mediaGraphQL + "; charset=utf-8"}
	noStore     = []string{"no-store"}
	varyAccept  = []string{"Accept, Accept-Encoding"}
	noSniff     = []string{"nosniff"}
)

// answer writes one answer of an operation. The data goes out as the bytes that the execution assembled; only errors and
// extensions are marshalled here. Errors come after the data and before the extensions.
func (o *operations) answer(w http.ResponseWriter, mediaType string, status int, a *graph.Answer) {
	tracked, isTracked := w.(*trackingWriter)
	if isTracked {
		tracked.hasErrors = tracked.hasErrors || len(a.Errors) > 0
		tracked.record.answered(tracked.ctx, a)
	}
	if a.Data == nil {
		o.countRefused(a.Errors)
	}
	whole, err := a.Whole, error(nil)
	if whole == nil {
		whole, err = marshal(a)
	}
	if err != nil {
		o.log.Error("marshal answer", zap.Error(err))
		status, whole = http.StatusInternalServerError, []byte(internalError)
	}
	isPart := isTracked && tracked.onlyParts != wholeAnswer && err == nil && a.Data != nil
	if isPart {
		status = http.StatusOK
	}
	if isTracked {
		if refused := tracked.record.keep(tracked.ctx, status); refused != nil {
			tracked.hasErrors, isPart = true, false
			sayWhenAgain(w, refused)
			status, whole = refused.status, o.whole(&graph.Answer{Errors: gqlerror.List{refused.err}})
		}
	}
	if isPart {
		err = newPartWriter(w, tracked.onlyParts, o.partTimeout).send(onePart(whole))
	} else {
		err = writeAnswer(w, mediaType, status, whole)
	}
	if isTracked {
		tracked.record.sent(err)
	}
}

// whole returns the JSON of an answer.
func (o *operations) whole(a *graph.Answer) []byte {
	if a.Whole != nil {
		return a.Whole
	}
	whole, err := marshal(a)
	if err != nil {
		o.log.Error("marshal answer", zap.Error(err))
		return []byte(internalError)
	}
	return whole
}

// internalError is the answer when there is no other. Extensions and errors are made of plain data, so that one which cannot be written
// is a defect; the client gets no half-made answer.
const internalError = `{"errors":[{"message":"Internal server error","extensions":{"code":"` + codeInternal + `"}}]}`

// marshal returns the JSON of an answer that is not whole.
func marshal(a *graph.Answer) ([]byte, error) {
	tail, err := answerTail(a)
	if err != nil {
		return nil, err
	}
	whole := make([]byte, 0, len(dataKey)+len(a.Data)+len(tail)+2)
	whole = append(whole, '{')
	if a.Data != nil {
		whole = append(whole, dataKey...)
		whole = append(whole, a.Data...)
		if len(tail) > 1 {
			whole = append(whole, ',')
		}
	}
	return append(whole, tail...), nil
}

// writeAnswer writes the bytes of an answer with its header. An error means that the client went away.
func writeAnswer(w http.ResponseWriter, mediaType string, status int, whole []byte) error {
	h := w.Header()
	if h["Content-Type"] = typeJSON; mediaType == mediaGraphQL {
		h["Content-Type"] = typeGraphQL
	}
	h["Cache-Control"] = noStore
	tracked, ok := w.(*trackingWriter)
	if !ok || !tracked.isPost {
		addVary(h, varyAccept) // nobody takes the answer to one POST for that to another
	}
	// What is around the handler may compress by itself.
	if ok && tracked.wants.best != identityCoding && h["Content-Encoding"] == nil && (len(whole) >= compressFrom || tracked.wants.isRequired) {
		if z := compress(whole, tracked.wants.best); z != nil {
			defer z.release()
			whole = z.Bytes()
			h["Content-Encoding"] = []string{tracked.wants.best.String()}
		}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(whole))}
	w.WriteHeader(status)
	if ok && len(whole) >= gatherFrom {
		gather(tracked.ctx, tracked.ResponseWriter)
	}
	_, err := w.Write(whole)
	return err
}

// answerTail returns what follows the data, up to the closing brace.
func answerTail(resp *graph.Answer) ([]byte, error) {
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
	if mediaType == "" {
		mediaType = mediaJSON
	}
	o.answer(w, mediaType, refused.status, &graph.Answer{Errors: gqlerror.List{refused.err}})
}
