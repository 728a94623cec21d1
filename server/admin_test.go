package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// serveBoth returns the addresses of a server over a backend and of its admin listener.
func serveBoth(tb testing.TB, settings *config.Config) (public, admin string) {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings,
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	tb.Cleanup(gateway.Close)
	listen := func(h http.Handler) string {
		srv := httptest.NewServer(h)
		tb.Cleanup(srv.Close)
		return srv.URL
	}
	public, admin = listen(gateway.Handler(zap.NewNop(), server.Exposure{})), listen(gateway.Admin(zap.NewNop(), "v9", "weft.test"))
	tb.Cleanup(http.DefaultClient.CloseIdleConnections)
	return public, admin
}

func overBackend(tb testing.TB) *config.Config {
	tb.Helper()
	return &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: backend(tb)}}}
}

// inquire asks the system schema.
func inquire(tb testing.TB, admin, query string) string {
	tb.Helper()
	body := `{"query":` + string(value.AppendString(nil, query)) + `}`
	return send(tb, http.MethodPost, admin+server.AdminPath, body, "Content-Type: application/json").body
}

func TestSystemSchemaTellsAboutTheServer(t *testing.T) {
	t.Parallel()
	settings := overBackend(t)
	address := settings.Sources["test.api"].OverrideURL
	settings.Sources["test.api"] = config.Source{OverrideURL: strings.Replace(address, "://", "://user:secret@", 1) + "/v1?key=secret"}
	public, admin := serveBoth(t, settings)
	ask(t, public, "query Greet { echo }", "")
	got := inquire(t, admin, `{ version
		generation { number documents { name dialect version } queryDocuments plans }
		sources { name document kind origin state connectors { coordinate request } latency { p50 } errorsByCode { code } }
		plans { operation document conditions stages fetches calls { min max } uses text }
		unknown: source(name: "nowhere") { name }
	}`)
	want := `{"data":{"version":"v9",` +
		`"generation":{"number":1,"documents":[{"name":"test","dialect":"WEFT","version":"v0.1"}],"queryDocuments":1,"plans":1},` +
		`"sources":[{"name":"test.api","document":"test","kind":"HTTP","origin":"` + address + `","state":"UNUSED","connectors":[` +
		`{"coordinate":"test:Query.user[0]","request":"GET /users/{$args.id}"},` +
		`{"coordinate":"test:Query.users[0]","request":"GET /users?id={$args.ids}"},` +
		`{"coordinate":"test:Query.slow[0]","request":"GET /slow"},` +
		`{"coordinate":"test:Query.html[0]","request":"GET /html"},` +
		`{"coordinate":"test:Mutation.rename[0]","request":"POST /users/{$args.id}"}],"latency":null,"errorsByCode":[]},` +
		`{"name":"test.Query_echo_0","document":"test","kind":"VIRTUAL","origin":null,"state":null,"connectors":[` +
		`{"coordinate":"test:Query.echo[0]","request":""}],"latency":null,"errorsByCode":[]}],` +
		`"plans":[{"operation":"Greet","document":"282e218ffc810a3f4409190175179f4a42b25fc451c2c2f5173fe91587e83be5","conditions":[],` +
		`"stages":1,"fetches":1,"calls":{"min":0,"max":0},"uses":1,` +
		`"text":"query Greet\nstage 1\n  1. virtual\n     test:Query.echo[0]: computed\ncalls: 0\n"}],"unknown":null}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(got, "secret") {
		t.Error("it tells a secret")
	}
}

func TestCallsAndRequestsAreTold(t *testing.T) {
	t.Parallel()
	public, admin := serveBoth(t, overBackend(t))
	ask(t, public, `{ user(id: 7) { name } }`, "")
	ask(t, public, `{ user(id: 7) { name } echo }`, "")
	ask(t, public, `{ html }`, "")
	ask(t, public, `{ nothing }`, "")
	got := inquire(t, admin, `{ sources {
		name state calls errors errorsByCode { code count } canceled unsent inFlight waiting bytes
		lastError { code } latency { count } connectors { coordinate calls errors }
	} requests { count errors inFlight latency { count } history(seconds: 3) { counts } } }`)
	want := `{"data":{"sources":[{"name":"test.api","state":"OK","calls":3,"errors":1,` +
		`"errorsByCode":[{"code":"CONNECTOR_RESPONSE_INVALID","count":1}],"canceled":0,"unsent":0,"inFlight":0,"waiting":0,"bytes":62,` +
		`"lastError":{"code":"CONNECTOR_RESPONSE_INVALID"},"latency":{"count":3},"connectors":[` +
		`{"coordinate":"test:Query.user[0]","calls":2,"errors":0},{"coordinate":"test:Query.users[0]","calls":0,"errors":0},` +
		`{"coordinate":"test:Query.slow[0]","calls":0,"errors":0},{"coordinate":"test:Query.html[0]","calls":1,"errors":1},` +
		`{"coordinate":"test:Mutation.rename[0]","calls":0,"errors":0}]},` +
		`{"name":"test.Query_echo_0","state":null,"calls":0,"errors":0,"errorsByCode":[],"canceled":0,"unsent":0,"inFlight":0,` +
		`"waiting":0,"bytes":0,"lastError":null,"latency":null,"connectors":[{"coordinate":"test:Query.echo[0]","calls":0,"errors":0}]}],` +
		`"requests":{"count":4,"errors":2,"inFlight":0,"latency":{"count":4},"history":{"counts":`
	head, tail, _ := strings.Cut(got, `{"counts":`)
	if diff := cmp.Diff(want, head+`{"counts":`); diff != "" {
		t.Error(diff)
	}
	if strings.Count(tail, ",") != 2 {
		t.Errorf("the history is %s", tail)
	}
}

// A foreign page can neither send a request that is answered nor read an answer, and a foreign name leads nowhere.
func TestAdminListenerAnswersItsOwnPagesOnly(t *testing.T) {
	t.Parallel()
	_, admin := serveBoth(t, overBackend(t))
	const body, json = `{"query":"{ version }"}`, "Content-Type: application/json"
	at := admin + server.AdminPath
	for _, tt := range []struct {
		name, method, url, body string
		headers                 []string
		want                    int
	}{
		{"the page", http.MethodPost, at, body, []string{json, "Sec-Fetch-Site: same-origin"}, http.StatusOK},
		{"a program", http.MethodPost, at, body, []string{json}, http.StatusOK},
		{"a link", http.MethodGet, at + "?query=" + url.QueryEscape("{ version }"), "", nil, http.StatusOK},
		{"a form", http.MethodPost, at, "query={version}", []string{"Content-Type: application/x-www-form-urlencoded"}, http.StatusBadRequest},
		{"text", http.MethodPost, at, body, []string{"Content-Type: text/plain"}, http.StatusBadRequest},
		{"a foreign page", http.MethodPost, at, body, []string{json, "Sec-Fetch-Site: cross-site"}, http.StatusForbidden},
		{"a foreign origin", http.MethodPost, at, body, []string{json, "Origin: https://evil.example"}, http.StatusForbidden},
		{"a preflight", http.MethodOptions, at, "", []string{"Origin: https://evil.example"}, http.StatusBadRequest},
		{"nothing there", http.MethodGet, admin + "/nowhere", "", nil, http.StatusNotFound},
	} {
		got := send(t, tt.method, tt.url, tt.body, tt.headers...)
		if got.status != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.want)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other origins may read it", tt.name)
		}
	}
}

func TestAdminListenerKnowsItsNames(t *testing.T) {
	t.Parallel()
	settings := overBackend(t)
	settings.Admin.Hosts = []string{"Gateway.Internal"}
	_, admin := serveBoth(t, settings)
	for host, isKnown := range map[string]bool{
		"127.0.0.1:4001": true, "[::1]:4001": true, "10.0.0.5": true, "localhost:4001": true, "weft.localhost": true,
		"weft.test:4001": true, "gateway.internal": true, "GATEWAY.INTERNAL.:80": true,
		"evil.example:4001": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "": true,
	} {
		for _, path := range []string{"/", server.AdminPath + "?query={version}"} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, admin+path, http.NoBody)
			req.RequestURI, req.Host = "", host
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got := resp.StatusCode == http.StatusOK; got != isKnown {
				t.Errorf("%q at %s: status %d", host, path, resp.StatusCode)
			}
		}
		if got := send(t, http.MethodGet, admin+"/health/ready", ""); got.status != http.StatusOK {
			t.Errorf("health: %d", got.status)
		}
	}
}

func TestPublicListenerTellsNothingOfTheServer(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{Explain: true})
	got := ask(t, base, "{ version sources { name } }", "")
	if strings.Contains(got.body, `"data"`) || !strings.Contains(got.body, "GRAPHQL_VALIDATION_FAILED") {
		t.Errorf("%d %s", got.status, got.body)
	}
	for _, path := range []string{"/system/graphql", "/console", "/main.js"} {
		if got := send(t, http.MethodPost, base+path, `{"query":"{ version }"}`, "Content-Type: application/json"); got.status != http.StatusNotFound &&
			got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
