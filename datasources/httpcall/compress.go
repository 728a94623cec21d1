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

// compressed returns the request with its body compressed, if it has one and the source wants that. The body is whole in memory
// anyway, so its length is told.
func (t *Transport) compressed(r *datasources.Request) (*datasources.Request, error) {
	if isWanted := t.compression == datasources.Gzip || t.compression == datasources.Deflate; !isWanted || len(r.Body) == 0 {
		return r, nil
	}
	var packed bytes.Buffer
	name, w := compressor(t.compression, &packed)
	if _, err := w.Write(r.Body); err != nil {
		return nil, fmt.Errorf("compress the request: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the request: %w", err)
	}
	out := *r
	out.Header = r.Header.Clone()
	if out.Header == nil {
		out.Header = http.Header{}
	}
	out.Header["Content-Encoding"] = []string{name}
	out.Body = packed.Bytes()
	return &out, nil
}

// compressor returns the name of an encoding and its writer. Deflate is zlib's format, as the standard says.
func compressor(c datasources.Compression, to io.Writer) (string, io.WriteCloser) {
	if c == datasources.Deflate {
		return "deflate", zlib.NewWriter(to)
	}
	return "gzip", gzip.NewWriter(to)
}
