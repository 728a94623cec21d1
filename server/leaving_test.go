package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
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

// The slots are for requests that are answered: with as many slow bodies as there are slots, one client would keep out all others.
func TestABodyThatComesSlowlyTakesNoSlot(t *testing.T) {
	t.Parallel()
	base := withText(t, "traffic_shaping: { router: { concurrency_limit: 1 } }", server.Exposure{})
	const body = `{"query":"{ echo(text: \"late\") }"}`
	slow := dialTCP(t, strings.TrimPrefix(base, "http://"), "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body)))
	in := bufio.NewReader(slow)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} { // the body is being read
		if line, err := in.ReadString('\n'); err != nil || line != want {
			t.Fatalf("%q, %v", line, err)
		}
	}
	if got := ask(t, base, `{ echo(text: "x") }`, ""); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	_, _ = io.WriteString(slow, body)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d %s %v", resp.StatusCode, got, err)
	}
}
