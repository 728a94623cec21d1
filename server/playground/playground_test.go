package playground_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/playground"
)

// get answers one request in this process. Headers are given as "Name: value".
func get(t *testing.T, h http.Handler, method, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	script := assets(t)[0]
	h := playground.New(playground.Options{})
	for _, c := range []struct {
		method, target, header string
		status                 int
		mediaType              string
	}{
		{"GET", "/", "Accept: text/html", 200, "text/html; charset=utf-8"},
		{"GET", "/", "Accept: image/png, */*;q=0.1", 200, "text/html; charset=utf-8"},
		{"GET", "/", "Accept: application/json, text/html;q=0", 406, "text/plain; charset=utf-8"},
		{"HEAD", "/", "", 200, "text/html; charset=utf-8"},
		{"POST", "/", "", 405, "text/plain; charset=utf-8"},
		{"GET", "/other", "", 404, "text/plain; charset=utf-8"},
		{"GET", playground.AssetsPath, "", 404, "text/plain; charset=utf-8"},
		{"GET", playground.AssetsPath + "nothing.js", "", 404, "text/plain; charset=utf-8"},
		{"GET", playground.AssetsPath + "..%2f..%2findex.html", "", 404, "text/plain; charset=utf-8"},
		{"GET", playground.AssetsPath + script + ".gz", "", 404, "text/plain; charset=utf-8"},
		{"GET", playground.AssetsPath + script, "", 200, ""},
		{"HEAD", playground.AssetsPath + script, "Accept-Encoding: gzip", 200, ""},
	} {
		resp := get(t, h, c.method, c.target, c.header)
		if resp.StatusCode != c.status || c.mediaType != "" && resp.Header.Get("Content-Type") != c.mediaType {
			t.Errorf("%s %s (%s): %d %s", c.method, c.target, c.header, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		if c.method == http.MethodHead && bodyOf(t, &http.Response{Body: resp.Body}) != "" {
			t.Errorf("HEAD %s has a body", c.target)
		}
	}
}

func TestEverythingIsProtected(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{})
	for _, target := range []string{"/", playground.AssetsPath + assets(t)[0]} {
		header := get(t, h, http.MethodGet, target).Header
		policy := header.Get("Content-Security-Policy")
		for _, rule := range []string{
			"default-src 'none'", "script-src 'self'", "worker-src 'self'", "connect-src 'self'", "base-uri 'none'",
			"form-action 'none'", "frame-ancestors 'none'",
		} {
			if !strings.Contains(policy+";", rule+";") {
				t.Errorf("%s: policy %q has no %q", target, policy, rule)
			}
		}
		if strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "blob:") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", target, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", target, header)
		}
	}
}

func TestThePageIsAskedForAgainAndAssetsAreNot(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{})
	for target, control := range map[string]string{
		"/":                                  "no-cache",
		playground.AssetsPath + assets(t)[0]: "public, max-age=31536000, immutable",
	} {
		tags := map[string]bool{}
		for _, encoding := range []string{"gzip", "identity", "gzip;q=0"} {
			first := get(t, h, http.MethodGet, target, "Accept-Encoding: "+encoding)
			if got := first.Header.Get("Cache-Control"); got != control {
				t.Errorf("%s: Cache-Control %q", target, got)
			}
			tag := first.Header.Get("Etag")
			tags[tag] = true
			again := get(t, h, http.MethodGet, target, "Accept-Encoding: "+encoding, "If-None-Match: "+tag)
			if tag == "" || again.StatusCode != http.StatusNotModified {
				t.Errorf("%s, %s: tag %s, then %d", target, encoding, tag, again.StatusCode)
			}
		}
		if len(tags) != 2 {
			t.Errorf("%s: tags %v, want one for each encoding", target, tags)
		}
	}
	other := playground.New(playground.Options{Explain: true})
	if get(t, h, http.MethodGet, "/").Header.Get("Etag") == get(t, other, http.MethodGet, "/").Header.Get("Etag") {
		t.Error("pages with other settings have the same tag")
	}
}

