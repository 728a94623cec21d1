package httpcall

import (
	"io"
	"net/http"
)

// body reads the body of one reply up to where the framing says that it ends, and no byte more. The end comes with the last bytes
// where it is known by then, so that a reader who has room for just these need not ask again. It belongs to one goroutine.
type body struct {
	in    *input
	frame framing
	// left are the bytes that are to come: of the body, or of the chunk.
	left int64
	// err is what ended the body: io.EOF after all of it. A body that was not read to its end has none yet.
	err    error
	chunks chunkState
	// trailer are the fields after the body, once all of it was read.
	trailer http.Header
}

// open makes the reader of a reply's body.
func (b *body) open(in *input, f framing) {
	*b = body{in: in, frame: f, left: f.length, trailer: f.trailer}
	switch {
	case !f.hasBody:
		b.err = io.EOF
	case f.isChunked:
		b.left = 0
	}
}

// isWhole tells that the body was read to its end.
func (b *body) isWhole() bool { return b.err == io.EOF } //nolint:errorlint // set here alone

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	var n int
	switch {
	case b.frame.isChunked:
		n, b.err = b.readChunks(p)
	case b.frame.length < 0:
		n, b.err = b.in.Read(p) // the end of the connection is that of the body
	default:
		n, b.err = b.readCounted(p)
	}
	return n, b.err
}

// readCounted reads bytes that were counted before.
func (b *body) readCounted(p []byte) (int, error) {
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case err != nil:
		return n, cutOff(err)
	case b.left == 0:
		return n, io.EOF
	default:
		return n, nil
	}
}
