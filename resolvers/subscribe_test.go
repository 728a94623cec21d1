package resolvers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers"
)

const ticks = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "%s" })
type Query { tick(n: ID): Tick @connect(source: "api", http: { GET: "/ticks/{$args.n}" }, selection: "n") }
type Subscription { ticks: Tick @connect(source: "api", http: { GET: "/ticks" }, selection: "n") }
type Tick { n: ID  name: String @connect(source: "api", http: { GET: "/names/{$this.n}" }, selection: "$") }
`

// tickServer sends ticks that it is given, and names.
type tickServer struct {
	ticks chan string
	// first is the tick that every stream begins with, unless it is empty.
	first string
	// name answers for a name; nil answers at once.
	name   func(w http.ResponseWriter, r *http.Request)
	names  atomic.Int32
	opened atomic.Int32
	ended  atomic.Int32
}

func (s *tickServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/ticks" {
		s.names.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if s.name != nil {
			s.name(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, "%q", "name of "+r.URL.Path[len("/names/"):]) // a client that gives up is not our concern
		return
	}
	s.opened.Add(1)
	defer s.ended.Add(1)
	w.Header().Set("Content-Type", "text/event-stream")
	if s.first != "" {
		_, _ = fmt.Fprintf(w, "data: {\"n\": %q}\n\n", s.first)
	}
	_ = http.NewResponseController(w).Flush()
	for {
		select {
		case text, isMore := <-s.ticks:
			if !isMore {
				return
			}
			_, _ = fmt.Fprintf(w, "data: {\"n\": %q}\n\n", text)
			_ = http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// generation serves the ticks of a server.
func (s *tickServer) generation(t *testing.T) *graph.Generation {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	g, found := sdl.Build([]sdl.Input{{File: "a.graphql", Text: fmt.Sprintf(ticks, server.URL)}}, sdl.Options{})
	if g == nil {
		t.Fatal(found)
	}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{datasources.HTTP: rest.Open})
	t.Cleanup(func() { _ = pool.Close() })
	sources, found := resolvers.Open(t.Context(), g, pool, resolvers.Config{})
	if sources == nil {
		t.Fatal(found)
	}
	t.Cleanup(sources.Close)
	generation, err := graph.NewGeneration(graph.Params{Number: 1, Graph: g, Bind: sources.Bind})
	if err != nil {
		t.Fatal(err)
	}
	return generation
}

// subscribe asks a generation; the subscription ends with the test at the latest.
func subscribe(ctx context.Context, t *testing.T, g *graph.Generation, q graph.Query) *graph.Events {
	t.Helper()
	run, errs := g.Begin(q)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(run.Close)
	events, errs := run.Subscribe(ctx)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	t.Cleanup(events.Close)
	return events
}

func next(t *testing.T, e *graph.Events) *graph.Answer {
	t.Helper()
	answer, err := e.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

const namedTicks = `subscription { ticks { n name } }`

// The time is that of one event: waiting for one takes none of it, and the next one has its own.
func TestTheTimeOfAnEventIsBounded(t *testing.T) {
	t.Parallel()
	s := &tickServer{ticks: make(chan string, 3), name: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/names/slow" {
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, `"x"`)
	}}
	events := subscribe(t.Context(), t, s.generation(t), graph.Query{Text: namedTicks})
	events.Timeout = 200 * time.Millisecond
	s.ticks <- "a"
	s.ticks <- "slow"
	go func() {
		<-time.After(2 * events.Timeout)
		s.ticks <- "b"
		close(s.ticks)
	}()
	for _, want := range []string{`{"ticks":{"n":"a","name":"x"}}`, `{"ticks":{"n":"slow","name":null}}`, `{"ticks":{"n":"b","name":"x"}}`} {
		answer := next(t, events)
		if string(answer.Data) != want {
			t.Errorf("want %s, got %s", want, answer.Data)
		}
		isLate := len(answer.Errors) == 1 && answer.Errors[0].Extensions["code"] == "REQUEST_TIMEOUT"
		if isLate != (want == `{"ticks":{"n":"slow","name":null}}`) {
			t.Errorf("%s: errors %v", want, answer.Errors)
		}
	}
	if _, err := events.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("want the end, got %v", err)
	}
}

func TestEachEventIsExplained(t *testing.T) {
	t.Parallel()
	s := &tickServer{ticks: make(chan string, 2)}
	events := subscribe(t.Context(), t, s.generation(t), graph.Query{Text: namedTicks, Explain: graph.Explain{Plan: true, Calls: true}})
	for _, tick := range []string{"a", "b"} {
		s.ticks <- tick
		text, err := json.Marshal(next(t, events).Extensions[graph.ExplainExtension])
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Plan struct {
				Fetches []struct {
					Stream bool `json:"stream"`
				} `json:"fetches"`
			} `json:"plan"`
			Calls []struct {
				Fetch    int     `json:"fetch"`
				Rows     int     `json:"rows"`
				Bytes    int     `json:"bytes"`
				Start    float64 `json:"start"`
				Duration float64 `json:"duration"`
				Request  string  `json:"request"`
			} `json:"calls"`
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Plan.Fetches) != 2 || !got.Plan.Fetches[0].Stream || got.Plan.Fetches[1].Stream {
			t.Errorf("plan %+v", got.Plan)
		}
		if len(got.Calls) != 2 || got.Calls[0].Request != "GET /ticks" || got.Calls[1].Request != "GET /names/{$this.n}" {
			t.Fatalf("calls %+v", got.Calls)
		}
		if c := got.Calls[0]; c.Start < 0 || c.Duration != 0 || c.Rows != 1 || c.Bytes != len(`{"n": "a"}`) {
			t.Errorf("the event is %+v", c)
		}
		if c := got.Calls[1]; c.Start < 0 || c.Start > 10_000 || c.Duration <= 0 {
			t.Errorf("the call is %+v", c)
		}
	}
}

func TestASubscriptionEndsWithTheContexts(t *testing.T) {
	t.Parallel()
	s := &tickServer{ticks: make(chan string)}
	g := s.generation(t)
	reason := errors.New("the client has gone")
	for name, cancels := range map[string]func(stream, next context.CancelCauseFunc){
		"of the stream":  func(stream, _ context.CancelCauseFunc) { stream(reason) },
		"of the waiting": func(_, next context.CancelCauseFunc) { next(reason) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream, cancelStream := context.WithCancelCause(t.Context())
			waiting, cancelNext := context.WithCancelCause(t.Context())
			defer cancelNext(nil)
			events := subscribe(stream, t, g, graph.Query{Text: namedTicks})
			go cancels(cancelStream, cancelNext)
			answer, err := events.Next(waiting)
			if answer != nil || !errors.Is(err, context.Canceled) && !errors.Is(err, reason) {
				t.Errorf("got %v, %v", answer, err)
			}
		})
	}
}

// What many subscribers ask at the same moment because of one event is asked once.
func TestSubscribersShareCalls(t *testing.T) {
	t.Parallel()
	const subscribers = 8
	s := &tickServer{first: "1"}
	var arrived sync.WaitGroup
	arrived.Add(subscribers)
	s.name = func(w http.ResponseWriter, _ *http.Request) {
		arrived.Wait() // all of them wait for this call, if it is shared
		_, _ = io.WriteString(w, `"x"`)
	}
	g := s.generation(t)
	var group sync.WaitGroup
	for range subscribers {
		events := subscribe(t.Context(), t, g, graph.Query{Text: namedTicks})
		group.Go(func() {
			arrived.Done()
			if answer, err := events.Next(t.Context()); err != nil || string(answer.Data) != `{"ticks":{"n":"1","name":"x"}}` {
				t.Errorf("%+v, %v", answer, err)
			}
		})
	}
	group.Wait()
	if n := s.names.Load(); n >= subscribers {
		t.Errorf("%d calls for %d subscribers", n, subscribers)
	}
}

func TestSubscriptionsAreRefusedWhereOneAnswerIsWanted(t *testing.T) {
	t.Parallel()
	g := (&tickServer{}).generation(t)
	run, errs := g.Begin(graph.Query{Text: namedTicks})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	defer run.Close()
	if !run.IsSubscription() {
		t.Error("it is none")
	}
	answer := run.Answer(t.Context(), time.Minute, run.Execute)
	if answer.Data != nil || len(answer.Errors) != 1 || answer.Errors[0].Extensions["code"] != "OPERATION_RESOLUTION_FAILURE" {
		t.Errorf("%+v", answer)
	}
}

// Many subscriptions that come and go leave nothing open.
func TestSubscriptionsLeaveNothingOpen(t *testing.T) {
	t.Parallel()
	s := &tickServer{first: "1"}
	g := s.generation(t)
	const rounds, subscribers = 20, 10
	for range rounds {
		var all []*graph.Events
		for range subscribers {
			all = append(all, subscribe(t.Context(), t, g, graph.Query{Text: namedTicks}))
		}
		var group sync.WaitGroup
		for _, events := range all {
			group.Go(func() {
				if _, err := events.Next(t.Context()); err != nil {
					t.Error(err)
				}
				events.Close()
			})
		}
		group.Wait()
	}
	deadline := time.After(patience)
	for s.ended.Load() < rounds*subscribers {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			t.Fatalf("%d of %d streams have ended", s.ended.Load(), s.opened.Load())
		}
	}
	if diff := cmp.Diff(int32(rounds*subscribers), s.opened.Load()); diff != "" {
		t.Error(diff)
	}
}
