package playground

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// files holds every asset as a gzip file: a quarter of the size, and nothing to do for the server.
//
//go:embed dist/playground/assets
var files embed.FS

// mediaTypeOf returns the type of a file that the build writes, and "" for others. The machine's own table of types is not
// asked: it may say anything.
func mediaTypeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ttf":
		return "font/ttf"
	case ".md":
		return "text/plain; charset=utf-8"
	default:
		return ""
	}
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	mediaType := mediaTypeOf(name)
	file, err := files.Open("dist" + AssetsPath + name + ".gz")
	if err != nil || mediaType == "" {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = file.Close() }() // memory

	h := w.Header()
	protect(h)
	h.Set("Content-Type", mediaType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	content, seeks := file.(io.ReadSeeker)
	info, err := file.Stat()
	switch {
	case err != nil || !seeks:
		http.NotFound(w, r) // unreachable: embedded files can do both
	case acceptsGzip(r.Header):
		h.Set("Content-Encoding", "gzip")
		h.Set("Etag", strconv.Quote(name+"-gz"))
		h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
		http.ServeContent(w, r, "", time.Time{}, content)
	default:
		h.Set("Etag", strconv.Quote(name))
		serveDecompressed(w, r, content)
	}
}

// serveDecompressed serves the few clients that cannot decompress, curl without options among them.
func serveDecompressed(w http.ResponseWriter, r *http.Request, compressed io.Reader) {
	z, err := gzip.NewReader(compressed)
	if err != nil {
		http.NotFound(w, r) // unreachable, as is the next: a test reads every asset
		return
	}
	content, err := io.ReadAll(z)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// acceptsGzip reports whether a client takes gzip.
func acceptsGzip(header http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		// Encodings have the syntax of media types but for the slash.
		name, params, err := mime.ParseMediaType(part)
		if err == nil && (name == "gzip" || name == "*") {
			q, err := strconv.ParseFloat(params["q"], 64)
			return err != nil || q > 0
		}
	}
	return false
}
