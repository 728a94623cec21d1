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
)

// acceptedEncodings is what decompress understands.
const acceptedEncodings = "gzip, deflate"

var (
	errTooLarge   = errors.New("the reply is larger than the limit")
	errCompressed = errors.New("the reply's compression cannot be read")
)

// decompress returns the reader of the plain body. After that the header tells of the plain body, too: neither encoding
// nor length are in it. An error wraps errCompressed.
func decompress(resp *http.Response) (io.Reader, error) {
	names := strings.Split(strings.Join(resp.Header["Content-Encoding"], ","), ",")
	var body io.Reader = resp.Body
	isPlain := true
	// They are named in the order of their application.
	for i := len(names) - 1; i >= 0; i-- {
		name := strings.ToLower(strings.TrimSpace(names[i]))
		if name == "" || name == "identity" {
			continue
		}
		isPlain = false
		var err error
		if body, err = decompressor(name, body); err != nil {
			return nil, err
		}
	}
	if !isPlain {
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
	}
	return body, nil
}

// decompressor undoes one encoding. An empty body is no compressed stream at all, but some servers name an encoding even then.
func decompressor(name string, body io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(body)
	head, err := buffered.Peek(2)
	if len(head) == 0 && errors.Is(err, io.EOF) {
		return buffered, nil
	}
	var plain io.Reader
	switch name {
	case "gzip", "x-gzip":
		plain, err = gzip.NewReader(buffered)
	case "deflate":
		plain, err = inflate(buffered, head)
	default:
		err = fmt.Errorf("unknown encoding %q", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCompressed, err)
	}
	return compressed{plain}, nil
}

// inflate reads "deflate", which by the standard is zlib's format and from some servers the bare stream: only the former
// begins with a multiple of 31 whose low bits say 8.
func inflate(body io.Reader, head []byte) (io.Reader, error) {
	if len(head) == 2 && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(body)
	}
	return flate.NewReader(body), nil
}

// compressed marks errors that come from the compression, and not from the connection below it, with errCompressed.
type compressed struct{ plain io.Reader }

// Read implements io.Reader.
func (c compressed) Read(p []byte) (int, error) {
	n, err := c.plain.Read(p)
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, zlib.ErrChecksum) ||
		errors.Is(err, zlib.ErrHeader) || errors.As(err, &corrupt) {
		err = fmt.Errorf("%w: %w", errCompressed, err)
	}
	return n, err
}
