package server

import (
	"mime"
	"net/http"
)

// Headers that clients send so that a browser has to ask first. Which value they have makes no difference: a page of another
// site cannot set them at all without being allowed to.
//
//nolint:gochecknoglobals // a constant in all but name
var preflightHeaders = [...]string{
	"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Graphql-Require-Preflight", "X-Weft-Preflight",
}

// isPreflighted reports whether a browser sends such a request across origins only after it has asked by OPTIONS whether it may: the
// content type is none of the three of forms (Fetch, "CORS-safelisted request-header"), or a header is there that forms cannot have. A
// request without a content type, or with one that cannot be read, is one that a page of any site may have made.
func isPreflighted(r *http.Request) bool {
	if r.Header["Content-Type"] != nil {
		switch mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); {
		case err != nil:
		case mediaType == mediaForm, mediaType == mediaMultipart, mediaType == mediaText:
		default:
			return true
		}
	}
	for _, name := range preflightHeaders {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// Media types that a form can have.
const (
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
	mediaText      = "text/plain"
)
