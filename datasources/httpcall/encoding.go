package httpcall

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

// acceptedEncodings is what decompress understands.
const acceptedEncodings = "gzip, deflate, br"

// maxEncodings bounds how many encodings may lie over each other. Each has buffers of its own, so that a header that names
// thousands of them, over a text that decompresses to itself, would take all memory there is. Nobody needs more than two.
const maxEncodings = 4

var (
	errTooLarge         = errors.New("the reply is larger than the limit")
	errCompressed       = errors.New("the reply's compression cannot be read")
	errTooManyEncodings = fmt.Errorf("%w: more than %d encodings lie over each other", errCompressed, maxEncodings)
)

// decompress returns the reader of the plain body, which is the given one if that is plain. After that the header tells of the plain
// body, too: neither encoding nor length are in it. What is wrong with the compression, and not with the connection, wraps
// errCompressed, here and in errors of the reader.
func decompress(header http.Header, packed io.Reader) (io.Reader, error) {
	encodings := appliedEncodings(header["Content-Encoding"])
	switch {
	case len(encodings) == 0:
		return packed, nil
	case len(encodings) > maxEncodings:
		return nil, errTooManyEncodings
	}
	wire := &wireReader{body: packed}
	var body io.Reader = wire
	// They are named in the order of their application.
	for i := len(encodings) - 1; i >= 0; i-- {
		var err error
		if body, err = decompressor(encodings[i], body); err != nil {
			return nil, wire.blame(err)
		}
	}
	delete(header, "Content-Encoding")
	delete(header, "Content-Length")
	return &plainReader{plain: body, wire: wire}, nil
}

// appliedEncodings reads Content-Encoding: names in lower case, without those that do nothing.
func appliedEncodings(values []string) []string {
	var names []string
	for _, list := range values {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.ToLower(strings.TrimSpace(name))
			if name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	return names
}

// decompressor undoes one encoding. An empty body is no compressed stream at all, but some servers name an encoding even then.
func decompressor(name string, body io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(body)
	head, err := buffered.Peek(2)
	if len(head) == 0 && errors.Is(err, io.EOF) {
		return buffered, nil
	}
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(buffered)
	case "deflate":
		return inflate(buffered, head)
	case "br":
		return brotli.NewReader(buffered), nil
	default:
		return nil, fmt.Errorf("unknown encoding %q", name)
	}
}

// inflate reads "deflate", which by the standard is zlib's format and from some servers the bare stream: only the former
// begins with a multiple of 31 whose low bits say 8.
func inflate(body io.Reader, head []byte) (io.Reader, error) {
	if len(head) == 2 && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(body)
	}
	return flate.NewReader(body), nil
}

// wireReader reads the reply as it comes and remembers why it came to no good end. Decompressors pass such errors on, and have
// errors of their own that look no different.
type wireReader struct {
	body io.Reader
	err  error
}

// Read implements io.Reader.
func (r *wireReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// blame says whose fault an error of a decompressor is: the connection's, or else the compression's.
func (r *wireReader) blame(err error) error {
	if r.err != nil {
		return r.err
	}
	return fmt.Errorf("%w: %w", errCompressed, err)
}

// plainReader is the end of a chain of decompressors.
type plainReader struct {
	plain io.Reader
	wire  *wireReader
}

// Read implements io.Reader.
func (r *plainReader) Read(p []byte) (int, error) {
	n, err := r.plain.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.wire.blame(err)
	}
	return n, err
}
