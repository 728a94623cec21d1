package server

import (
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/persisted"
)

// documentKey is the part of the URL's path, below that of the endpoint, that is the id of a trusted document.
const documentKey = "document"

// Messages that clients with automatic persisted queries look for.
const (
	messageNotFound     = "PersistedQueryNotFound"
	messageNotSupported = "PersistedQueryNotSupported"
	messageMismatch     = "provided sha does not match query"
)

// nameByPath has the request ask for the document that the path of its URL names, if it does. What is known of the body is not known
// of the request then.
func nameByPath(r *http.Request, request *reading) *refusal {
	id := r.PathValue(documentKey)
	if id == "" {
		return nil
	}
	if q := &request.query; request.batch != nil || q.Text != "" || q.Hash != "" || q.ID != "" {
		return refuse(http.StatusBadRequest, codeBadRequest, "The path of the URL names a document, so the request must not have another.")
	}
	request.query.ID = id
	request.known, request.body = nil, nil
	return nil
}

// recall completes a query that has the hash of its document (Apollo's protocol of automatic persisted queries), and refuses one that
// asks for no document.
func (o *operations) recall(g *graph.Generation, q *graph.Query) gqlerror.List {
	switch {
	case q.Hash == "" && q.Text == "" && q.ID == "":
		return gqlerror.List{refuse(http.StatusBadRequest, codeBadRequest, "Must provide query string.").err}
	case q.Hash == "" || g.Trusts(q.Hash):
		return nil
	case q.Text == "":
		return o.recallText(g, q)
	case o.texts != nil:
		return o.keepText(g, q)
	default:
		return nil // without a store the text is enough
	}
}

// recallText finds the text that has been kept for a hash.
func (o *operations) recallText(g *graph.Generation, q *graph.Query) gqlerror.List {
	if o.texts == nil {
		switch {
		case g.Trust().ByID:
			return nil // the text would be refused as well: the client need not send it
		case !g.HasTrusted():
			// It makes clients stop asking by hashes, so it is said only where there are none.
			return gqlerror.List{refuse(http.StatusOK, codePersistedQueryUnsupported, messageNotSupported).err}
		}
		return gqlerror.List{refuse(http.StatusOK, codePersistedQueryNotFound, messageNotFound).err}
	}
	text, ok := o.texts.Get(q.Hash)
	if !ok {
		return gqlerror.List{refuse(http.StatusOK, codePersistedQueryNotFound, messageNotFound).err}
	}
	hash := q.Hash
	if q.Text, q.Hash = text, ""; g.Hides(q) {
		q.Text, q.Hash = "", hash
		return gqlerror.List{refuse(http.StatusOK, codePersistedQueryNotFound, messageNotFound).err}
	}
	return nil
}

// keepText keeps a text that comes with its hash, if it is valid: nobody fills the store with what cannot be run.
func (o *operations) keepText(g *graph.Generation, q *graph.Query) gqlerror.List {
	if known, ok := o.texts.Get(q.Hash); ok && known == q.Text {
		return nil
	}
	if persisted.HashOf(q.Text) != q.Hash {
		return gqlerror.List{refuse(http.StatusBadRequest, codeBadRequest, messageMismatch).err}
	}
	if errs := g.Check(q); len(errs) > 0 {
		return errs
	}
	o.texts.Put(q.Hash, q.Text)
	return nil
}
