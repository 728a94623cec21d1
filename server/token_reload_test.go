package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// Keys are kept by issuers that a reload leaves as they were; what is known of tokens is not kept when the settings change.
func TestReloadsKeepTheKeysOfIssuersThatStay(t *testing.T) {
	t.Parallel()
	staying, coming := startIssuer(t), startIssuer(t)
	s := serveTicks(t, staying.settings(), nil)
	ask := func(token string, want int) {
		t.Helper()
		if resp, body := do(t, http.MethodPost, s.base+"/graphql", `{"query":"{ a }"}`, token); resp.StatusCode != want {
			t.Errorf("%d %s, want %d", resp.StatusCode, body, want)
		}
	}
	old, added := staying.token(t, time.Hour), coming.token(t, time.Hour)
	ask(old, http.StatusOK)
	ask(added, http.StatusUnauthorized)
	staying.SetDown(true) // whoever needed its keys again would notice

	both := staying.settings()
	both.Tokens.Issuers = append(both.Tokens.Issuers, coming.settings().Tokens.Issuers...)
	reload := func(d server.Definition) {
		t.Helper()
		d.Documents = []sdl.Input{{File: "test.graphql", Text: tickDocument}}
		if outcome, diags := s.gateway.Reload(t.Context(), d); outcome != server.Replaced {
			t.Fatal(outcome, diags)
		}
	}
	reload(server.Definition{Config: both})
	ask(old, http.StatusOK)
	ask(added, http.StatusOK)

	only := coming.settings()
	reload(server.Definition{Config: only})
	ask(old, http.StatusUnauthorized)
	ask(added, http.StatusOK)

	only = coming.settings()
	only.Tokens = oidc.Settings{}
	reload(server.Definition{Config: only})
	ask(old, http.StatusOK) // nobody reads it
}
