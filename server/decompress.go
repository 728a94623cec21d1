package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxBodyWindow bounds what zstd remembers of a body while it decompresses it, which is memory that a request of a few bytes can ask
// for. Encoders that know how long a body is ask for no more than that.
const maxBodyWindow = 2 << 20

// maxBrotliWindow is the same for brotli. It is the default of its encoders, which they ask for however short a body is; what they can ask
// for at most is 16 MiB.
const maxBrotliWindow = 4 << 20

// errTooLong tells that a body is longer than the limit once it is decompressed.
var errTooLong = errors.New("the decompressed body is too long")

// plainBody returns a reader of a body without its coding, which fails with errTooLong after limit bytes. Whatever else is wrong is an
// error of the coding or of the connection. The reader is closed by whoever gets it.
func plainBody(encoding string, packed io.Reader, limit int64) (io.ReadCloser, error) {
	switch encoding {
	case "gzip", "x-gzip":
		r, ok := gzipReaders.Get().(*gzip.Reader)
		if !ok {
			r = new(gzip.Reader)
		}
		if err := r.Reset(packed); err != nil {
			gzipReaders.Put(r)
			return nil, err
		}
		return &limitedBody{r, limit, func() { gzipReaders.Put(r) }}, nil
	case "br":
		r := bufio.NewReaderSize(packed, brotliBuffer)
		if first, err := r.Peek(1); err == nil && brotliWindow(first[0]) > maxBrotliWindow {
			return nil, errTooLong
		}
		return &limitedBody{brotli.NewReader(r), limit, func() {}}, nil
	case "zstd":
		r, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxBodyWindow))
		if err != nil {
			return nil, err
		}
		return &limitedBody{r, limit, r.Close}, nil
	default:
		return nil, fmt.Errorf("unknown coding %q", encoding)
	}
}

// brotliBuffer is enough for the byte that is looked at; the decoder has a buffer of its own.
const brotliBuffer = 16

// brotliWindow is what the first byte of a body asks for (RFC 7932, section 9.1): the size of the window in bytes, or 0 if that is small.
func brotliWindow(first byte) int {
	if n := first >> 1 & 7; first&1 == 1 && n > 0 {
		return 1 << (17 + n)
	}
	return 0
}

//nolint:gochecknoglobals // a pool is shared by definition
var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

// limitedBody reads up to left bytes.
type limitedBody struct {
	body  io.Reader
	left  int64
	close func()
}

// Read implements io.Reader.
func (l *limitedBody) Read(p []byte) (int, error) {
	// One more byte than there may be, to see that there are more.
	n, err := l.body.Read(p[:min(int64(len(p)), l.left+1)])
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// Close implements io.Closer.
func (l *limitedBody) Close() error {
	l.close()
	return nil
}

// contentEncoding returns the one coding of a body, in lower case; empty for none.
func contentEncoding(header http.Header) (string, *refusal) {
	values := header["Content-Encoding"]
	if len(values) == 0 {
		return "", nil
	}
	given := strings.Join(values, ", ")
	switch encoding := strings.ToLower(strings.TrimSpace(given)); encoding {
	case "", "identity":
		return "", nil
	case "gzip", "x-gzip", "br", "zstd":
		return encoding, nil
	default:
		return "", refuse(http.StatusUnsupportedMediaType, codeBadRequest,
			"The content encoding must be gzip, br or zstd, or none, not %q.", shortened(given))
	}
}
