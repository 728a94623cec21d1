package server_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// asked returns what has to do with other origins and with browsers in a header.
func asked(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			out[name] = strings.Join(values, ", ")
		}
	}
	return out
}

const (
	app   = "https://app.example.org"
	other = "https://other.example.org"
	evil  = "https://evil.example.com"
)

func readConfig(tb testing.TB, text string) *config.Config {
	tb.Helper()
	c, diags := config.Read("weft.yaml", text, func(string) (string, bool) { return "", false })
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	return c
}

// withText serves what a weft.yaml says, over the back end at an address if one is given.
func withText(tb testing.TB, text string, expose server.Exposure, api ...string) string {
	tb.Helper()
	read := readConfig(tb, text)
	return serve(tb, func(c *config.Config) {
		sources := c.Sources
		for _, address := range api {
			sources["test.api"] = config.Source{OverrideURL: address}
		}
		*c = *read
		c.Sources = sources
	}, expose)
}

func TestNoOtherOriginIsAllowedUnlessConfigured(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	for _, headers := range [][]string{nil, {"Origin: " + evil}, {"Origin: " + base}, {"Origin: null"}} {
		got := ask(t, base, "{ echo }", "", headers...)
		if got.status != http.StatusOK || len(asked(got.header)) > 0 {
			t.Errorf("%v: %d %v", headers, got.status, got.header)
		}
	}
	got := send(t, http.MethodOptions, base+"/graphql", "", "Origin: "+evil, "Access-Control-Request-Method: POST")
	if got.status != http.StatusMethodNotAllowed || got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight: %d %v", got.status, got.header)
	}
}

