package playground

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed dist/index.html
var pageText string

// What newPage replaces in the page.
const (
	emptyConfig  = `<script type="application/json" id="playground-config">{}</script>`
	defaultTitle = `<title>` + DefaultTitle + `</title>`
)

// settings is what the page is told, as web/src/config.ts reads it.
type settings struct {
	Title    string  `json:"title"`
	Endpoint string  `json:"endpoint"`
	Explain  bool    `json:"explain"`
	Queries  []Query `json:"queries"`
}

// page is the HTML with its settings written into it. It is made once.
type page struct {
	endpoint       string
	plain, gzipped []byte
	tag            string
}

func newPage(o Options) *page {
	config, _ := json.Marshal(settings{ // strings only: nothing that could fail
		Title: o.Title, Endpoint: o.Endpoint, Explain: o.Explain, Queries: append([]Query{}, o.Queries...),
	})
	// json.Marshal escapes <, > and &, so that no text of a query can end the element.
	text := strings.Replace(pageText, emptyConfig, strings.Replace(emptyConfig, "{}", string(config), 1), 1)
	text = strings.Replace(text, defaultTitle, "<title>"+html.EscapeString(o.Title)+"</title>", 1)
	sum := sha256.Sum256([]byte(text))
	return &page{
		endpoint: o.Endpoint,
		plain:    []byte(text),
		gzipped:  compress([]byte(text)),
		tag:      hex.EncodeToString(sum[:12]),
	}
}

// ServeHTTP implements http.Handler.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	protect(h)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept, Accept-Encoding")
	if !acceptsHTML(r.Header) {
		http.Error(w, "The GraphQL endpoint is "+p.endpoint, http.StatusNotAcceptable)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	body, tag := p.plain, p.tag
	if acceptsGzip(r.Header) {
		body, tag = p.gzipped, p.tag+"-gz"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Etag", strconv.Quote(tag))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsHTML reports whether a client shows pages: it says so, or it takes anything.
func acceptsHTML(header http.Header) bool {
	accept := strings.Join(header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch mediaType {
		case "text/html", "application/xhtml+xml", "text/*", "*/*":
			return true
		}
	}
	return false
}

// compress cannot fail: the writer is memory.
func compress(text []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(text)
	_ = z.Close()
	return out.Bytes()
}
