package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
)

func TestThePageNamesTheEndpointAndLoadsNothing(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{Explain: true})
	got := send(t, http.MethodGet, base+"/", "")
	if got.status != http.StatusOK || !strings.Contains(got.body, base+"/graphql") || !strings.Contains(got.body, "weft-explain") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	if strings.Contains(got.body, "src=") || strings.Contains(got.body, "@import") {
		t.Error("the page loads something")
	}
	if other := send(t, http.MethodGet, base+"/nowhere", ""); other.status != http.StatusNotFound {
		t.Errorf("/nowhere: %d", other.status)
	}
}

func TestHealthIsAnswered(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	for _, path := range []string{"/health/live", "/health/ready"} {
		if got := send(t, http.MethodGet, base+path, ""); got.status != http.StatusOK || got.body != `{"status":"UP"}` {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestTheSystemSchemaTellsAboutTheServer(t *testing.T) {
	t.Parallel()
	const query = `{"query":"{ version generation { number documents { name dialect version } queryDocuments plans } sources { name kind connectors } }"}`
	const jsonType = "Content-Type: application/json"
	closed := serve(t, nil, server.Exposure{})
	if got := send(t, http.MethodPost, closed+server.SystemPath, query, jsonType); got.status != http.StatusNotFound {
		t.Errorf("closed: %d", got.status)
	}
	open := serve(t, nil, server.Exposure{System: true, Version: "v9"})
	ask(t, open, "{ echo }", "")
	got := send(t, http.MethodPost, open+server.SystemPath, query, jsonType)
	want := `{"data":{"version":"v9","generation":{"number":1,"documents":[{"name":"test","dialect":"WEFT","version":"v0.1"}],` +
		`"queryDocuments":1,"plans":1},"sources":[{"name":"test.api","kind":"HTTP","connectors":5},` +
		`{"name":"test.Query_echo_0","kind":"VIRTUAL","connectors":1}]}}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error(diff)
	}
}
