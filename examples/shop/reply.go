package shop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// endpoint answers one request. It writes nothing itself: the reply is first
// logged and, where a fault is switched on, damaged.
type endpoint func(*http.Request) reply

// reply is an answer in memory, but for what a stream adds. The zero body is an
// empty one.
type reply struct {
	status int
	code   string // for the call log, see [Call.Code]
	header http.Header
	body   []byte
	// stream writes what follows the body as it happens, and tells whether it
	// came to an end; nil for an answer that is complete.
	stream func(w http.ResponseWriter, r *http.Request) bool
}

const jsonType = "application/json"

// errorCode is the machine-readable half of an error body.
type errorCode string

const (
	codeBadRequest  errorCode = "BAD_REQUEST"
	codeNotFound    errorCode = "NOT_FOUND"
	codeNotAllowed  errorCode = "METHOD_NOT_ALLOWED"
	codeNotJSON     errorCode = "UNSUPPORTED_MEDIA_TYPE"
	codeTooLarge    errorCode = "TOO_LARGE"
	codeInvalid     errorCode = "INVALID_REVIEW"
	codeFault       errorCode = "FAULT"
	codeUnavailable errorCode = "UNAVAILABLE"
)

// answer makes a JSON reply of value.
func answer(status int, value any) reply {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	// The default escapes & and < for pages that paste JSON into HTML. This
	// is an API, and "Coffee & tea" should be readable in a terminal.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return failure(http.StatusInternalServerError, codeUnavailable, "the answer cannot be written")
	}
	return reply{status: status, header: http.Header{"Content-Type": {jsonType}}, body: body.Bytes()}
}

// failure makes the one error body of this service: {"error":{"code","message"}}.
func failure(status int, code errorCode, format string, args ...any) reply {
	type detail struct {
		Code    errorCode `json:"code"`
		Message string    `json:"message"`
	}
	return answer(status, struct {
		Error detail `json:"error"`
	}{detail{Code: code, Message: fmt.Sprintf(format, args...)}})
}

// with adds a header and returns the same reply.
func (r reply) with(name, value string) reply {
	r.header.Set(name, value)
	return r
}

// send writes the reply. A client that has gone away is not an error here.
func (r reply) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	if r.status == http.StatusNoContent || r.status == http.StatusNotModified {
		w.WriteHeader(r.status) // neither has a body, says RFC 9110, section 6.4.1
		return
	}
	if r.stream == nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}
