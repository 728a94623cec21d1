package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// gatedBackend answers nothing before the test lets it.
type gatedBackend struct {
	url     string
	calls   atomic.Int64
	arrived chan struct{}
	proceed chan struct{}
}

func newGatedBackend(t *testing.T) *gatedBackend {
	t.Helper()
	b := &gatedBackend{arrived: make(chan struct{}, 100), proceed: make(chan struct{})}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		b.calls.Add(1)
		b.arrived <- struct{}{}
		<-b.proceed
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"id":1,"name":"answer %d"}`, b.calls.Load())
	}))
	t.Cleanup(srv.Close)
	b.url = srv.URL
	return b
}

// gatedServer is a server over the backend, which tells how many requests it has begun.
func gatedServer(t *testing.T, b *gatedBackend, change func(*config.Source)) (url string, inFlight func() int) {
	t.Helper()
	source := config.Source{OverrideURL: b.url}
	if change != nil {
		change(&source)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
		Config: &config.Config{Sources: map[string]config.Source{"test.api": source}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	requests := traffic.NewRequests()
	srv := httptest.NewServer(server.New(server.Options{Schema: gateway.Schema(), Requests: requests, Explain: true}))
	t.Cleanup(srv.Close)
	return srv.URL, func() int { return requests.Report().InFlight }
}

// askTogether asks the same several times, the others when the first is under way.
func askTogether(t *testing.T, url string, inFlight func() int, clients int, b *gatedBackend, headers ...string) []reply {
	t.Helper()
	const query = `{ user(id: 1) { id name } }`
	replies := make([]reply, clients)
	var wg sync.WaitGroup
	wg.Go(func() { replies[0] = ask(t, url, query, "", headers...) })
	<-b.arrived
	for i := 1; i < clients; i++ {
		wg.Go(func() { replies[i] = ask(t, url, query, "", headers...) })
	}
	for inFlight() < clients {
		<-time.After(time.Millisecond)
	}
	// From there it is microseconds until they have joined, which nobody can see from outside.
	<-time.After(50 * time.Millisecond)
	close(b.proceed)
	wg.Wait()
	return replies
}

func TestTheSameQueryAtTheSameTimeIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	b := newGatedBackend(t)
	url, inFlight := gatedServer(t, b, nil)
	for i, got := range askTogether(t, url, inFlight, 8, b) {
		if want := `{"data":{"user":{"id":"1","name":"answer 1"}}}`; got.body != want {
			t.Errorf("client %d got %s", i, got.body)
		}
	}
	if n := b.calls.Load(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestWaterfallsShowWhatWasShared(t *testing.T) {
	t.Parallel()
	b := newGatedBackend(t)
	url, inFlight := gatedServer(t, b, nil)
	var shared int
	for _, got := range askTogether(t, url, inFlight, 4, b, "Weft-Explain: plan, calls") {
		answer, err := value.Parse([]byte(got.body))
		if err != nil {
			t.Fatal(err)
		}
		weft := answer.Get("extensions").Get("weft")
		if weft.Get("calls").Len() != 1 || weft.Get("plan").Kind() != value.KindObject {
			t.Fatalf("got %s", got.body)
		}
		call := weft.Get("calls").Elems()[0]
		if start, _ := call.Get("start").AsFloat(); start < 0 {
			t.Errorf("a call starts %v ms before its request", -start)
		}
		if took, _ := call.Get("duration").AsFloat(); took <= 0 {
			t.Errorf("a call takes %v ms", took)
		}
		if call.Get("shared").AsBool() {
			shared++
		}
	}
	if shared != 3 {
		t.Errorf("%d of 4 waterfalls show a shared call", shared)
	}
}

func TestSharingCanBeSwitchedOffForASource(t *testing.T) {
	t.Parallel()
	b := newGatedBackend(t)
	url, inFlight := gatedServer(t, b, func(s *config.Source) { s.Share = new(bool) })
	for i, got := range askTogether(t, url, inFlight, 4, b) {
		if !strings.HasPrefix(got.body, `{"data":{"user":{"id":"1"`) {
			t.Errorf("client %d got %s", i, got.body)
		}
	}
	if n := b.calls.Load(); n != 4 {
		t.Errorf("%d calls", n)
	}
}
