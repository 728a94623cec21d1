package graph_test

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
)

// generationThatReads makes a generation whose plans depend on what is given.
func generationThatReads(t *testing.T, reads graph.Reads) *graph.Generation {
	t.Helper()
	g, err := graph.NewGeneration(graph.Params{Number: 1, Graph: testGraph(t), Bind: func(*plan.Plan) (graph.Bound, error) {
		return graph.Bound{
			Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} },
			Reads: reads,
		}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const askUser = `query($id: ID!) { user(id: $id) { name } }`

// asker asks a generation and runs what nobody else runs: each run waits for the test.
type asker struct {
	t    *testing.T
	g    *graph.Generation
	runs atomic.Int64
	// proceed lets one run end; its answer has the run's number.
	proceed chan struct{}
}

func newAsker(t *testing.T, reads graph.Reads) *asker {
	t.Helper()
	return &asker{t: t, g: generationThatReads(t, reads), proceed: make(chan struct{})}
}

func (a *asker) run(ctx context.Context) *graph.Answer {
	n := a.runs.Add(1)
	select {
	case <-a.proceed:
		return &graph.Answer{Data: []byte{'0' + byte(n)}}
	case <-ctx.Done():
		return nil
	}
}

// ask answers a query; the answer is what the caller gets, "late" when there was none.
func (a *asker) ask(ctx context.Context, q graph.Query) string {
	run, errs := a.g.Begin(q)
	if len(errs) > 0 {
		a.t.Error(errs)
		return ""
	}
	defer run.Close()
	answer := run.Answer(ctx, time.Minute, a.run)
	switch {
	case answer == nil:
		return "late"
	case len(answer.Errors) > 0:
		return answer.Errors[0].Message
	default:
		return string(answer.Data)
	}
}

func userQuery(id string) graph.Query {
	return graph.Query{Text: askUser, Variables: value.Object([]value.Field{{Name: "id", Value: value.String(id)}})}
}

func TestTheSameQueryInFlightIsRunOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsker(t, graph.Reads{Calls: true})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if got := a.ask(t.Context(), userQuery("1")); got != "1" {
					t.Errorf("got %q", got)
				}
			})
		}
		synctest.Wait()
		if n := a.runs.Load(); n != 1 {
			t.Fatalf("%d runs", n)
		}
		a.proceed <- struct{}{}
		wg.Wait()
		// It has landed: the next one asks anew.
		wg.Go(func() {
			if got := a.ask(t.Context(), userQuery("1")); got != "2" {
				t.Errorf("got %q", got)
			}
		})
		a.proceed <- struct{}{}
		wg.Wait()
	})
}

