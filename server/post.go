package server

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/klauspost/compress/zstd"

	"github.com/weftgraph/weft/graph/value"
)

// postTransport reads requests from bodies: JSON, which a browser sends across origins only after it has asked, and what forms can
// send, if something else tells that it has, which the door has seen to (csrf). That keeps forms of other sites from being executed with a user's
// cookies.
type postTransport struct{ *operations }

var _ graphql.Transport = postTransport{}

// Supports reports whether r is a POST.
func (postTransport) Supports(r *http.Request) bool { return r.Method == http.MethodPost }

// Do answers the request.
func (t postTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	buf := takeBody()
	defer buf.release()
	t.serve(w, r, exec, func() (reading, *refusal) {
		media, refused := contentOf(r)
		if refused != nil {
			return reading{}, refused
		}
		if media == mediaMultipart {
			return t.readMultipart(w, r)
		}
		if refused := t.readBody(w, r, buf); refused != nil {
			return reading{}, refused
		}
		if media == mediaForm {
			query, refused := paramsFromForm("request body", string(buf.bytes))
			return reading{query: query, generation: t.schema.Generation()}, refused
		}
		return t.readJSON(r, buf)
	})
}

// readJSON reads a JSON body, or finds what is known of it.
func (t postTransport) readJSON(r *http.Request, buf *body) (reading, *refusal) {
	read := reading{body: buf.bytes, generation: t.schema.Generation()}
	known := t.known.of(read.generation)
	if b := known.get(buf.bytes); b != nil {
		read.query = b.query
		if !t.isExplained(r) {
			read.known, read.knownBody = b.answer, b
		}
		return read, nil
	}
	v, err := parseJSON(buf.bytes)
	if err != nil {
		return read, malformed("The request body is not valid JSON", err)
	}
	var refused *refusal
	if v.Kind() == value.KindArray {
		read.batch, refused = t.readBatch(v)
		return read, refused
	}
	if read.query, refused = paramsFromJSON("The request body", v); refused == nil {
		known.put(buf.bytes, read.query, nil)
	}
	return read, refused
}

// contentOf returns the media type of a body, if it is one that is read.
func contentOf(r *http.Request) (string, *refusal) {
	given := r.Header["Content-Type"]
	if len(given) == 1 && given[0] == mediaJSON {
		return mediaJSON, nil // what nearly all clients send
	}
	text := strings.Join(given, ", ")
	media, params, err := mime.ParseMediaType(text)
	switch {
	case err == nil && (media == mediaJSON || media == mediaForm || media == mediaMultipart):
	default:
		return "", refuse(http.StatusUnsupportedMediaType, codeBadRequest, "The content type must be application/json, not %q.", shortened(text))
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return "", refuse(http.StatusUnsupportedMediaType, codeBadRequest, "The charset must be utf-8, not %q.", shortened(charset))
	}
	return media, nil
}

// readBody reads the whole body into a buffer, without its coding. The limit holds for what is sent and for what it becomes.
func (t postTransport) readBody(w http.ResponseWriter, r *http.Request, buf *body) *refusal {
	encoding, refused := contentEncoding(r.Header)
	switch {
	case refused != nil:
		return refused
	case r.ContentLength > t.maxBody:
		w.Header().Set("Connection", "close") // nobody wants to read the rest
		return t.tooLarge()
	}
	var from io.Reader = r.Body
	if r.ContentLength < 0 {
		from = http.MaxBytesReader(w, r.Body, t.maxBody)
	}
	var err error
	if encoding == "" {
		err = buf.readFrom(from, r.ContentLength)
	} else {
		err = t.readEncoded(encoding, from, buf)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge), errors.Is(err, errTooLong),
		errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return t.tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close") // there is no telling where the next request begins
		return refuseSlow()
	case encoding != "":
		return refuse(http.StatusBadRequest, codeBadRequest, "The request body cannot be read as %s.", encoding)
	default:
		return refuse(http.StatusBadRequest, codeBadRequest, "The request body could not be read.")
	}
}

func refuseSlow() *refusal {
	return refuse(http.StatusRequestTimeout, codeRequestTimeout, "The request did not arrive in time.")
}

func (t postTransport) readEncoded(encoding string, packed io.Reader, buf *body) error {
	from, err := plainBody(encoding, packed, t.maxBody)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it has nothing to tell
	return buf.readFrom(from, -1)
}

func (t postTransport) tooLarge() *refusal {
	return exceeds("body_bytes", "The request body is too large, the limit is %d bytes.", t.maxBody)
}
