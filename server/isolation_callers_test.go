package server_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/identity/apikey"
)

// isolationDocument reads of the caller in every place where that can be done.
const isolationDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated", "@requiresScopes", "@policy"])
  @source(name: "mine", http: { baseURL: "http://localhost:1/mine", headers: [{ name: "x-user", value: "{$context.caller.subject}" }] })
  @source(name: "public", http: { baseURL: "http://localhost:1/public" })

type Query {
  constant: String @connect(selection: "$('constant')")
  known: String @authenticated @connect(selection: "$('known')")
  scoped: String @requiresScopes(scopes: [["desk"]]) @connect(selection: "$('scoped')")
  who: String @connect(selection: "$($context->jsonStringify)")
  desk: String @connect(selection: "$request.headers.'x-desk'->first")
  plain: String @connect(source: "public", http: { GET: "/plain" }, selection: "$.said")
  mixed: String @connect(source: "public", http: { GET: "/plain" }, selection: "$([$.said, $context.caller.subject, $context.caller.scopes->joinNotNull(',')]->joinNotNull(' for '))")
  seen: String @connect(source: "mine", http: { GET: "/seen" }, selection: "$.said")
  located: String @connect(source: "public", http: { GET: "/of/{$context.\"apollo::authentication::jwt_claims\".tenant->or('none')}" }, selection: "$.said")
  secret: Secret @requiresScopes(scopes: [["desk"]]) @connect(source: "mine", http: { GET: "/secret" }, selection: "said")
  own(id: ID!): String @policy(policies: [["own"]]) @connect(source: "public", http: { GET: "/own/{$args.id}" }, selection: "$.said")
  office: String @policy(policies: [["office"]]) @connect(source: "public", http: { GET: "/office" }, selection: "$.said")
  broken: String @connect(
    source: "public", http: { GET: "/broken" }, selection: "$.said"
    errors: { message: "$.said", extensions: "who: $context.caller.subject scopes: $context.caller.scopes" }
  )
  brokenMine: String @connect(
    source: "mine", http: { GET: "/broken" }, selection: "$.said"
    errors: { message: "$.said", extensions: "who: $context.caller" }
  )
  items: [Item] @connect(source: "public", http: { GET: "/items" }, selection: "id said")
}
type Item {
  id: ID!
  said: String
  note: String @connect(source: "mine", http: { GET: "/notes/{$this.id}" }, selection: "$.said")
  price: String @requiresScopes(scopes: [["desk"]]) @connect(source: "public", http: { GET: "/prices/{$this.id}" }, selection: "$.said")
  owner: String @connect(source: "public", http: { GET: "/owners/{$this.id}" }, selection: "$([$.said, $context.caller.subject]->joinNotNull(' for '))")
}
type Secret { said: String }
type Subscription {
  events: Event @connect(source: "mine", http: { GET: "/events" }, selection: "n said who: $context.caller.subject")
  secrets: Event @requiresScopes(scopes: [["desk"]]) @connect(source: "public", http: { GET: "/events" }, selection: "n said who: $context.caller.subject")
}
type Event { n: Int said: String who: String }
`

const isolationConfig = `
websocket: { ping_interval: 10m } # nobody reads between two questions
authentication:
  jwt: { issuers: [{ issuer: %[1]q, audiences: [shop] }, { issuer: %[2]q, audiences: [shop] }] }
  introspection: [{ issuer: %[2]q, client_id: weft, client_secret: secret }]
  %[3]s
authorization:
  introspection: visible
  policies:
    own: "args.id == caller.subject"
    office: "'x-desk' in request.headers && request.headers['x-desk'][0] == 'office'"
batching: { enabled: true }
connectors: { sources: { isolation.mine: { override_url: "%[4]s/mine" }, isolation.public: { override_url: "%[4]s/public" } } }
headers:
  connector:
    sources:
      isolation.mine:
        request:
          - insert: { name: x-subject, from_context: caller.subject }
          - insert: { name: x-claims, from_context: "apollo::authentication::jwt_claims" }
          - propagate: { named: authorization }
          - propagate: { named: cookie }
`

// identified is a caller: the headers by which it is known.
type identified struct {
	name    string
	headers []string
}

// payload is what a WebSocket of the caller begins with.
func (c identified) payload() string {
	members := make([]string, len(c.headers))
	for i, h := range c.headers {
		name, v, _ := strings.Cut(h, ": ")
		members[i] = quoted(name) + ":" + string(value.AppendString(nil, v))
	}
	return `{"headers":{` + strings.Join(members, ",") + `}}`
}

// isolation is a gateway that a test can have several of, over one back end, which take the same callers.
type isolation struct {
	backend *tellingBackend
	config  string
	callers []identified
	// takesKeys tells that config lacks the file in which one gateway counts what keys use.
	takesKeys bool
}

// newIsolation makes callers, of whom each has a like that differs in one thing. Where API keys are taken, they are among them.
func newIsolation(t *testing.T, takesKeys bool) *isolation {
	t.Helper()
	first, second := startIssuer(t), startIssuer(t)
	backend, keys := newTellingBackend(t), filepath.Join(t.TempDir(), "keys.jsonl")
	ends := time.Now().Add(time.Hour).Unix()
	claims := func(more map[string]any) map[string]any {
		all := map[string]any{"sub": "ann", "exp": ends, "iat": ends - 4000, "scope": "desk", "tenant": "t1"}
		maps.Copy(all, more)
		return all
	}
	signed := func(i tokenIssuer, more map[string]any) []string {
		return []string{"Authorization: Bearer " + i.key.Sign(t, i.Claims(claims(more)), nil)}
	}
	key := func(owner string, scopes ...string) []string {
		_, text, err := apikey.Create(t.Context(), keys, apikey.Draft{Owner: owner, Scopes: scopes}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return []string{"X-Api-Key: " + text}
	}
	second.Activate("opaque", claims(map[string]any{"iss": second.URL, "aud": "shop"}))
	second.Activate("opaque-too", claims(map[string]any{"iss": second.URL, "aud": "shop", "scope": "other"}))
	callers := []identified{
		{"nobody", nil},
		{"nobody with a cookie", []string{"Cookie: a=b"}},
		{"nobody in the office", []string{"X-Desk: office"}},
		{"ann", signed(first, nil)},
		{"ann with other scopes", signed(first, map[string]any{"scope": "other"})},
		{"ann of another tenant", signed(first, map[string]any{"tenant": "t2"})},
		{"ann for longer", signed(first, map[string]any{"exp": ends + 1000})},
		{"ann of another issuer", signed(second, nil)},
		{"bob", signed(first, map[string]any{"sub": "bob"})},
		{"opaque ann", []string{"Authorization: Bearer opaque"}},
		{"opaque ann with other scopes", []string{"Authorization: Bearer opaque-too"}},
	}
	setting := ""
	if takesKeys {
		setting = fmt.Sprintf("api_keys: { file: %q, usage_file: %%q }", keys)
		callers = append(callers, identified{"key", key("acme", "desk")}, identified{"key of the same owner", key("acme", "desk")},
			identified{"key with other scopes", key("acme", "other")})
	}
	return &isolation{backend, fmt.Sprintf(isolationConfig, first.URL, second.URL, setting, backend.url), callers, takesKeys}
}

// serve returns the address of one more gateway.
func (i *isolation) serve(t *testing.T) string {
	t.Helper()
	settings := i.config
	if i.takesKeys {
		settings = fmt.Sprintf(settings, filepath.Join(t.TempDir(), "usage"))
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "isolation.graphql", Text: isolationDocument}}, Config: readConfig(t, settings),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	return srv.URL
}
