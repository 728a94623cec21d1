package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestThePlaygroundKnowsTheEndpoint(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Path = "/api" }, server.Exposure{Explain: true})
	got := send(t, http.MethodGet, base+"/", "", "Accept: text/html", "Accept-Encoding: identity")
	if got.status != http.StatusOK || !strings.Contains(got.body, `"endpoint":"/api","explain":true`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	for _, path := range []string{"/nowhere", "/playground", "/playground/assets/nothing.js"} {
		if other := send(t, http.MethodGet, base+path, ""); other.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, other.status)
		}
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
