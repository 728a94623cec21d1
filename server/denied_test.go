package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
)

const restrictedDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated", "@requiresScopes", "@policy"])

type Query {
  open: String @connect(selection: "$('everybody')")
  known: String @authenticated @connect(selection: "$('known')")
  desk: String @requiresScopes(scopes: [["desk"]]) @connect(selection: "$('desk')")
  own(id: ID!): ID @policy(policies: [["own"]]) @connect(selection: "$args.id")
}
type Subscription {
  ticks: Int @authenticated @connect(http: { GET: "http://refused.test/ticks" }, selection: "$")
}
`

// byName takes the header X-Who for credentials: a name, and scopes after a colon.
type byName struct{}

func (byName) Identify(_ context.Context, shown identity.Credentials) (*caller.Caller, error) {
	name, scopes, _ := strings.Cut(shown.Header.Get("X-Who"), ":")
	if name == "" {
		return nil, nil //nolint:nilnil // the contract of Identifier: anonymous
	}
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: name, Scopes: strings.Fields(scopes)}), nil
}

// restricted serves a graph that demands things of its callers.
func restricted(t *testing.T, authorization graph.Authorization, change func(*server.Options)) string {
	t.Helper()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "restricted.graphql", Text: restrictedDocument}}, Now: time.Unix(1, 0),
		Config: &config.Config{Authorization: authorization, Policies: map[string]string{"own": "args.id == caller.subject"}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	options := server.Options{Schema: gateway.Schema(), Identifier: byName{}, Explain: true}
	if change != nil {
		change(&options)
	}
	srv := httptest.NewServer(server.New(options))
	t.Cleanup(srv.Close)
	return srv.URL
}

func denied(path, column string) string {
	return `{"message":"Unauthorized field or type","path":["` + path + `"],"locations":[{"line":1,"column":` + column + `}],` +
		`"extensions":{"code":"UNAUTHORIZED_FIELD_OR_TYPE"}}`
}

func TestKnownAnswersAreNotThoseOfAnotherCaller(t *testing.T) {
	t.Parallel()
	base := restricted(t, graph.Authorization{}, nil)
	const body = `{"query":"{ open known }"}`
	anonymous := `{"data":{"open":"everybody","known":null},"errors":[` + denied("known", "8") + `]}`
	known := `{"data":{"open":"everybody","known":"known"}}`
	for range 3 {
		for range 3 {
			if got := send(t, http.MethodPost, base+"/graphql", body, "Content-Type: application/json", "X-Who: ann"); got.body != known {
				t.Fatal(got.body)
			}
		}
		for range 3 {
			if got := send(t, http.MethodPost, base+"/graphql", body, "Content-Type: application/json"); got.body != anonymous {
				t.Fatal(got.body)
			}
		}
	}
}

// What is not told must not make the answer of one caller that of another, either.
func TestUntoldDenialsAreNotRememberedForOthers(t *testing.T) {
	t.Parallel()
	base := restricted(t, graph.Authorization{Response: graph.DeniedNowhere}, nil)
	for range 3 {
		for who, want := range map[string]string{"": `{"data":{"known":null}}`, "ann": `{"data":{"known":"known"}}`} {
			got := send(t, http.MethodPost, base+"/graphql", `{"query":"{ known }"}`, "Content-Type: application/json", "X-Who: "+who)
			if got.body != want {
				t.Fatalf("%q got %s", who, got.body)
			}
		}
	}
}

func TestStatusOfRefusedOperationsTellsWhetherCredentialsWouldHelp(t *testing.T) {
	t.Parallel()
	const mediaGraphQL, mediaJSON = "application/graphql-response+json", "application/json"
	for _, profile := range []config.StatusProfile{config.Classic, config.Draft} {
		base := restricted(t, graph.Authorization{RejectUnauthorized: true}, func(o *server.Options) { o.StatusProfile = profile })
		nobody := restricted(t, graph.Authorization{RejectUnauthorized: true}, func(o *server.Options) { o.Identifier = nil })
		for _, c := range []struct {
			base, who, accept string
			status            int
			challenge         string
		}{
			{base, "", mediaGraphQL, http.StatusUnauthorized, "Bearer"},
			{base, "ann", mediaGraphQL, http.StatusForbidden, ""},
			{nobody, "", mediaGraphQL, http.StatusForbidden, ""},
			{base, "", mediaJSON, http.StatusOK, ""},
			{base, "ann", mediaJSON, http.StatusOK, ""},
			{base, "ann:desk", mediaGraphQL, http.StatusOK, ""},
		} {
			got := send(t, http.MethodPost, c.base+"/graphql", `{"query":"{ open desk }"}`,
				"Content-Type: application/json", "X-Who: "+c.who, "Accept: "+c.accept)
			want := `{"errors":[` + denied("desk", "8") + `]}`
			if c.who == "ann:desk" {
				want = `{"data":{"open":"everybody","desk":"desk"}}`
			}
			if got.status != c.status || got.header.Get("WWW-Authenticate") != c.challenge || got.body != want {
				t.Errorf("%+v: %d %q %s", c, got.status, got.header.Get("WWW-Authenticate"), got.body)
			}
		}
	}
}

func TestPartialAnswersHaveTheStatusOfAnswers(t *testing.T) {
	t.Parallel()
	base := restricted(t, graph.Authorization{}, nil)
	got := send(t, http.MethodPost, base+"/graphql", `{"query":"{ open desk }"}`,
		"Content-Type: application/json", "Accept: application/graphql-response+json")
	if want := `{"data":{"open":"everybody","desk":null},"errors":[` + denied("desk", "8") + `]}`; got.status != http.StatusOK || got.body != want {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestPoliciesReadVariables(t *testing.T) {
	t.Parallel()
	base := restricted(t, graph.Authorization{}, nil)
	for id, want := range map[string]string{`"7"`: `"7"`, `7`: `"7"`, `"8"`: "null", `8`: "null"} {
		got := send(t, http.MethodPost, base+"/graphql", `{"query":"query($id: ID!) { own(id: $id) }","variables":{"id":`+id+`}}`,
			"Content-Type: application/json", "X-Who: 7")
		if !strings.HasPrefix(got.body, `{"data":{"own":`+want+`}`) {
			t.Errorf("%s: %s", id, got.body)
		}
	}
}

func TestRefusalsOverWebSocketsAreErrors(t *testing.T) {
	t.Parallel()
	rejecting := restricted(t, graph.Authorization{RejectUnauthorized: true}, nil)
	want := `[` + denied("known", "3") + `]`
	if diff := cmp.Diff(want, connect(t, rejecting, "null").ask("{ known }", "null")); diff != "" {
		t.Error(diff)
	}
	if got := connect(t, rejecting, "null", "X-Who: ann").ask("{ known }", "null"); got != `{"data":{"known":"known"}}` {
		t.Error(got)
	}
	// The root field of a subscription is denied as a whole, whatever the configuration says.
	answering := restricted(t, graph.Authorization{}, nil)
	want = `[` + denied("ticks", "16") + `]`
	if diff := cmp.Diff(want, connect(t, answering, "null").ask("subscription { ticks }", "null")); diff != "" {
		t.Error(diff)
	}
}

func TestExtensionsOfGqlgenLeaveDenialsWhereTheyAre(t *testing.T) {
	t.Parallel()
	for response, want := range map[graph.DeniedResponse]string{
		graph.DeniedInErrors:     `{"data":{"known":null},"errors":[` + denied("known", "3") + `],"extensions":{"seen":""}}`,
		graph.DeniedInExtensions: `{"data":{"known":null},"extensions":{"authorizationErrors":[` + denied("known", "3") + `],"seen":""}}`,
	} {
		base := restricted(t, graph.Authorization{Response: response}, func(o *server.Options) {
			o.Extensions = []graphql.HandlerExtension{witness{}}
		})
		if got := send(t, http.MethodPost, base+"/graphql", `{"query":"{ known }"}`, "Content-Type: application/json"); got.body != want {
			t.Error(got.body)
		}
	}
}

func TestPlansTellWhatIsDenied(t *testing.T) {
	t.Parallel()
	base := restricted(t, graph.Authorization{}, nil)
	got := send(t, http.MethodPost, base+"/graphql", `{"query":"{ a: known }"}`, "Content-Type: application/json", "Weft-Explain: plan")
	if !strings.Contains(got.body, `"denied":[{"path":["a"],"field":"Query.known"}]`) {
		t.Error(got.body)
	}
}

func TestLogHasOneLineForEachOperationThatIsDeniedSomething(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		authorization graph.Authorization
		message       string
	}{
		"answered": {graph.Authorization{}, "fields denied"},
		"refused":  {graph.Authorization{RejectUnauthorized: true}, "operation refused: unauthorized"},
		"dry":      {graph.Authorization{DryRun: true}, "fields would be denied"},
		"silent":   {graph.Authorization{NoLog: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			core, logs := observer.New(zap.InfoLevel)
			base := restricted(t, c.authorization, func(o *server.Options) { o.Log = zap.New(core) })
			send(t, http.MethodPost, base+"/graphql", `{"query":"query Page { open known a: desk }"}`, "Content-Type: application/json")
			send(t, http.MethodPost, base+"/graphql", `{"query":"query Page { open }"}`, "Content-Type: application/json")
			lines := logs.All()
			if c.message == "" {
				if len(lines) > 0 {
					t.Error(lines)
				}
				return
			}
			if len(lines) != 1 || lines[0].Message != c.message || lines[0].ContextMap()["count"] != int64(2) ||
				cmp.Diff([]any{"known", "a"}, lines[0].ContextMap()["paths"]) != "" {
				t.Errorf("%+v", lines)
			}
		})
	}
}
