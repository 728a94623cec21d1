package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/weftgraph/weft/graph"
)

// maxBodyHint bounds what is allocated for a body because its Content-Length says so.
const maxBodyHint = 64 << 10

// postTransport reads requests from JSON bodies. Only `application/json` is accepted: a browser sends that across origins
// only after it has asked, which is what keeps forms of other sites from being executed with a user's cookies.
type postTransport struct{ *operations }

var _ graphql.Transport = postTransport{}

// Supports reports whether r is a POST.
func (postTransport) Supports(r *http.Request) bool { return r.Method == http.MethodPost }

// Do answers the request.
func (t postTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t.serve(w, r, exec, func() (graph.Query, *refusal) {
		if refused := checkContentType(r.Header); refused != nil {
			return graph.Query{}, refused
		}
		body, refused := t.readBody(w, r)
		if refused != nil {
			return graph.Query{}, refused
		}
		return paramsFromBody(body)
	})
}

func checkContentType(header http.Header) *refusal {
	given := header.Get("Content-Type")
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

func (t postTransport) readBody(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	var buf bytes.Buffer
	if hint := min(r.ContentLength, t.maxBody, maxBodyHint); hint > 0 {
		buf.Grow(int(hint) + bytes.MinRead)
	}
	_, err := io.Copy(&buf, http.MaxBytesReader(w, r.Body, t.maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return buf.Bytes(), nil
	case errors.As(err, &tooLarge):
		refused := refuse(http.StatusRequestEntityTooLarge, codeLimitExceeded,
			"The request body is too large, the limit is %d bytes.", t.maxBody)
		refused.err.Extensions["limit"] = "body_bytes"
		return nil, refused
	default:
		return nil, refuse(http.StatusBadRequest, codeBadRequest, "The request body could not be read.")
	}
}
