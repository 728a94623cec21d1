package server_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/identity/oidc/oidctest"
)

// showing is a gateway that takes the tokens of two issuers, one of which it asks, and whose console tells of them.
type showing struct {
	signing         tokenIssuer
	asked           *oidctest.Issuer
	gateway         *server.Gateway
	definition      server.Definition
	url, admin      string
	good, forgotten string
}

func serveShowing(t *testing.T) *showing {
	t.Helper()
	s := &showing{signing: startIssuer(t), asked: oidctest.Start(t), forgotten: "an-opaque-token-of-nobody"}
	s.good = s.signing.token(t, time.Hour)
	s.asked.Activate("an-opaque-token-of-bob", map[string]any{"sub": "bob-the-subject"})
	settings := s.signing.settings()
	settings.Tokens.Issuers[0].Cooldown = time.Millisecond
	settings.Tokens.Introspection = []oidc.Introspection{{Endpoint: s.asked.URL + "/introspect", ClientID: "weft", ClientSecret: "secret"}}
	s.definition = server.Definition{Documents: []sdl.Input{{File: "tokens.graphql", Text: "type Query { open: Int }"}}, Config: settings}
	s.gateway, s.url = openVersion(t, s.definition)
	admin := httptest.NewServer(s.gateway.Admin(nil, "v9"))
	t.Cleanup(admin.Close)
	s.admin = admin.URL
	return s
}

func (s *showing) show(t *testing.T, token string, want int) {
	t.Helper()
	if resp, body := do(t, http.MethodPost, s.url+"/graphql", `{"query":"{ open }"}`, token); resp.StatusCode != want {
		t.Fatalf("status %d, want %d: %s", resp.StatusCode, want, body)
	}
}

// moments are the times of an answer, which are not the same each time.
var moments = regexp.MustCompile(`"20\d\d-[^"]*"`)

func (s *showing) told(t *testing.T, query string) string {
	t.Helper()
	text := moments.ReplaceAllString(inquire(t, s.admin, query), `"now"`)
	return strings.NewReplacer(s.signing.URL, "SIGNING", s.asked.URL, "ASKED").Replace(text)
}

const aboutTokens = `{ tokenIssuers { name check state accepted refused { reason count } keys calls failures answeredAt lastFailure { at problem } }
	strayTokens { reason count } }`