func TestOriginsMayWhatTheirPolicySays(t *testing.T) {
	t.Parallel()
	base := withText(t, `
cors:
  allow_headers: [content-type, authorization]
  max_age: 2h
  policies:
    - { origins: ["`+app+`"], allow_credentials: true, expose_headers: [x-b, retry-after] }
    - { match_origins: ['https://[a-z]+\.example\.org'], methods: [POST] }
`, server.Exposure{})
	preflight := func(origin, method, headers string) map[string]string {
		t.Helper()
		given := []string{"Origin: " + origin, "Access-Control-Request-Method: " + method, "Access-Control-Request-Private-Network: true"}
		if headers != "" {
			given = append(given, "Access-Control-Request-Headers: "+headers)
		}
		got := send(t, http.MethodOptions, base+"/graphql", "", given...)
		if got.status != http.StatusNoContent || got.body != "" {
			t.Errorf("%s %s: %d %s", origin, method, got.status, got.body)
		}
		return asked(got.header)
	}
	const preVary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
	for _, tt := range []struct {
		origin, method, headers string
		want                    map[string]string
	}{
		{app, "POST", "content-type", map[string]string{
			"Access-Control-Allow-Origin": app, "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "POST",
			"Access-Control-Allow-Headers": "content-type", "Access-Control-Max-Age": "7200", "Vary": preVary,
		}},
		{other, "POST", "", map[string]string{
			"Access-Control-Allow-Origin": other, "Access-Control-Allow-Methods": "POST", "Access-Control-Max-Age": "7200", "Vary": preVary,
		}},
		{other, "GET", "", map[string]string{"Vary": preVary}},
		{app, "PUT", "", map[string]string{"Vary": preVary}},
		{app, "POST", "x-secret", map[string]string{"Vary": preVary}},
		{evil, "POST", "", map[string]string{"Vary": "Origin"}},
		{"https://app.example.org.evil.com", "POST", "", map[string]string{"Vary": "Origin"}},
		{"null", "POST", "", map[string]string{"Vary": "Origin"}},
	} {
		if diff := cmp.Diff(tt.want, preflight(tt.origin, tt.method, tt.headers)); diff != "" {
			t.Errorf("%s %s %s: %s", tt.origin, tt.method, tt.headers, diff)
		}
	}

	ofApp := map[string]string{
		"Access-Control-Allow-Origin": app, "Access-Control-Allow-Credentials": "true",
		"Access-Control-Expose-Headers": "X-B, Retry-After", "Vary": "Origin",
	}
	// Pages may read errors, too, whoever gives them.
	for query, status := range map[string]int{"{ echo }": 200, "{ nothing }": 400} {
		got := ask(t, base, query, "", "Origin: "+app, "Accept: application/graphql-response+json")
		if diff := cmp.Diff(ofApp, asked(got.header)); diff != "" || got.status != status {
			t.Errorf("%s: %d %s", query, got.status, diff)
		}
	}
	got := send(t, http.MethodPost, base+"/graphql", "query=x", "Content-Type: application/x-www-form-urlencoded", "Origin: "+app)
	if diff := cmp.Diff(ofApp, asked(got.header)); diff != "" || got.status != http.StatusBadRequest {
		t.Errorf("%d %s", got.status, diff)
	}
	for _, origin := range []string{evil, base} {
		got := ask(t, base, "{ echo }", "", "Origin: "+origin)
		if diff := cmp.Diff(map[string]string{"Vary": "Origin"}, asked(got.header)); diff != "" || got.status != http.StatusOK {
			t.Errorf("%s: %d %s", origin, got.status, diff)
		}
	}
	// What others may be given from a cache says what it depends on, also if this request has no origin.
	if got := send(t, http.MethodGet, base+"/graphql?query=%7Becho%7D", ""); got.header.Values("Vary")[0] != "Origin" || len(got.header.Values("Vary")) != 2 {
		t.Errorf("Vary is %q", got.header.Values("Vary"))
	}
	// The page and the health checks are nobody else's.
	for _, path := range []string{"/", "/health/live"} {
		if got := send(t, http.MethodGet, base+path, "", "Origin: "+app, "Accept: text/html", "Accept-Encoding: identity"); got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
}

func TestAnyOriginIsAllowedWithoutCredentialsAlone(t *testing.T) {
	t.Parallel()
	base := withText(t, `
cors: { allow_any_origin: true, allow_credentials: true, policies: [{ origins: ["`+app+`"] }] }
`, server.Exposure{})
	for origin, want := range map[string][2]string{evil: {"*", ""}, "null": {"*", ""}, app: {app, "true"}} {
		for _, got := range []reply{
			ask(t, base, "{ echo }", "", "Origin: "+origin),
			send(t, http.MethodOptions, base+"/graphql", "", "Origin: "+origin, "Access-Control-Request-Method: POST",
				"Access-Control-Request-Headers: content-type,x-anything"),
		} {
			got := [2]string{got.header.Get("Access-Control-Allow-Origin"), got.header.Get("Access-Control-Allow-Credentials")}
			if got != want {
				t.Errorf("%s: %q", origin, got)
			}
		}
	}
}

func TestRequestsThatAPageOfAnySiteCanMakeAreRefused(t *testing.T) {
	t.Parallel()
	bases := map[string]string{
		"default":    serve(t, nil, server.Exposure{Explain: true}),
		"allowed":    withText(t, `cors: { policies: [{ origins: ["`+app+`"] }] }`, server.Exposure{}),
		"own header": withText(t, `csrf: { required_headers: [x-mine] }`, server.Exposure{}),
		"off":        withText(t, `csrf: { unsafe_disabled: true }`, server.Exposure{}),
	}
	const get = "/graphql?query=%7Becho%7D"
	for _, tt := range []struct {
		name, base, method, path string
		headers                  []string
		refused                  bool
	}{
		{"a program", "default", "GET", get, nil, false},
		{"the address bar", "default", "GET", get, []string{"Sec-Fetch-Site: none"}, false},
		{"an own page", "default", "GET", get, []string{"Sec-Fetch-Site: same-origin"}, false},
		{"a link of another site", "default", "GET", get, []string{"Sec-Fetch-Site: cross-site"}, true},
		{"an image of a neighbour", "default", "GET", get, []string{"Sec-Fetch-Site: same-site"}, true},
		{"an old browser with an origin", "default", "GET", get, []string{"Origin: " + evil}, true},
		{"an old browser with a referer", "default", "GET", get, []string{"Referer: " + evil + "/x"}, true},
		{"a referer that is none", "default", "GET", get, []string{"Referer: ://"}, true},
		{"another site that was asked", "default", "GET", get, []string{"Sec-Fetch-Site: cross-site", "Apollo-Require-Preflight: 1"}, false},
		{"another site with json", "default", "GET", get, []string{"Sec-Fetch-Site: cross-site", "Content-Type: application/json"}, false},
		{"another site with a strange type", "default", "GET", get, []string{"Sec-Fetch-Site: cross-site", "Content-Type: a/b"}, true},
		{"an allowed page", "allowed", "GET", get, []string{"Sec-Fetch-Site: cross-site", "Origin: " + app}, false},
		{"an image of an allowed page", "allowed", "GET", get, []string{"Sec-Fetch-Site: cross-site"}, true},
		{"a page that is not allowed", "allowed", "GET", get, []string{"Sec-Fetch-Site: cross-site", "Origin: " + evil}, true},
		{"a path below", "default", "GET", "/graphql/x?query=%7Becho%7D", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"a form", "default", "POST", "/graphql", []string{"Content-Type: application/x-www-form-urlencoded"}, true},
		{"a form of an own page", "default", "POST", "/graphql", []string{"Content-Type: text/plain", "Sec-Fetch-Site: same-origin"}, true},
		{"a form of an allowed page", "allowed", "POST", "/graphql", []string{"Content-Type: text/plain", "Origin: " + app}, true},
		{"files", "default", "POST", "/graphql", []string{"Content-Type: multipart/form-data; boundary=a"}, true},
		{"no type", "default", "POST", "/graphql", nil, true},
		{"text with a header", "default", "POST", "/graphql", []string{"Content-Type: text/plain", "X-Apollo-Operation-Name: a"}, false},
		{"an own header", "own header", "POST", "/graphql", []string{"Content-Type: text/plain", "X-Mine: a"}, false},
		{"not the own header", "own header", "POST", "/graphql", []string{"Content-Type: text/plain", "Apollo-Require-Preflight: a"}, true},
		{"the playground's mappings", "default", "POST", "/playground/map", []string{"Content-Type: text/plain"}, true},
		{"the page", "default", "GET", "/", []string{"Sec-Fetch-Site: cross-site", "Accept: text/html"}, false},
		{"switched off", "off", "POST", "/graphql", []string{"Content-Type: text/plain"}, false},
		{"a link, switched off", "off", "GET", get, []string{"Sec-Fetch-Site: cross-site"}, false},
	} {
		got := send(t, tt.method, bases[tt.base]+tt.path, "x", append(tt.headers, "Accept-Encoding: identity")...)
		refused := strings.Contains(got.body, `"code":"CSRF_PREVENTED"`)
		if refused != tt.refused || refused && got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", tt.name, got.status, got.body)
		}
	}
}

