package datasources

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// backEnd counts calls, which end with what the test sends to it, or when their contexts do.
type backEnd struct {
	mu    sync.Mutex
	calls []*backEndCall
}

type backEndCall struct {
	ctx     context.Context //nolint:containedctx // the test looks at it
	request *Request
	end     chan step
}

func (*backEnd) Request(*mapping.Env) (*Request, error) { return &Request{}, nil }

func (b *backEnd) Do(ctx context.Context, r *Request) (*Reply, error) {
	c := &backEndCall{ctx: ctx, request: r, end: make(chan step)}
	b.mu.Lock()
	b.calls = append(b.calls, c)
	b.mu.Unlock()
	start := time.Now()
	select {
	case s := <-c.end:
		if s.err != nil {
			return nil, s.err
		}
		return &Reply{Status: s.status, Body: []byte(r.URL), Start: start, Duration: time.Since(start), Payload: s.decodeErr}, nil
	case <-ctx.Done():
		return nil, ContextError(ctx, ctx.Err())
	}
}

func (*backEnd) Decode(r *Reply, _ *mapping.Env, _ *table.Builder) (Outcome, error) {
	err, _ := r.Payload.(error)
	return Outcome{}, err
}

// call returns the only call, when nothing goes on without the test.
func (b *backEnd) call(t *testing.T) *backEndCall {
	t.Helper()
	if n := b.count(); n != 1 {
		t.Fatalf("%d calls are made, want 1", n)
	}
	return b.calls[0]
}

func (b *backEnd) count() int {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.calls)
}

// endAll ends the calls that have been made.
func (b *backEnd) endAll() {
	synctest.Wait()
	for _, c := range b.calls {
		c.end <- step{}
	}
}

// caller is somebody who waits for a reply.
type caller struct {
	cancel context.CancelFunc
	done   chan struct{}
	reply  *Reply
	err    error
}

// ask sends a request for a reader of its own.
func ask(ctx context.Context, f Fetcher, r Request) *caller {
	ctx, cancel := context.WithCancel(ctx)
	c := &caller{cancel: cancel, done: make(chan struct{})}
	r.Reader = c
	go func() {
		defer close(c.done)
		defer cancel()
		c.reply, c.err = f.Do(ctx, &r)
	}()
	synctest.Wait()
	return c
}

// wait returns what the caller got.
func (c *caller) wait() (*Reply, error) {
	<-c.done
	return c.reply, c.err
}

// isWaiting tells whether the caller has got nothing yet.
func (c *caller) isWaiting() bool {
	synctest.Wait()
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

var httpSettings = Settings{Kind: HTTP}

func get(url string) Request { return Request{Method: http.MethodGet, URL: url} }

func TestIdenticalReadsInFlightAreOneCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		limits := NewLimits(httpSettings)
		// Fetchers of different plans, as they are when clients ask for different fields.
		fetchers := []Fetcher{Guard(b, limits, nil), Guard(b, limits, nil)}
		callers := make([]*caller, 64)
		for i := range callers {
			callers[i] = ask(t.Context(), fetchers[i%2], get("/users"))
		}
		b.call(t).end <- step{}
		body, shared := (*byte)(nil), 0
		for _, c := range callers {
			reply, err := c.wait()
			if err != nil {
				t.Fatal(err)
			}
			if body == nil {
				body = &reply.Body[0]
			}
			if &reply.Body[0] != body {
				t.Error("the bytes were copied")
			}
			if reply.Shared {
				shared++
			}
		}
		if shared != len(callers)-1 {
			t.Errorf("%d of %d replies say that they are shared", shared, len(callers))
		}
	})
}

func TestACallThatHasEndedIsNotJoined(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		limits := NewLimits(httpSettings)
		f := Guard(b, limits, nil)
		for i := range 3 {
			c := ask(t.Context(), f, get("/users"))
			if n := b.count(); n != i+1 {
				t.Fatalf("%d calls, want %d", n, i+1)
			}
			b.calls[i].end <- step{}
			if reply, err := c.wait(); err != nil || reply.Shared {
				t.Errorf("got %v, %v", reply, err)
			}
		}
		if left := limits.policies[0].(*share).flights; len(left) != 0 {
			t.Errorf("%d calls are remembered", len(left))
		}
	})
}

func TestCallersThatLeaveDoNotFailTheOthers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		leaving []int
	}{
		{"the one that makes the call", []int{0}},
		{"one that has joined", []int{1}},
		{"all but one", []int{0, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &backEnd{}
				f := Guard(b, NewLimits(httpSettings), nil)
				callers := []*caller{ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users"))}
				for _, i := range tt.leaving {
					callers[i].cancel()
					// Who makes the call can only come back when it has ended.
					if i > 0 {
						_, err := callers[i].wait()
						wantCode(t, err, CodeHTTPClient)
					}
				}
				// A late one joins the call even though its first caller has gone.
				callers = append(callers, ask(t.Context(), f, get("/users")))
				b.call(t).end <- step{}
				for i, c := range callers {
					reply, err := c.wait()
					if c := len(tt.leaving); i < 2 && (tt.leaving[0] == i || tt.leaving[c-1] == i) {
						wantCode(t, err, CodeHTTPClient)
						continue
					}
					if err != nil || string(reply.Body) != "/users" {
						t.Errorf("caller %d: %v, %v", i, reply, err)
					}
				}
			})
		})
	}
}

