package datasources

import (
	"bytes"
	"hash/maphash"
	"maps"
	"slices"
)

// isShareable tells whether a call has no effect but its reply. A query's word is taken for that, whatever the method: what does more
// than reply belongs in a mutation.
func isShareable(r *Request) bool { return r.Reader != nil && r.Payload == nil && r.Content == nil }

// isSameRequest tells whether two requests to one source are the same on the wire: in every header, too, by which back ends
// know callers.
func isSameRequest(a, b *Request) bool {
	return a.URL == b.URL && a.Method == b.Method && a.MaxMessages == b.MaxMessages && bytes.Equal(a.Body, b.Body) &&
		(a.Fixed != nil && a.Fixed == b.Fixed || maps.EqualFunc(a.Header, b.Header, slices.Equal))
}

// hash is equal for requests that are the same. The method is not in it: requests seldom differ in that alone.
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