// Each pair is asked at the same time.
func TestQueriesAreSharedOnlyWhereNothingCanDiffer(t *testing.T) {
	t.Parallel()
	with := func(header http.Header) graph.Query {
		q := userQuery("1")
		q.Header = header
		return q
	}
	explained := func(e graph.Explain) graph.Query {
		q := userQuery("1")
		q.Explain = e
		return q
	}
	rename := graph.Query{Text: `mutation { rename(id: 1, name: "x") { id } }`}
	calls := graph.Reads{Calls: true}
	readsTrace := graph.Reads{Calls: true, Headers: []string{"X-Trace"}}
	readsAll := graph.Reads{Calls: true, EveryHeader: true}
	for _, tt := range []struct {
		name string
		a, b graph.Query
		read graph.Reads
		runs int64
	}{
		{"the same", userQuery("1"), userQuery("1"), calls, 1},
		{"a variable", userQuery("1"), userQuery("2"), calls, 2},
		{"how a variable is written", userQuery("1"), graph.Query{
			Text: askUser, Variables: value.Object([]value.Field{{Name: "id", Value: value.Int(1)}}),
		}, calls, 2},
		{"a variable that is not declared", userQuery("1"), graph.Query{Text: askUser, Variables: value.Object([]value.Field{
			{Name: "id", Value: value.String("1")}, {Name: "more", Value: value.Int(1)},
		})}, calls, 1},
		{"the text, not its meaning", userQuery("1"), graph.Query{Text: askUser + " ", Variables: userQuery("1").Variables}, calls, 2},
		{"a credential", with(http.Header{"Authorization": {"a"}}), with(http.Header{"Authorization": {"b"}}), calls, 2},
		{"no credential", with(http.Header{"Authorization": {"a"}}), with(nil), calls, 2},
		{"a cookie", with(http.Header{"Cookie": {"a"}}), with(http.Header{"Cookie": {"b"}}), calls, 2},
		{"a header that nobody reads", with(http.Header{"X-Trace": {"a"}}), with(http.Header{"X-Trace": {"b"}}), calls, 1},
		{"a header that is read", with(http.Header{"X-Trace": {"a"}}), with(http.Header{"X-Trace": {"b"}}), readsTrace, 2},
		{"one value and two", with(http.Header{"X-Trace": {"a", "b"}}), with(http.Header{"X-Trace": {"a"}}), readsTrace, 2},
		{"where a value ends", with(http.Header{"X-Trace": {"a", "bc"}}), with(http.Header{"X-Trace": {"ab", "c"}}), readsTrace, 2},
		{"a header that is read, the same", with(http.Header{"X-Trace": {"a"}}), with(http.Header{"X-Trace": {"a"}}), readsTrace, 1},
		{"any header", with(http.Header{"Accept": {"a"}}), with(http.Header{"Accept": {"b"}}), readsAll, 2},
		{"any header's name", with(http.Header{"A": {"a"}}), with(http.Header{"B": {"a"}}), readsAll, 2},
		{"any header, the same", with(http.Header{"A": {"a"}, "B": {"b"}}), with(http.Header{"B": {"b"}, "A": {"a"}}), readsAll, 1},
		{"an explanation", explained(graph.Explain{Plan: true}), userQuery("1"), calls, 2},
		{"another explanation", explained(graph.Explain{Plan: true}), explained(graph.Explain{Calls: true}), calls, 2},
		{"sources that want to be alone", userQuery("1"), userQuery("1"), graph.Reads{Calls: true, Alone: true}, 2},
		{"no calls", userQuery("1"), userQuery("1"), graph.Reads{}, 2},
		{"a mutation", rename, rename, calls, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAsker(t, tt.read)
				var wg sync.WaitGroup
				for _, q := range []graph.Query{tt.a, tt.b} {
					wg.Go(func() { a.ask(t.Context(), q) })
				}
				synctest.Wait()
				if n := a.runs.Load(); n != tt.runs {
					t.Errorf("%d runs, want %d", n, tt.runs)
				}
				close(a.proceed)
				wg.Wait()
			})
		})
	}
}

func TestWhoGoesAwayDoesNotTakeTheAnswerFromOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsker(t, graph.Reads{Calls: true})
		leader, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { a.ask(leader, userQuery("1")) })
		synctest.Wait()
		follower, alsoLeave := context.WithCancel(t.Context())
		wg.Go(func() {
			if got := a.ask(follower, userQuery("1")); got == "1" {
				t.Errorf("got %q", got)
			}
		})
		wg.Go(func() {
			if got := a.ask(t.Context(), userQuery("1")); got != "1" {
				t.Errorf("got %q", got)
			}
		})
		synctest.Wait()
		leave()
		alsoLeave()
		synctest.Wait()
		a.proceed <- struct{}{}
		wg.Wait()
		if n := a.runs.Load(); n != 1 {
			t.Errorf("%d runs", n)
		}
	})
}

func TestARunEndsWhenTheLastHasGoneAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsker(t, graph.Reads{Calls: true})
		leader, leave := context.WithCancel(t.Context())
		follower, alsoLeave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if got := a.ask(leader, userQuery("1")); got != "late" {
				t.Errorf("got %q", got)
			}
		})
		synctest.Wait()
		wg.Go(func() { a.ask(follower, userQuery("1")) })
		synctest.Wait()
		alsoLeave()
		leave()
		synctest.Wait()
		// Nobody joins what has been given up, even while it ends.
		wg.Go(func() {
			if got := a.ask(t.Context(), userQuery("1")); got != "2" {
				t.Errorf("got %q", got)
			}
		})
		synctest.Wait()
		a.proceed <- struct{}{}
		wg.Wait()
	})
}

func TestTheTimeOfARunIsBounded(t *testing.T) {
	t.Parallel()
	for name, reads := range map[string]graph.Reads{"shared": {Calls: true}, "alone": {Calls: true, Alone: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAsker(t, reads)
				start := time.Now()
				var wg sync.WaitGroup
				for range 2 {
					wg.Go(func() {
						if got := a.ask(t.Context(), userQuery("1")); got != "late" || time.Since(start) != time.Minute {
							t.Errorf("%q after %v", got, time.Since(start))
						}
					})
				}
				wg.Wait()
			})
		})
	}
}