func TestCallIsCanceledWhenItsLastReaderHasLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(httpSettings), nil)
		first, second := ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users"))
		call := b.call(t)
		first.cancel()
		synctest.Wait()
		if err := call.ctx.Err(); err != nil {
			t.Fatalf("the call ended with one reader left: %v", err)
		}
		second.cancel()
		synctest.Wait()
		if err := call.ctx.Err(); err != context.Canceled {
			t.Fatalf("the call's context ended with %v", err)
		}
		for _, c := range []*caller{first, second} {
			_, err := c.wait()
			wantCode(t, err, CodeHTTPClient)
		}
		// What was canceled is not joined.
		c := ask(t.Context(), f, get("/users"))
		if n := b.count(); n != 2 {
			t.Fatalf("%d calls", n)
		}
		b.calls[1].end <- step{}
		if _, err := c.wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestDeadlineCountsFromTheStartOfTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(Settings{Kind: HTTP, Timeout: 3 * time.Second}), nil)
		start := time.Now()
		callers := []*caller{ask(t.Context(), f, get("/users"))}
		<-time.After(2 * time.Second)
		callers = append(callers, ask(t.Context(), f, get("/users")))
		b.call(t)
		for _, c := range callers {
			_, err := c.wait()
			wantCode(t, err, CodeTimeout)
			if d := time.Since(start); d != 3*time.Second {
				t.Errorf("ended after %v", d)
			}
		}
	})
}

func TestReadersHaveDeadlinesOfTheirOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(httpSettings), nil)
		within := func(d time.Duration) *caller {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			t.Cleanup(cancel)
			return ask(ctx, f, get("/users"))
		}
		start := time.Now()
		long, short := within(5*time.Second), within(time.Second)
		_, err := short.wait()
		wantCode(t, err, CodeTimeout)
		if d := time.Since(start); d != time.Second || !long.isWaiting() {
			t.Errorf("the short one ended after %v", d)
		}
		_, err = long.wait()
		wantCode(t, err, CodeTimeout)
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("the long one ended after %v", d)
		}
		// It ended because there was no more time, which the source is to blame for.
		if err := b.call(t).ctx.Err(); err != context.DeadlineExceeded {
			t.Errorf("the call's context ended with %v", err)
		}
	})
}

func TestFailuresAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(httpSettings), nil)
		first, second := ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users"))
		b.call(t).end <- step{err: &Error{Code: CodeResponseInvalid, Message: "too large"}}
		_, err := first.wait()
		if e := wantCode(t, err, CodeResponseInvalid); e.Shared {
			t.Error("the failure of the one who made the call is not shared")
		}
		_, err = second.wait()
		if e := wantCode(t, err, CodeResponseInvalid); !e.Shared || e.Message != "too large" {
			t.Errorf("got %+v", e)
		}
	})
}

func TestPanicsAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShare(httpSettings)
		released := make(chan struct{})
		do := s.around(func(context.Context, *Request) (*Reply, error) {
			<-released
			panic("of a policy")
		}, &meter{})
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				r := get("/users")
				r.Reader = i
				_, err := do(t.Context(), &r)
				wantCode(t, err, CodeInternal)
			})
		}
		synctest.Wait()
		close(released)
		wg.Wait()
	})
}

func TestReadersThatJoinTakeNeitherSlotNorToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(Settings{
			Kind: HTTP, MaxConcurrent: 1, RateLimit: RateLimit{Capacity: 1, Interval: time.Hour},
		}), nil)
		callers := []*caller{
			ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users")),
		}
		refused := ask(t.Context(), f, get("/orders"))
		_, err := refused.wait()
		wantCode(t, err, CodeRateLimited)
		b.call(t).end <- step{}
		for _, c := range callers {
			if _, err := c.wait(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestSharedRepliesAreCountedApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		counted := traffic.NewSource()
		f := Guard(b, NewLimits(httpSettings), counted.Connector("Query.users"))
		callers := []*caller{ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users"))}
		b.call(t).end <- step{status: http.StatusInternalServerError, decodeErr: &Error{Code: CodeFetch}}
		for _, c := range callers {
			reply, err := c.wait()
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Decode(reply, nil, nil)
			wantCode(t, err, CodeFetch)
		}
		if r := counted.Report(); r.Calls != 1 || r.Errors != 1 || r.Shared != 2 {
			t.Errorf("%d calls, %d errors, %d shared", r.Calls, r.Errors, r.Shared)
		}
	})
}

// The leader's time is shorter than what a call may take, and the others have more.
func TestACallThatItsLeaderHadNoTimeForIsMadeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &backEnd{}
		f := Guard(b, NewLimits(httpSettings), nil)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		leader := ask(short, f, get("/users"))
		followers := []*caller{ask(t.Context(), f, get("/users")), ask(t.Context(), f, get("/users"))}
		start := time.Now()
		if _, err := leader.wait(); err == nil || time.Since(start) != time.Second {
			t.Errorf("the leader got %v after %v", err, time.Since(start))
		}
		if n := b.count(); n != 2 {
			t.Fatalf("%d calls, want 2", n)
		}
		b.calls[1].end <- step{}
		for _, c := range followers {
			if _, err := c.wait(); err != nil {
				t.Errorf("a follower got %v", err)
			}
		}
	})
}
