package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
)

// refuseTransport answers every method that no other transport wants.
type refuseTransport struct{ *operations }

var _ graphql.Transport = refuseTransport{}

// Supports reports true: this transport stands last.
func (refuseTransport) Supports(*http.Request) bool { return true }

// Do answers that the method is not allowed.
func (t refuseTransport) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	w.Header().Set("Allow", http.MethodGet+", "+http.MethodPost)
	refused := refuse(http.StatusMethodNotAllowed, codeBadRequest, "The method must be GET or POST, not %q.", shortened(r.Method))
	if r.Method == http.MethodPut {
		// It is how clients of graphql-sse ask for the mode that works around the few connections of HTTP/1 browsers.
		refused.err.Message += " Event streams have one connection for each operation; there is no single connection mode."
	}
	t.answerUnread(tracked(w, r), r, negotiate(r.Header), refused)
}