// The leader's time is nearly over when others join.
func TestWhoHasMoreTimeThanTheLeaderAsksAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAsker(t, graph.Reads{Calls: true})
		var wg sync.WaitGroup
		wg.Go(func() {
			if got := a.ask(t.Context(), userQuery("1")); got != "late" {
				t.Errorf("the leader got %q", got)
			}
		})
		<-time.After(5 * time.Second)
		// This one has too little time left, then, to try again.
		wg.Go(func() {
			if got := a.ask(t.Context(), userQuery("1")); got != "late" {
				t.Errorf("who joined early got %q", got)
			}
		})
		<-time.After(50 * time.Second)
		for range 3 {
			wg.Go(func() {
				if got := a.ask(t.Context(), userQuery("1")); got != "2" {
					t.Errorf("who joined late got %q", got)
				}
			})
		}
		<-time.After(10 * time.Second)
		if n := a.runs.Load(); n != 2 {
			t.Errorf("%d runs", n)
		}
		a.proceed <- struct{}{}
		wg.Wait()
	})
}

func TestAPanicOfTheLeaderReachesFollowersAsAnError(t *testing.T) {
	t.Parallel()
	for name, explain := range map[string]graph.Explain{"plain": {}, "explained": {Calls: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPanicOfTheLeader(t, explain)
		})
	}
}

func testPanicOfTheLeader(t *testing.T, explain graph.Explain) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := generationThatReads(t, graph.Reads{Calls: true})
		query := userQuery("1")
		query.Explain = explain
		begin := func() *graph.Run {
			run, errs := g.Begin(query)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			return run
		}
		proceed := make(chan struct{})
		leader, follower := begin(), begin()
		var wg sync.WaitGroup
		wg.Go(func() {
			defer leader.Close()
			defer func() {
				if p := recover(); p != "secret" {
					t.Errorf("the leader's panic is %v", p)
				}
			}()
			leader.Answer(t.Context(), time.Minute, func(context.Context) *graph.Answer {
				<-proceed
				panic("secret")
			})
		})
		synctest.Wait()
		wg.Go(func() {
			defer follower.Close()
			got := follower.Answer(t.Context(), time.Minute, nil)
			if len(got.Errors) != 1 || got.Errors[0].Message != "Internal server error" {
				t.Errorf("%+v", got)
			}
		})
		synctest.Wait()
		close(proceed)
		wg.Wait()
	})
}

// constantRun begins a run and executes it as a server does. The answer is a copy, which lives on.
func constantRun(t *testing.T, g *graph.Generation, q graph.Query) (answer graph.Answer, isRun bool) {
	t.Helper()
	run, errs := g.Begin(q)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	defer run.Close()
	got := run.Answer(t.Context(), time.Minute, func(ctx context.Context) *graph.Answer {
		isRun = true
		return run.Execute(ctx)
	})
	return graph.Answer{Data: bytes.Clone(got.Data), Whole: bytes.Clone(got.Whole)}, isRun
}

func TestAnswersThatDependOnNothingAreRunOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		query graph.Query
		reads graph.Reads
		again bool
	}{
		{"constant", graph.Query{Text: "{ __typename }"}, graph.Reads{}, false},
		{"variables", graph.Query{Text: `query($a: Boolean = true) { __typename @include(if: $a) }`}, graph.Reads{}, true},
		{"calls", graph.Query{Text: "{ __typename }"}, graph.Reads{Calls: true}, true},
		{"headers", graph.Query{Text: "{ __typename }"}, graph.Reads{Headers: []string{"A"}}, true},
		{"all headers", graph.Query{Text: "{ __typename }"}, graph.Reads{EveryHeader: true}, true},
		{"context", graph.Query{Text: "{ __typename }"}, graph.Reads{Context: true}, true},
		{"a mutation", graph.Query{Text: "mutation { __typename }"}, graph.Reads{}, true},
		{"an explanation", graph.Query{Text: "{ __typename }", Explain: graph.Explain{Calls: true}}, graph.Reads{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := generationThatReads(t, tt.reads)
			first, isRun := constantRun(t, g, tt.query)
			if !isRun {
				t.Fatal("the first one is not run")
			}
			whole := string(first.Data)
			second, isRun := constantRun(t, g, tt.query)
			if isRun != tt.again {
				t.Errorf("the second one is run: %t", isRun)
			}
			if diff := cmp.Diff(whole, string(second.Data)); diff != "" {
				t.Error(diff)
			}
			if !tt.again && string(second.Whole) != `{"data":`+whole+`}` {
				t.Errorf("whole is %s", second.Whole)
			}
		})
	}
}
