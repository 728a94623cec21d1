package httpcall

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"

	"github.com/weftgraph/weft/datasources"
)

const (
	// sizeHint bounds what is allocated on the word of a Content-Length alone, and sizeTrust how many times that for which bytes have
	// come. A long body moves once, while few of its bytes are there.
	sizeHint  = 1 << 20
	sizeTrust = 16
	// usualSize is the room that a body of unknown length begins with; smallSize is not worth to be saved.
	usualSize = 64 << 10
	smallSize = 4 << 10
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

// readInto reads all that the reader has, as long as that is within the limit. The hint is how many bytes there will be, 0 if that is
// not known; it is believed the more, the more there are.
func readInto(r io.Reader, hint, limit int64) (whole, error) {
	var w whole
	w.grow(min(firstSize(hint), limit+1))
	for {
		room := w.bytes[len(w.bytes):cap(w.bytes)]
		if int64(len(w.bytes)) == hint && len(room) == 0 {
			// Whoever has told the truth has nothing more than the end.
			room = make([]byte, 1)
		} else if len(room) == 0 {
			w.grow(nextSize(int64(len(w.bytes)), hint, limit))
			room = w.bytes[len(w.bytes):cap(w.bytes)]
		}
		n, err := r.Read(room)
		if len(w.bytes)+n > cap(w.bytes) {
			w.grow(nextSize(int64(len(w.bytes)), hint, limit))
			copy(w.bytes[len(w.bytes):cap(w.bytes)], room[:n])
		}
		w.bytes = w.bytes[:len(w.bytes)+n]
		switch {
		case int64(len(w.bytes)) > limit:
			err = errTooLarge
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			err = nil
		}
		if err != nil || len(w.bytes) == 0 {
			w.memory.Release()
			return whole{}, err
		}
		if cap(w.bytes) >= 4*max(len(w.bytes), smallSize) {
			w.grow(int64(len(w.bytes))) // much room for a short reply would be missing elsewhere until the answer is written
		}
		return w, nil
	}
}

// firstSize is how much room a body begins with.
func firstSize(hint int64) int64 {
	if hint <= sizeHint {
		return cmp.Or(hint, usualSize)
	}
	return min(hint/sizeTrust+1, sizeHint)
}

// nextSize is how much room to make when so many bytes have filled theirs: as much as the hint says as far as it can be believed by
// now, and twice as much without one; no more than the limit needs.
func nextSize(n, hint, limit int64) int64 {
	size := max(2*n, bytes.MinRead)
	if hint > n {
		size = min(max(sizeTrust*n, bytes.MinRead), hint)
	}
	return max(min(size, limit+1), n+1)
}

// grow moves the bytes to where there is room for so many, which is memory that is used again unless it is very much.
func (w *whole) grow(size int64) {
	m := datasources.TakeMemory(int(size))
	var to []byte
	if m != nil {
		to = m.Bytes[:len(w.bytes)]
	} else {
		to = make([]byte, len(w.bytes), size)
	}
	copy(to, w.bytes)
	w.memory.Release() // nobody has seen it
	w.bytes, w.memory = to, m
}

// drain lets a reader see its end: a compressed stream ends before the body around it does, and only a body that was read to its end
// lets the connection be used again.
func drain(r io.Reader) { _, _ = io.CopyN(io.Discard, r, 1) }
