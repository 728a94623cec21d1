package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// A line for each request that a client takes back, a hundred thousand in ten seconds over HTTP/2, would bury what has failed.
func TestRequestsThatAreTakenBackAreNotLoggedAsFailures(t *testing.T) {
	t.Parallel()
	called := make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		called <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(api.Close)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: tickDocument + `
extend type Query { slow: Tick @connect(source: "api", http: { GET: "/slow" }, selection: "n") }`}},
		Config: &config.Config{Sources: map[string]config.Source{"test.api": {OverrideURL: api.URL}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	core, logs := observer.New(zap.WarnLevel)
	handler := gateway.Handler(zap.New(core), server.Exposure{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ slow { n } }"}`))
	r.Header.Set("Content-Type", "application/json")
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}()
	<-called
	cancel()
	<-done
	if got := logs.All(); len(got) > 0 {
		t.Errorf("logged: %v", got)
	}
}
