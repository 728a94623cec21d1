package httpcall

import (
	"bytes"
	"errors"
	"io"
)

const (
	// inputSize is the first size of the buffer that a connection is read through: the header and the body of most replies arrive
	// together, and what is larger is read past it.
	inputSize = 8 << 10
	// maxInputKept bounds the buffers that are kept for later calls; a very long header makes them larger.
	maxInputKept = 64 << 10
)

var (
	errHeadTooLong = errors.New("the reply's header is longer than the limit")
	errLineTooLong = errors.New("a line of the reply's body is longer than the limit")
)

// input reads a connection through a buffer that holds nothing between replies, and so is no part of the connection. It belongs to
// one goroutine.
type input struct {
	src io.Reader
	buf []byte
	// buf[lo:hi] is what was read and not yet used.
	lo, hi int
	// isSilent tells that not one byte has come.
	isSilent bool
}

// open makes the input read another connection.
func (in *input) open(src io.Reader) {
	in.src, in.lo, in.hi, in.isSilent = src, 0, 0, true
	if in.buf == nil {
		in.buf = make([]byte, inputSize)
	}
}

// close lets go of the connection, and of a buffer that has become too large to be kept.
func (in *input) close() {
	in.src = nil
	if len(in.buf) > maxInputKept {
		in.buf = nil
	}
}

// fill reads more bytes behind those that are there. Slices of the buffer are no longer valid after it.
func (in *input) fill() error {
	switch {
	case in.lo == in.hi:
		in.lo, in.hi = 0, 0
	case in.hi < len(in.buf):
	case in.lo > 0:
		in.hi = copy(in.buf, in.buf[in.lo:in.hi])
		in.lo = 0
	default:
		grown := make([]byte, 2*len(in.buf))
		copy(grown, in.buf)
		in.buf = grown
	}
	n, err := in.pull(in.buf[in.hi:])
	in.hi += n
	return err
}

// pull reads at least one byte from the connection itself, or fails; an error that comes with bytes comes again without.
func (in *input) pull(p []byte) (int, error) {
	for range 100 {
		n, err := in.src.Read(p)
		if n > 0 {
			in.isSilent = false
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// Read implements io.Reader. What is not buffered goes straight to where it is wanted if that is no smaller than the buffer.
func (in *input) Read(p []byte) (int, error) {
	if in.lo == in.hi {
		if len(p) >= len(in.buf) {
			return in.pull(p)
		}
		if err := in.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, in.buf[in.lo:in.hi])
	in.lo += n
	return n, nil
}

// isEmpty tells that nothing was read that is not used.
func (in *input) isEmpty() bool { return in.lo == in.hi }

// line uses up the next line and returns it with its end. It is valid until more is read.
func (in *input) line(limit int) ([]byte, error) {
	for seen := 0; ; {
		unused := in.buf[in.lo:in.hi]
		if i := bytes.IndexByte(unused[seen:], '\n'); i >= 0 && seen+i < limit {
			in.lo += seen + i + 1
			return unused[:seen+i+1], nil
		}
		if seen = len(unused); seen >= limit {
			return nil, errLineTooLong
		}
		if err := in.fill(); err != nil {
			return nil, cutOff(err)
		}
	}
}

// lines uses up the next lines through the first empty one and returns them with their ends. They are valid until more is read.
// When the connection ends first, they are all that came.
func (in *input) lines(limit int) ([]byte, error) {
	// start is that of the line that is looked at, and seen is where its end is looked for: each byte is looked at once, however
	// slowly they come.
	for start, seen := 0, 0; ; {
		unused := in.buf[in.lo:in.hi]
		for {
			i := bytes.IndexByte(unused[seen:], '\n')
			if i < 0 {
				break
			}
			end := seen + i
			if end >= limit {
				return nil, errHeadTooLong
			}
			if end == start || end == start+1 && unused[start] == '\r' {
				in.lo += end + 1
				return unused[:end+1], nil
			}
			start, seen = end+1, end+1
		}
		if seen = len(unused); seen >= limit {
			return nil, errHeadTooLong
		}
		if err := in.fill(); err != nil {
			return in.buf[in.lo:in.hi], cutOff(err)
		}
	}
}

// cutOff is the error of a connection that ended where more had to come.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