func TestEveryAnswerProtectsWhoReadsIt(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{Explain: true})
	for _, tt := range []struct{ method, path, contentType string }{
		{"POST", "/graphql", "application/json"},
		{"POST", "/graphql", "text/plain"},
		{"PUT", "/graphql", ""},
		{"GET", "/graphql?query=%7Becho%7D", ""},
		{"GET", "/health/live", ""},
		{"GET", "/health", ""},
		{"GET", "/", ""},
		{"GET", "/nowhere", ""},
		{"POST", "/playground/map", "application/json"},
		{"DELETE", "/", ""},
	} {
		got := send(t, tt.method, base+tt.path, `{"query":"{ echo }"}`, "Content-Type: "+tt.contentType, "Accept: */*", "Accept-Encoding: identity")
		h := got.header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" ||
			h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s %s: %v", tt.method, tt.path, h)
		}
		if policy := h.Get("Content-Security-Policy"); !strings.HasPrefix(tt.path, "/graphql") && !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s %s: %v", tt.method, tt.path, h)
		}
	}
}

func TestRequestsWithTooManyHeadersAreRefused(t *testing.T) {
	t.Parallel()
	base := withText(t, "limits: { http1_max_request_headers: 12, http1_max_request_buf_size: 2kib }", server.Exposure{})
	var many []string
	for i := range 12 {
		many = append(many, "X-"+strconv.Itoa(i)+": a")
	}
	for limit, headers := range map[string][]string{"headers": many, "header_bytes": {"X-Long: " + strings.Repeat("a", 2000)}} {
		got := ask(t, base, "{ echo }", "", headers...)
		if got.status != http.StatusRequestHeaderFieldsTooLarge || !strings.Contains(got.body, `"code":"LIMIT_EXCEEDED","limit":"`+limit+`"`) {
			t.Errorf("%s: %d %s", limit, got.status, got.body)
		}
	}
	if got := ask(t, base, "{ echo }", "", many[:4]...); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestRequestsBeyondTheLimitOfThoseInFlightAreToldToComeBack(t *testing.T) {
	t.Parallel()
	called, answer := make(chan struct{}, 2), make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		called <- struct{}{}
		<-answer
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id":1}`))
	}))
	t.Cleanup(api.Close)
	base := withText(t, "traffic_shaping: { router: { concurrency_limit: 2 } }\ncors: { policies: [{ origins: ['"+app+"'] }] }", server.Exposure{}, api.URL)
	slow := make(chan reply, 2)
	for i := range 2 {
		go func() { slow <- ask(t, base, "{ user(id: "+strconv.Itoa(i)+") { id } }", "") }()
		<-called
	}
	got := ask(t, base, "{ echo }", "", "Origin: "+app)
	if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" || got.header.Get("Access-Control-Allow-Origin") != app ||
		got.body != `{"errors":[{"message":"The server has too many requests. Try again later.","extensions":{"code":"OVERLOADED","limit":"concurrency_limit"}}]}` {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	if got := send(t, http.MethodGet, base+"/health/ready", ""); got.status != http.StatusOK {
		t.Errorf("health: %d %s", got.status, got.body)
	}
	close(answer)
	for range 2 {
		if got := <-slow; got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	// A slot is free when its handler returns, which is a moment after its answer has come.
	for deadline := time.Now().Add(time.Minute); ; <-time.After(time.Millisecond) {
		if got := ask(t, base, "{ echo }", ""); got.status == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no slot is free")
		}
	}
}

