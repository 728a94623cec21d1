package server

import (
	"errors"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// postTransport reads requests from JSON bodies. Only `application/json` is accepted: a browser sends that across origins
// only after it has asked, which is what keeps forms of other sites from being executed with a user's cookies.
type postTransport struct{ *operations }

var _ graphql.Transport = postTransport{}

// Supports reports whether r is a POST.
func (postTransport) Supports(r *http.Request) bool { return r.Method == http.MethodPost }

// Do answers the request.
func (t postTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	buf := takeBody()
	defer buf.release()
	t.serve(w, r, exec, func() (reading, *refusal) {
		if refused := checkContentType(r.Header); refused != nil {
			return reading{}, refused
		}
		if refused := t.readBody(w, r, buf); refused != nil {
			return reading{}, refused
		}
		read := reading{body: buf.bytes, generation: t.schema.Generation()}
		known := t.known.of(read.generation)
		if b := known.get(buf.bytes); b != nil {
			read.query = b.query
			if !t.isExplained(r) {
				read.known = b.answer
			}
			return read, nil
		}
		var refused *refusal
		if read.query, refused = paramsFromBody(buf.bytes); refused == nil {
			known.put(buf.bytes, read.query, nil)
		}
		return read, refused
	})
}

func checkContentType(header http.Header) *refusal {
	given := header.Get("Content-Type")
	if given == mediaJSON && header["Content-Encoding"] == nil {
		return nil // what nearly all clients send
	}
	mediaType, params, err := mime.ParseMediaType(given)
	if err != nil || mediaType != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest,
			"The content type must be application/json, not %q.", given)
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest, "The charset must be utf-8, not %q.", charset)
	}
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest, "The content encoding %q is not supported.", encoding)
	}
	return nil
}

// readBody reads the whole body into a buffer.
func (t postTransport) readBody(w http.ResponseWriter, r *http.Request, buf *body) *refusal {
	if r.ContentLength > t.maxBody {
		w.Header().Set("Connection", "close") // nobody wants to read the rest
		return t.tooLarge()
	}
	from := r.Body
	if r.ContentLength < 0 {
		from = http.MaxBytesReader(w, r.Body, t.maxBody)
	}
	err := buf.readFrom(from, r.ContentLength)
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return t.tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close") // there is no telling where the next request begins
		return refuse(http.StatusRequestTimeout, codeRequestTimeout, "The request did not arrive in time.")
	default:
		return refuse(http.StatusBadRequest, codeBadRequest, "The request body could not be read.")
	}
}

func (t postTransport) tooLarge() *refusal {
	refused := refuse(http.StatusRequestEntityTooLarge, codeLimitExceeded,
		"The request body is too large, the limit is %d bytes.", t.maxBody)
	refused.err.Extensions["limit"] = "body_bytes"
	return refused
}
