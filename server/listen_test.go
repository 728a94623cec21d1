package server_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// listen serves until the returned function is called, which returns what Serve returned and how long stopping took.
func listen(t *testing.T, settings *config.Config) (base string, stop func() (time.Duration, error)) {
	t.Helper()
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Config: settings,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, ln, gateway.Handler(zap.NewNop(), server.Exposure{}), gateway.Timeout(), zap.NewNop())
	}()
	return "http://" + ln.Addr().String(), func() (time.Duration, error) {
		start := time.Now()
		cancel()
		err := <-served
		return time.Since(start), err
	}
}

func TestStoppingAnIdleServerIsQuick(t *testing.T) {
	t.Parallel()
	base, stop := listen(t, nil)
	ask(t, base, "{ echo }", "")
	// Browsers open connections in advance and send nothing on them.
	unused, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", base[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer unused.Close()
	took, err := stop()
	if err != nil || took > time.Second {
		t.Errorf("stopped after %s with %v", took, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestStoppingLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	called := make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		<-r.Context().Done()
	}))
	t.Cleanup(api.Close)
	base, stop := listen(t, &config.Config{
		Timeout: 700 * time.Millisecond,
		Sources: map[string]config.Source{"test.api": {OverrideURL: api.URL}},
	})
	answered := make(chan reply, 1)
	go func() { answered <- ask(t, base, "{ slow { id } echo(text: \"done\") }", "") }()
	<-called
	if _, err := stop(); err != nil {
		t.Error(err)
	}
	if got := <-answered; !strings.HasPrefix(got.body, `{"data":{"slow":null,"echo":"done"},`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	http.DefaultClient.CloseIdleConnections()
}
