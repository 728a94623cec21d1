package httpcall

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	// sizeHint bounds what is allocated on the word of a Content-Length alone.
	sizeHint = 1 << 20
	// minScratch and maxScratch are the first size of buffers for bodies of unknown length, and the largest that is kept.
	minScratch = 32 << 10
	maxScratch = 512 << 10
)

// scratches are buffers for bodies whose length is not known before their end.
//
//nolint:gochecknoglobals // a pool is shared by definition
var scratches = sync.Pool{New: func() any { return &scratch{make([]byte, 0, minScratch)} }}

type scratch struct{ bytes []byte }

// readWhole reads the whole body, decompressed, and takes the encoding out of the header. The length is that on the wire, negative
// when it is not known. The limit counts decompressed bytes. The bytes are the caller's.
func readWhole(header http.Header, wire io.Reader, length, limit int64) ([]byte, error) {
	plain, err := decompress(header, wire)
	if err != nil {
		return nil, err
	}
	isPacked := plain != wire
	var whole []byte
	switch {
	case isPacked:
		whole, err = readUnknown(plain, limit)
		if err == nil {
			drain(wire)
		}
	case length > limit:
		err = errTooLarge
	case length > 0:
		whole, err = readUpTo(make([]byte, 0, min(length, sizeHint)), plain, length, limit)
	default:
		whole, err = readUnknown(plain, limit)
	}
	return whole, err
}

// readUnknown reads a body of unknown length by way of a buffer that is used again, so that the result is not larger than it has to
// be.
func readUnknown(r io.Reader, limit int64) ([]byte, error) {
	s, _ := scratches.Get().(*scratch)
	whole, err := readUpTo(s.bytes[:0], r, 0, limit)
	if cap(whole) <= maxScratch {
		s.bytes = whole
		defer scratches.Put(s)
	}
	switch {
	case err != nil || len(whole) == 0:
		return nil, err
	case cap(whole) > maxScratch && len(whole) > cap(whole)/4*3:
		return whole, nil // a copy would cost more than it saves
	default:
		return append(make([]byte, 0, len(whole)), whole...), nil
	}
}

// readUpTo appends all that the reader has to the bytes, as long as that is within the limit. The hint is how many there will be, as
// far as somebody said so; it is believed the more, the more there are.
func readUpTo(to []byte, r io.Reader, hint, limit int64) ([]byte, error) {
	for {
		room := to[len(to):cap(to)]
		if len(room) == 0 && int64(len(to)) == hint {
			// Whoever has told the truth has nothing more than the end.
			room = make([]byte, 1)
		} else if len(room) == 0 {
			to = grow(to, hint, limit)
			room = to[len(to):cap(to)]
		}
		n, err := r.Read(room)
		if len(to)+n <= cap(to) {
			to = to[:len(to)+n]
		} else {
			to = append(to, room[:n]...)
		}
		switch {
		case int64(len(to)) > limit:
			return to, errTooLarge
		case errors.Is(err, io.EOF):
			return to, nil
		case err != nil:
			return to, err
		}
	}
}

// grow makes room for at least one byte: twice as much as there is, but no more than the hint and the limit need.
func grow(b []byte, hint, limit int64) []byte {
	size := max(2*int64(cap(b)), bytes.MinRead)
	if hint > int64(len(b)) {
		size = min(size, hint)
	}
	size = max(min(size, limit+1), int64(len(b))+1)
	grown := make([]byte, len(b), size)
	copy(grown, b)
	return grown
}

// drain lets a reader see its end: a compressed stream ends before the body around it does, and only a body that was read to its end
// lets the connection be used again.
func drain(r io.Reader) { _, _ = io.CopyN(io.Discard, r, 1) }