func TestHealthChecksAreWhereTheConfigurationSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]int{
		"":                                   {"/health": 200, "/health?ready": 200, "/health?live": 200, "/health/live": 200},
		"health_check: { enabled: false }":   {"/health": 404, "/health/live": 404},
		"health_check: { path: /status/me }": {"/status/me": 200, "/status/me?ready": 200, "/status/me/live": 200, "/status/me/ready": 200, "/health": 404, "/health/live": 404},
		"health_check: { path: /graphql }":   {"/graphql": 400, "/graphql/live": 400},
	} {
		base := withText(t, text, server.Exposure{})
		for path, status := range want {
			if got := send(t, http.MethodGet, base+path, ""); got.status != status {
				t.Errorf("%s: %s: %d %s", text, path, got.status, got.body)
			}
		}
	}
}

// A path that ends with a slash is one path: what the door lets through for other paths must not get to the endpoint.
func TestBelowAPathWithASlashThereIsNoEndpoint(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, func(o *server.Options) { o.Path = "/api/" })
	for path, status := range map[string]int{"/api/": http.StatusBadRequest, "/api/x": http.StatusNotFound, "/api/x/y": http.StatusNotFound} {
		if got := send(t, http.MethodGet, s.base+path+"?query={a}", "", "Sec-Fetch-Site: cross-site"); got.status != status {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	expect(t, send(t, http.MethodPost, s.base+"/api/", `{"query":"{ a }"}`, "Content-Type: application/json"), http.StatusOK, `{"data":{"a":1}}`)
}