func TestBothEncodingsHaveTheSameContent(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{})
	targets := []string{"/"}
	for _, name := range assets(t) {
		targets = append(targets, playground.AssetsPath+name)
	}
	for _, target := range targets {
		packed := get(t, h, http.MethodGet, target, "Accept-Encoding: br, gzip")
		plain := get(t, h, http.MethodGet, target, "Accept-Encoding: br")
		if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: encodings %v and %v", target, packed.Header, plain.Header)
		}
		if packed.Header.Get("Content-Type") == "" || bodyOf(t, packed) != bodyOf(t, plain) {
			t.Errorf("%s: other contents, or no type", target)
		}
	}
}

// loads finds what HTML loads, by whatever attribute.
var loads = regexp.MustCompile(`(?:src|href|srcset|action|data)="([^"]*)"`)

func TestThePageLoadsOnlyEmbeddedFiles(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{})
	page := bodyOf(t, get(t, h, http.MethodGet, "/"))
	found := loads.FindAllStringSubmatch(page, -1)
	if len(found) < 3 {
		t.Fatalf("the page loads %v", found)
	}
	for _, f := range found {
		path, isRelative := strings.CutPrefix(f[1], ".")
		if !isRelative || get(t, h, http.MethodGet, path).StatusCode != http.StatusOK {
			t.Errorf("the page loads %s", f[1])
		}
	}
	inline := regexp.MustCompile(`<script(?: type="module")?>|<style| on[a-z]+=| style=`)
	if got := inline.FindString(page); got != "" {
		t.Errorf("the page has %q, which its policy forbids", got)
	}
}

// What styles and scripts load by themselves are other files of the folder.
func TestStylesLoadOnlyEmbeddedFiles(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{})
	for _, name := range assets(t) {
		if filepath.Ext(name) != ".css" {
			continue
		}
		style := bodyOf(t, get(t, h, http.MethodGet, playground.AssetsPath+name))
		for _, f := range regexp.MustCompile(`(?:url\(|@import )["']?([^"')]*)`).FindAllStringSubmatch(style, -1) {
			if strings.HasPrefix(f[1], "data:image/") {
				continue
			}
			path, isRelative := strings.CutPrefix(f[1], "./")
			if !isRelative || get(t, h, http.MethodGet, playground.AssetsPath+path).StatusCode != http.StatusOK {
				t.Errorf("%s loads %q", name, f[1])
			}
		}
	}
}

func TestSettingsAreWrittenIntoThePage(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{
		Endpoint: "/api", Explain: true, Title: "Shop <&> co",
		Queries: []playground.Query{{Name: "a", Title: "A", Text: `{ a(b: "</script><!--") }`, Variables: "{}"}},
	})
	page := bodyOf(t, get(t, h, http.MethodGet, "/"))
	for _, want := range []string{
		"<title>Shop &lt;&amp;&gt; co</title>",
		`{"title":"Shop \u003c\u0026\u003e co","endpoint":"/api","explain":true,"queries":[{"name":"a","title":"A",` +
			`"text":"{ a(b: \"\u003c/script\u003e\u003c!--\") }","variables":"{}","headers":""}]}</script>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	plain := bodyOf(t, get(t, playground.New(playground.Options{}), http.MethodGet, "/"))
	if want := `>{"title":"Weft","endpoint":"/graphql","explain":false,"queries":[]}<`; !strings.Contains(plain, want) {
		t.Errorf("the page has no %s", want)
	}
}

func TestWhoTakesNoPageIsToldTheEndpoint(t *testing.T) {
	t.Parallel()
	resp := get(t, playground.New(playground.Options{Endpoint: "/api"}), http.MethodGet, "/", "Accept: application/json")
	if diff := cmp.Diff("The GraphQL endpoint is /api\n", bodyOf(t, resp)); diff != "" {
		t.Error(diff)
	}
}

// assets lists the names of what is embedded.
func assets(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("dist", "playground", "assets"))
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d assets, %v", len(entries), err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".gz"))
	}
	return names
}
