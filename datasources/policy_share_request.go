package datasources

import (
	"bytes"
	"hash/maphash"
	"maps"
	"net/http"
	"slices"
)

// isShareable tells whether a call has no effect but its reply, as far as the request says that. The word of a query is taken
// for gRPC and SOAP, which have no safe methods of their own.
func (s *share) isShareable(r *Request) bool {
	if r.Reader == nil || r.Payload != nil {
		return false
	}
	return !s.isHTTP || r.Method == http.MethodGet && len(r.Body) == 0
}

// isSameRequest tells whether two requests to one source are the same on the wire: in every header, too, by which back ends
// know callers.
func isSameRequest(a, b *Request) bool {
	return a.URL == b.URL && a.Method == b.Method && bytes.Equal(a.Body, b.Body) &&
		(a.Fixed != nil && a.Fixed == b.Fixed || maps.EqualFunc(a.Header, b.Header, slices.Equal))
}

// hash is equal for requests that are the same. The method is not in it: that of one source's reads is always the same.
func (s *share) hash(r *Request) uint64 {
	h := maphash.String(s.seed, r.URL)
	if len(r.Body) > 0 {
		h = stir(h, maphash.Bytes(s.seed, r.Body))
	}
	if r.Fixed != nil {
		return stir(h, r.Fixed.hash)
	}
	return stir(h, hashHeader(r.Header))
}

// stir adds a part. Without the shift the whole would be linear, and headers that have swapped their values would have one sum.
func stir(h, part uint64) uint64 {
	const multiplier = 0xbf58476d1ce4e5b9 // of splitmix64
	h = (h ^ part) * multiplier
	return h ^ h>>32
}
