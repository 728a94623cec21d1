package console_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/console"
)

const document = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "people", http: { baseURL: "http://localhost:1" })
type Query {
  user(id: ID!): User @connect(source: "people", http: { GET: "/users/{$args.id}" }, selection: "id name bossId")
  hello: String @connect(selection: "$('world')")
}
type User {
  id: ID!
  name: String
  bossId: ID
  boss: User @connect(source: "people", http: { GET: "/users/{$this.bossId}" }, selection: "id name bossId")
}
`

// served is a gateway over a back end of its own, with the console.
type served struct {
	url, admin string
	handler    http.Handler
	gateway    *server.Gateway
	definition server.Definition
	// calls counts those that the back end saw; broken makes it answer nothing but errors.
	calls  atomic.Int32
	broken atomic.Bool
}

func serve(t *testing.T) *served {
	t.Helper()
	return serveWith(t, func(*config.Config) {})
}

// serveWith is serve with other settings.
func serveWith(t *testing.T, change func(*config.Config)) *served {
	t.Helper()
	s := &served{}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.calls.Add(1)
		if s.broken.Load() {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":7,"name":"Ann","bossId":1}`)
	}))
	t.Cleanup(backend.Close)
	s.definition = server.Definition{
		Documents: []sdl.Input{{File: "staff.graphql", Text: document}},
		Config:    &config.Config{Sources: map[string]config.Source{"staff.people": {OverrideURL: backend.URL}}},
	}
	change(s.definition.Config)
	gateway, diags := server.Open(t.Context(), s.definition)
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	public := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(public.Close)
	s.gateway = gateway
	s.handler = gateway.Admin(zap.NewNop(), "v1.2.3")
	admin := httptest.NewServer(s.handler)
	t.Cleanup(admin.Close)
	s.url, s.admin = public.URL, admin.URL
	return s
}

func (s *served) ask(t *testing.T, query string) {
	t.Helper()
	s.askBy(t, "", query)
}

// askBy asks with an API key, and returns the status.
func (s *served) askBy(t *testing.T, key, query string) int {
	t.Helper()
	return s.askWith(t, query, "X-Api-Key", key)
}

// askWith asks with a header, unless its value is empty, and returns the status.
func (s *served) askWith(t *testing.T, query, name, header string) int {
	t.Helper()
	body := `{"query":` + string(value.AppendString(nil, query)) + `}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if header != "" {
		req.Header.Set(name, header)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// get returns what the page's handler answers.
func get(t *testing.T, h http.Handler, method, path string, header http.Header) *http.Response {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	maps.Copy(req.Header, header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result()
}

// Every file that the page or one of its modules names exists, and nothing else is named.
func TestPageLoadsItsOwnFilesOnly(t *testing.T) {
	t.Parallel()
	h := console.New()
	reference := regexp.MustCompile(`(?:src|href)="([^"#][^"]*)"|from "([^"]+)"`)
	seen := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		resp := get(t, h, http.MethodGet, path, nil)
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, %v", path, resp.StatusCode, err)
		}
		if strings.Contains(string(text), "https://") || strings.Contains(string(text), "style=") {
			t.Errorf("%s names something beyond the page, or has a style of its own", path)
		}
		for _, m := range reference.FindAllStringSubmatch(string(text), -1) {
			visit("/" + strings.TrimPrefix(m[1]+m[2], "./"))
		}
	}
	visit("/")
	if len(seen) < 10 {
		t.Errorf("only %v was found", seen)
	}
}

func TestPolicyForbidsEverythingFromElsewhere(t *testing.T) {
	t.Parallel()
	resp := get(t, console.New(), http.MethodGet, "/", nil)
	policy := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
	for _, directive := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, directive) {
			t.Errorf("no %s", directive)
		}
	}
}

func TestFilesAreSentAgainOnlyWhenTheyChanged(t *testing.T) {
	t.Parallel()
	h := console.New()
	first := get(t, h, http.MethodGet, "/main.js", nil)
	again := get(t, h, http.MethodGet, "/main.js", http.Header{"If-None-Match": {first.Header.Get("Etag")}})
	if again.StatusCode != http.StatusNotModified || first.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("status %d, %s", again.StatusCode, first.Header.Get("Cache-Control"))
	}
}

func TestPageOnlyAnswersReads(t *testing.T) {
	t.Parallel()
	h := console.New()
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{http.MethodPost, "/", http.StatusMethodNotAllowed},
		{http.MethodHead, "/", http.StatusOK},
		{http.MethodGet, "/index.html", http.StatusNotFound},
		{http.MethodGet, "/../console.go", http.StatusNotFound},
		{http.MethodGet, "/web/main.js", http.StatusNotFound},
	} {
		if got := get(t, h, tt.method, tt.path, nil).StatusCode; got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, got, tt.want)
		}
	}
}
