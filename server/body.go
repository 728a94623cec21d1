package server

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// Sizes of the buffers that bodies of requests are read into: a fresh one, the largest that is allocated because a Content-Length
// says so, and the largest that is kept for another request.
const (
	minBody     = 2 << 10
	maxBodyHint = 64 << 10
	maxKeptBody = 64 << 10
)

// body is a request's body. It is used by one goroutine, until release.
type body struct{ bytes []byte }

//nolint:gochecknoglobals // a pool is shared by definition
var bodies = sync.Pool{New: func() any { return &body{bytes: make([]byte, 0, minBody)} }}

func takeBody() *body {
	b, ok := bodies.Get().(*body)
	if !ok {
		return &body{}
	}
	return b
}

// release gives the buffer back: nothing may refer to its bytes any more.
func (b *body) release() {
	if cap(b.bytes) <= maxKeptBody {
		bodies.Put(b)
	}
}

// readFrom reads everything from r, whose length is given as far as it is known.
func (b *body) readFrom(r io.Reader, length int64) error {
	b.bytes = b.bytes[:0]
	if length > 0 {
		// One more than it needs, so that the end is seen without growing.
		b.bytes = slices.Grow(b.bytes, int(min(length, maxBodyHint))+1)
	}
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = slices.Grow(b.bytes, max(len(b.bytes), minBody))
		}
		n, err := r.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
