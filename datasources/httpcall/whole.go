package httpcall

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/weftgraph/weft/datasources"
)

const (
	// sizeHint bounds what is allocated on the word of a Content-Length alone.
	sizeHint = 1 << 20
	// usualSize is the room that a body of unknown length begins with.
	usualSize = 64 << 10
)

// whole is a body that was read to its end. It is the caller's.
type whole struct {
	bytes []byte
	// memory is what the bytes are in, if that is used again.
	memory *datasources.Memory
}

// readWhole reads the whole body, decompressed, and takes the encoding out of the header. The length is that on the wire, negative
// when it is not known. The limit counts decompressed bytes.
func readWhole(header http.Header, wire io.Reader, length, limit int64) (whole, error) {
	plain, err := decompress(header, wire)
	switch {
	case err != nil:
		return whole{}, err
	case plain != wire:
		w, err := readInto(plain, 0, limit)
		if err == nil {
			drain(wire)
		}
		return w, err
	case length > limit:
		return whole{}, errTooLarge
	default:
		return readInto(plain, max(length, 0), limit)
	}
}

// readInto reads all that the reader has, into memory that is used again if it has enough room. The hint is how many bytes there will
// be, 0 if that is not known.
func readInto(r io.Reader, hint, limit int64) (whole, error) {
	size := hint
	if size == 0 {
		size = min(usualSize, limit+1)
	}
	m := datasources.TakeMemory(int(min(size, sizeHint)))
	var to []byte
	if m != nil {
		to = m.Bytes[:0]
	}
	read, err := readUpTo(to, r, hint, limit)
	if m != nil && (err != nil || len(read) == 0 || cap(read) != cap(to)) {
		m.Release() // it is not used, or was too small
		m = nil
	}
	if err != nil || len(read) == 0 {
		return whole{}, err
	}
	return whole{bytes: read, memory: m}, nil
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
