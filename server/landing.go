package server

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

//go:embed landing.html
var landingText string

//go:embed landing.css
var landingStyle string

// landing is the page at "/": it says what listens here and how to ask it. It loads nothing, and its policy forbids it to.
type landing struct {
	page   *template.Template
	policy string
	path   string
	// explain tells that the server explains its answers.
	explain bool
}

// landingData is what the page shows.
type landingData struct {
	Style    template.CSS
	Endpoint string
	Explain  bool
}

func newLanding(path string, explain bool) *landing {
	sum := sha256.Sum256([]byte(landingStyle))
	return &landing{
		page: template.Must(template.New("landing").Parse(landingText)),
		policy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'",
		path:    path,
		explain: explain,
	}
}

// ServeHTTP implements http.Handler.
func (l *landing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	var b strings.Builder
	err := l.page.Execute(&b, landingData{
		Style:    template.CSS(landingStyle), //nolint:gosec // embedded, not from a request
		Endpoint: scheme + "://" + r.Host + l.path,
		Explain:  l.explain,
	})
	if err != nil {
		http.Error(w, "Internal server error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", l.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write([]byte(b.String())) // a reader that went away needs no page
}
