package httpcall

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"

	"github.com/weftgraph/weft/datasources"
)

// compressRequest returns the request with its body compressed. The body is whole in memory anyway, so its length is told.
func compressRequest(req *http.Request, c datasources.Compression) (*http.Request, error) {
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	name, w := compressor(c, &packed)
	if _, err := io.Copy(w, body); err != nil {
		return nil, fmt.Errorf("compress the request: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the request: %w", err)
	}
	out := req.Clone(req.Context())
	out.Header.Set("Content-Encoding", name)
	out.ContentLength = int64(packed.Len())
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil }
	out.Body, err = out.GetBody()
	return out, err
}

// compressor returns the name of an encoding and its writer. Deflate is zlib's format, as the standard says.
func compressor(c datasources.Compression, to io.Writer) (string, io.WriteCloser) {
	if c == datasources.Deflate {
		return "deflate", zlib.NewWriter(to)
	}
	return "gzip", gzip.NewWriter(to)
}
