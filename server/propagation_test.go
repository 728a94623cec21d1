package server_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
)

// Nothing of a client's request goes on to a source unless a rule says so, and what is about the connection never does.
func TestHeadersGoOnByTheAllowListAlone(t *testing.T) {
	t.Parallel()
	sent := []string{
		"Authorization: Bearer x", "Cookie: a=b", "Proxy-Authorization: Basic x", "X-Forwarded-For: 1.2.3.4", "X-Shop-A: 1", "X-Other: 2",
		"Te: trailers", "Keep-Alive: 5", "Trailer: X-T", "Forwarded: for=1.2.3.4", "Referer: http://127.0.0.1/", "Accept-Language: de",
		"Proxy-Connection: close", "Traceparent: 00-a", "User-Agent: spy", "Accept-Encoding: br",
	}
	for rules, want := range map[string][]string{
		"": nil,
		"headers: { connector: { all: { request: [{ propagate: { named: authorization } }] } } }":                                                      {"Authorization"},
		"headers: { connector: { all: { request: [{ propagate: { named: cookie } }] } } }":                                                             {"Cookie"},
		"headers: { connector: { all: { request: [{ propagate: { matching: '^x-shop-' } }] } } }":                                                      {"X-Shop-A"},
		"headers: { connector: { sources: { test.other: { request: [{ propagate: { named: cookie } }] } } } }":                                         nil,
		"headers: { connector: { all: { request: [{ propagate: { matching: '^(te|trailer|keep-alive|proxy-authorization|connection|host)$' } }] } } }": nil,
	} {
		got := make(chan http.Header, 1)
		var host string
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host = r.Host
			got <- r.Header.Clone()
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"id":1}`))
		}))
		t.Cleanup(api.Close)
		base := withText(t, rules, server.Exposure{}, api.URL)
		if answer := ask(t, base, "{ user(id: 1) { id } }", "", append(slices.Clone(sent), "Host: evil.example.com")...); answer.status != http.StatusOK {
			t.Errorf("%s: %s", rules, answer.body)
		}
		header := <-got
		if header.Get("User-Agent") == "spy" || header.Get("Accept-Encoding") == "br" {
			t.Errorf("%s: %v", rules, header)
		}
		for _, own := range []string{"Accept", "Accept-Encoding", "User-Agent"} {
			header.Del(own)
		}
		var names []string
		for name := range header {
			names = append(names, name)
		}
		slices.Sort(names)
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("%s: %s", rules, diff)
		}
		if "http://"+host != api.URL {
			t.Errorf("%s: the host is %s", rules, host)
		}
	}
}
