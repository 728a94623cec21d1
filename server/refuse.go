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
	t.answerRefusal(w, negotiate(r.Header), refuse(http.StatusMethodNotAllowed, codeBadRequest,
		"The method must be GET or POST, not %q.", r.Method))
}
