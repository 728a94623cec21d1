// Package console is the page of the admin listener: what the running gateway knows, with small charts. It is plain HTML, CSS
// and JavaScript modules, embedded as they are, and it loads nothing from anywhere else.
//
// The page asks the system schema, at `graphql` beside it, every two seconds while it is visible:
//
//	web/index.html    the page's frame and headings
//	web/console.css   its look; the colours are those of the playground
//	web/main.js       polls, and gives what came to the views
//	web/api.js        the queries
//	web/overview.js web/sources.js web/limits.js web/issuers.js web/keys.js web/plans.js   the views
//	web/chart.js      lines and bars as SVG
//	web/format.js     numbers and times for people
//	web/dom.js        makes elements
package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed web
var files embed.FS

// policy lets the page load its own files, ask its own server, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mediaType returns the media type of a file by its name, whatever the machine's tables say.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "application/octet-stream"
	}
}

// page has the files by their path on the server. It is immutable.
type page map[string]file

type file struct {
	content   []byte
	mediaType string
	etag      string
}

// New returns the handler of the page: `/` and the files that it loads. It is safe for concurrent use.
func New() http.Handler {
	p := page{}
	entries, err := files.ReadDir("web")
	if err != nil {
		return p // unreachable: the folder is embedded
	}
	for _, e := range entries {
		content, err := files.ReadFile(path.Join("web", e.Name()))
		if err != nil {
			continue // unreachable likewise
		}
		sum := sha256.Sum256(content)
		at := "/" + e.Name()
		if e.Name() == "index.html" {
			at = "/"
		}
		p[at] = file{content, mediaType(e.Name()), `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	return p
}

// ServeHTTP implements http.Handler.
func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := p[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", http.MethodGet+", "+http.MethodHead)
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	// Browsers ask each time whether their copy is still right: after an upgrade no page is made of two versions.
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", f.etag)
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mediaType)
	_, _ = w.Write(f.content) // a reader that went away needs no page
}
