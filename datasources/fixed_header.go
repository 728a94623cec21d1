package datasources

import (
	"hash/maphash"
	"net/http"
)

// headerSeed makes the hashes of headers unpredictable.
var headerSeed = maphash.MakeSeed() //nolint:gochecknoglobals // one for the process, so that hashes can be compared

// FixedHeader is the header of all requests of a connector whose mappings depend on nothing. It is immutable.
type FixedHeader struct {
	header http.Header
	hash   uint64
}

// NewFixedHeader returns a fixed header and takes ownership of it.
func NewFixedHeader(h http.Header) *FixedHeader { return &FixedHeader{h, hashHeader(h)} }

// Header returns the header, which is everybody's and must not be changed.
func (f *FixedHeader) Header() http.Header { return f.header }

// hashHeader is equal for headers that are the same. It does not depend on the order in which they are walked.
func hashHeader(h http.Header) uint64 {
	var sum uint64
	for name, values := range h {
		field := stir(0, maphash.String(headerSeed, name))
		for _, v := range values {
			field = stir(field, maphash.String(headerSeed, v))
		}
		sum += field
	}
	return sum
}
