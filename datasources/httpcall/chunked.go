package httpcall

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
)

const (
	// maxChunkLine bounds the line before a chunk, which may have extensions.
	maxChunkLine = 4 << 10
	// maxTrailer bounds the fields after the last chunk.
	maxTrailer = 4 << 10
	// maxOverhead bounds what the lines of chunks have more than they need: 16 bytes for each chunk, and two for each byte of it. A
	// server that writes byte by byte needs no more, and one that hides a flood in extensions is found out.
	maxOverhead = 16 << 10
)

var errChunk = errors.New("the reply's chunks are not valid")

// chunkState is where a chunked body is.
type chunkState struct {
	// isWithin tells that a chunk has begun whose end was not read.
	isWithin bool
	// overhead are the bytes besides data that were more than they need to be.
	overhead int64
}

// readChunks reads data of chunks (RFC 9112, 7.1): of all of them that are in the buffer, and it waits for no more once it has some.
func (b *body) readChunks(p []byte) (n int, err error) {
	for {
		if b.left == 0 {
			if n > 0 && !b.hasLine() {
				return n, nil
			}
			if err := b.nextChunk(); err != nil {
				return n, err
			}
		}
		if len(p) == n || n > 0 && b.in.isEmpty() {
			return n, nil
		}
		m, err := b.in.Read(p[n:min(int64(len(p)), int64(n)+b.left)])
		n += m
		b.left -= int64(m)
		if err != nil {
			return n, cutOff(err)
		}
	}
}

// hasLine tells whether the lines that end a chunk and begin the next are in the buffer.
func (b *body) hasLine() bool {
	unused := b.in.buf[b.in.lo:b.in.hi]
	return len(unused) > 2 && bytes.IndexByte(unused[2:], '\n') >= 0
}

// nextChunk reads the lines between chunks. After the last one it is io.EOF, and the trailers are read.
func (b *body) nextChunk() error {
	if b.chunks.isWithin {
		end, err := b.in.line(2)
		switch {
		case err != nil && !errors.Is(err, errLineTooLong):
			return err
		case string(end) != "\r\n":
			return errChunk
		}
		b.chunks.isWithin = false
	}
	line, err := b.in.line(maxChunkLine)
	if err != nil {
		return err
	}
	size, err := parseChunkLine(line)
	if err != nil {
		return err
	}
	const allowed = 16
	b.chunks.overhead = max(0, b.chunks.overhead+int64(len(line))-allowed-2*min(size, maxOverhead))
	if b.chunks.overhead > maxOverhead {
		return errChunk
	}
	if size == 0 {
		return b.readTrailer()
	}
	b.left, b.chunks.isWithin = size, true
	return nil
}

// parseChunkLine reads the size of a chunk. Extensions are not looked at, as nobody knows any (RFC 9112, 7.1.1), but a control
// character is in none. Here a line ends with both of its bytes: servers and proxies have seen different ends otherwise.
func parseChunkLine(line []byte) (int64, error) {
	line, hasEnd := bytes.CutSuffix(line, []byte("\r\n"))
	if !hasEnd || !isVisible(string(line)) {
		return 0, errChunk
	}
	digits, _, _ := bytes.Cut(bytes.TrimRight(line, " \t"), []byte(";"))
	const most = 15 // more would not fit, and no body is so large
	if len(digits) == 0 || len(digits) > most {
		return 0, errChunk
	}
	var size int64
	for _, c := range digits {
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, errChunk
		}
		size = size<<4 | int64(c)
	}
	return size, nil
}

// readTrailer reads the fields after the last chunk (RFC 9112, 7.1.2). They stay apart from those of the header.
func (b *body) readTrailer() error {
	text, err := b.in.lines(maxTrailer)
	if err != nil {
		return err
	}
	if string(text) == "\r\n" {
		return io.EOF
	}
	if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
		return errField
	}
	fields, err := parseFields(string(text))
	if err != nil {
		return err
	}
	if b.trailer == nil {
		b.trailer = make(http.Header, len(fields))
	}
	maps.Copy(b.trailer, fields)
	return io.EOF
}
