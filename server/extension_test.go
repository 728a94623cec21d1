package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// witness is an extension that tells of every operation it sees, and lets none with the name Forbidden pass, nor those of strangers.
type witness struct{}

var (
	_ graphql.ResponseInterceptor     = witness{}
	_ graphql.OperationContextMutator = witness{}
)

func (witness) ExtensionName() string { return "witness" }

func (witness) Validate(graphql.ExecutableSchema) error { return nil }

func (witness) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if op.OperationName == "Forbidden" || op.Headers.Get("X-Stranger") != "" {
		return &gqlerror.Error{Message: "not this one", Extensions: map[string]any{"code": "FORBIDDEN"}}
	}
	return nil
}

func (witness) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	graphql.RegisterExtension(ctx, "seen", graphql.GetOperationContext(ctx).OperationName)
	return next(ctx)
}

func TestExtensionsOfGqlgenSeeWhatIsExecuted(t *testing.T) {
	t.Parallel()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(server.New(server.Options{
		Schema: gateway.Schema(), Extensions: []graphql.HandlerExtension{witness{}},
	}))
	t.Cleanup(srv.Close)
	for _, tt := range []struct {
		body, want string
		status     int
	}{
		{
			`{"query":"query Seen { echo(text: \"a\") }","operationName":"Seen"}`,
			`{"data":{"echo":"a"},"extensions":{"seen":"Seen"}}`, http.StatusOK,
		},
		{
			`{"query":"query Forbidden { echo(text: \"a\") }","operationName":"Forbidden"}`,
			`{"errors":[{"message":"not this one","extensions":{"code":"FORBIDDEN"}}]}`, http.StatusBadRequest,
		},
	} {
		// Twice: what an extension adds to an answer is not remembered as if it were a constant.
		for range 2 {
			got := send(t, http.MethodPost, srv.URL+"/graphql", tt.body, "Content-Type: application/json")
			if diff := cmp.Diff(tt.want, got.body); diff != "" || got.status != tt.status {
				t.Errorf("%d %s", got.status, diff)
			}
		}
	}
}

// silent lets pass what witness does, and adds nothing.
type silent struct{ witness }

func (silent) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(ctx)
}

// What an extension decides by is in no key: nobody gets an answer past it that was made for somebody else.
func TestNothingIsAnsweredPastAnExtension(t *testing.T) {
	t.Parallel()
	b := newGatedBackend(t)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: b.url}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(server.New(server.Options{
		Schema: gateway.Schema(), Extensions: []graphql.HandlerExtension{silent{}},
	}))
	t.Cleanup(srv.Close)
	const refused = `{"errors":[{"message":"not this one","extensions":{"code":"FORBIDDEN"}}]}`
	const constant = `{ __typename }`
	for range 3 {
		if got := ask(t, srv.URL, constant, ""); got.body != `{"data":{"__typename":"Query"}}` {
			t.Error(got.body)
		}
	}
	if got := ask(t, srv.URL, constant, "", "X-Stranger: yes"); got.body != refused {
		t.Errorf("a stranger got %s", got.body)
	}
	const called = `{ user(id: 1) { name } }`
	var wg sync.WaitGroup
	wg.Go(func() {
		if got := ask(t, srv.URL, called, ""); got.body != `{"data":{"user":{"name":"answer 1"}}}` {
			t.Error(got.body)
		}
	})
	<-b.arrived
	// It does not wait for the other one's answer.
	if got := ask(t, srv.URL, called, "", "X-Stranger: yes"); got.body != refused {
		t.Errorf("a stranger got %s", got.body)
	}
	close(b.proceed)
	wg.Wait()
}