func TestFiguresOfTokensAreTold(t *testing.T) {
	t.Parallel()
	s := serveShowing(t)
	if got, want := s.told(t, `{ tokenIssuers { name state accepted refused { count } answeredAt lastFailure { at } } }`), `{"data":{"tokenIssuers":[`+
		`{"name":"SIGNING","state":"UNUSED","accepted":0,"refused":[],"answeredAt":null,"lastFailure":null},`+
		`{"name":"ASKED/introspect","state":"UNUSED","accepted":0,"refused":[],"answeredAt":null,"lastFailure":null}]}}`; got != want &&
		got != strings.Replace(strings.Replace(want, "UNUSED", "OK", 1), "null", `"now"`, 1) { // keys are loaded at the start
		t.Errorf("%s, want\n%s", got, want)
	}
	claims := func(changes map[string]any) string { return s.signing.key.Sign(t, s.signing.Claims(changes), nil) }
	for _, c := range []struct {
		token  string
		status int
	}{
		{s.good, http.StatusOK},
		{s.good, http.StatusOK},
		{claims(map[string]any{"exp": 1}), http.StatusUnauthorized},
		{claims(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}), http.StatusUnauthorized},
		{claims(map[string]any{"aud": "bank"}), http.StatusUnauthorized},
		{claims(map[string]any{"cnf": map[string]any{"jkt": "x"}}), http.StatusUnauthorized},
		{claims(map[string]any{"sub": nil}), http.StatusUnauthorized},
		{claims(map[string]any{"iss": "https://nobody.test"}), http.StatusUnauthorized}, // nobody's, and the endpoint may know it
		{"an-opaque-token-of-bob", http.StatusOK},
		{s.forgotten, http.StatusUnauthorized},
		{"", http.StatusOK},
	} {
		s.show(t, c.token, c.status)
	}
	s.show(t, "not a token", http.StatusUnauthorized)
	s.showTwice(t, s.good)
	s.asked.SetDown(true)
	s.show(t, "another", http.StatusServiceUnavailable)
	want := `{"data":{"tokenIssuers":[{"name":"SIGNING","check":"SIGNATURE","state":"OK","accepted":2,"refused":[` +
		`{"reason":"INVALID","count":1},{"reason":"EXPIRED","count":1},{"reason":"NOT_VALID_YET","count":1},{"reason":"OTHER_AUDIENCE","count":1},` +
		`{"reason":"OTHER_CLIENT","count":1}],"keys":1,"calls":1,"failures":0,"answeredAt":"now","lastFailure":null},` +
		`{"name":"ASKED/introspect","check":"INTROSPECTION","state":"FAILING","accepted":1,"refused":[{"reason":"INVALID","count":2},` +
		`{"reason":"NOT_CHECKED","count":1}],"keys":null,"calls":4,"failures":1,"answeredAt":"now",` +
		`"lastFailure":{"at":"now","problem":"its answer cannot be used"}}],` +
		`"strayTokens":[{"reason":"INVALID","count":1},{"reason":"SEVERAL","count":1}]}}`
	if got := s.told(t, aboutTokens); got != want {
		t.Errorf("told is\n%s, want\n%s", got, want)
	}
	// A reload that leaves an issuer as it is keeps its numbers.
	next := s.definition
	settings := *next.Config
	settings.Tokens.Introspection = nil
	next.Config = &settings
	if outcome, diags := s.gateway.Reload(t.Context(), next); outcome != server.Replaced {
		t.Fatal(outcome, diags)
	}
	if got, want := s.told(t, `{ tokenIssuers { name accepted } strayTokens { count } }`),
		`{"data":{"tokenIssuers":[{"name":"SIGNING","accepted":2}],"strayTokens":[]}}`; got != want {
		t.Errorf("after a reload told is\n%s, want\n%s", got, want)
	}
}

// showTwice shows a token in two headers.
func (s *showing) showTwice(t *testing.T, token string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(`{"query":"{ open }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token, "Bearer " + token}}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Fatalf("status %d", resp.StatusCode)
	}
}

// Whatever is asked of the system schema about tokens, it has nothing of them.
func TestFiguresOfTokensHaveNoSecrets(t *testing.T) {
	t.Parallel()
	s := serveShowing(t)
	s.show(t, s.good, http.StatusOK)
	s.show(t, "an-opaque-token-of-bob", http.StatusOK)
	s.show(t, s.forgotten, http.StatusUnauthorized)
	got := inquire(t, s.admin, aboutTokens)
	// All fields that there are, by the schema itself: what is added is to be looked at here.
	if fields := inquire(t, s.admin, `{ __type(name: "TokenIssuer") { fields { name } } }`); strings.Count(fields, `"name":`) != 10 {
		t.Errorf("there are more fields than were asked: %s", fields)
	}
	if !strings.Contains(got, s.signing.URL) {
		t.Fatal(got)
	}
	for _, secret := range append(strings.Split(s.good, "."), "opaque-token", "ann", "bob", "secret", "k1") {
		if strings.Contains(got, secret) {
			t.Errorf("%q is told: %s", secret, got)
		}
	}
}

// Where no tokens are taken there is nothing to tell.
func TestFiguresOfNoTokensAreEmpty(t *testing.T) {
	t.Parallel()
	s := serveIssuing(t, func(*config.Config) {})
	if got, want := inquire(t, s.admin, aboutTokens), `{"data":{"tokenIssuers":[],"strayTokens":[]}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
