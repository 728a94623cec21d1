package datasources

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

func guardWith(s Settings, do func(context.Context) error) Fetcher {
	return Guard(fakeFetcher{do}, NewLimits(s), nil)
}

func wantCode(t *testing.T, err error, code string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, want code %s", err, code)
	}
	return e
}

func TestDeadlineEndsACallAtTheTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := guardWith(Settings{Timeout: 3 * time.Second}, func(ctx context.Context) error {
			<-ctx.Done()
			return ContextError(ctx, ctx.Err())
		})
		start := time.Now()
		_, err := f.Do(t.Context(), &Request{})
		e := wantCode(t, err, CodeTimeout)
		if e.Message != "Gateway timeout" {
			t.Errorf("message %q", e.Message)
		}
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("ended after %v", d)
		}
	})
}

func TestConcurrencyLimitHoldsAndQueuesInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inFlight, most := 0, 0
		f := guardWith(Settings{MaxConcurrent: 2}, func(context.Context) error {
			mu.Lock()
			inFlight++
			most = max(most, inFlight)
			mu.Unlock()
			<-time.After(time.Second) // of the test's clock: the time that a back end takes
			mu.Lock()
			inFlight--
			mu.Unlock()
			return nil
		})
		start := time.Now()
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := f.Do(t.Context(), &Request{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if d := time.Since(start); most != 2 || d != 3*time.Second {
			t.Errorf("%d calls at once, done after %v", most, d)
		}
	})
}

func TestWaitingForASlotCountsAgainstTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		f := guardWith(Settings{MaxConcurrent: 1, Timeout: time.Second}, func(context.Context) error {
			<-release // a call that does not care for its context
			return nil
		})
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = f.Do(t.Context(), &Request{}) })
		synctest.Wait()
		_, err := f.Do(t.Context(), &Request{})
		wantCode(t, err, CodeTimeout)

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = f.Do(ctx, &Request{})
		wantCode(t, err, CodeHTTPClient)
		close(release)
		wg.Wait()
	})
}

func TestLimitsAreSharedByTheBindingsOfAPooledSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		source := &fakeSource{fetcher: fakeFetcher{func(context.Context) error {
			<-release
			return nil
		}}}
		p := NewPool(map[Kind]Open{HTTP: func(context.Context, Settings) (Source, error) { return source, nil }})
		var fetchers []Fetcher
		for range 2 {
			lease := acquire(t, p, Settings{Kind: HTTP, MaxConcurrent: 1})
			t.Cleanup(lease.Release)
			b, _ := lease.Source().Bind(Connector{})
			f, err := b.Prepare(&table.Shape{})
			if err != nil {
				t.Fatal(err)
			}
			fetchers = append(fetchers, f)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = fetchers[0].Do(t.Context(), &Request{}) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := fetchers[1].Do(ctx, &Request{})
		wantCode(t, err, CodeTimeout)
		close(release)
		wg.Wait()
	})
}

func TestBindKeepsDiagnostics(t *testing.T) {
	t.Parallel()
	b, diagnostics := guardSource(&fakeSource{}, Settings{}).Bind(Connector{Coordinate: "broken"})
	if b != nil || len(diagnostics) != 1 {
		t.Fatalf("got %v, %v", b, diagnostics)
	}
}

// panicking panics in every method.
type panicking struct{}

func (panicking) Request(*mapping.Env) (*Request, error)       { panic("request") }
func (panicking) Do(context.Context, *Request) (*Reply, error) { panic("do") }
func (panicking) Decode(*Reply, *mapping.Env, *table.Builder) (Outcome, error) {
	panic("decode")
}

func TestPanicBecomesOneOpaqueError(t *testing.T) {
	t.Parallel()
	limits := NewLimits(Settings{MaxConcurrent: 1})
	f := Guard(panicking{}, limits, nil)
	_, inRequest := f.Request(nil)
	_, inDo := f.Do(t.Context(), nil)
	_, inDecode := f.Decode(nil, nil, nil)
	for where, err := range map[string]error{"request": inRequest, "do": inDo, "decode": inDecode} {
		e := wantCode(t, err, CodeInternal)
		var cause *PanicError
		if e.Message != "Internal server error" || !errors.As(err, &cause) || cause.Value != where {
			t.Errorf("%s: got %v", where, e)
			continue
		}
		if !strings.Contains(string(cause.Stack), "panicking") {
			t.Errorf("%s: the stack does not show the place", where)
		}
	}
	// The slot of the call that panicked is free again.
	if _, err := Guard(fakeFetcher{func(context.Context) error { return nil }}, limits, nil).Do(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}
