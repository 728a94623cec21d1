package datasources

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// opener opens fake sources and remembers them.
type opener struct {
	mu      sync.Mutex
	sources []*fakeSource
}

func (o *opener) open(context.Context, Settings) (Source, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := &fakeSource{}
	o.sources = append(o.sources, s)
	return s, nil
}

func acquire(t *testing.T, p *Pool, s Settings) *Lease {
	t.Helper()
	lease, err := p.Acquire(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return lease
}

func TestEqualSettingsShareOneSourceUntilTheLastRelease(t *testing.T) {
	t.Parallel()
	var o opener
	p := NewPool(map[Kind]Open{HTTP: o.open})
	a := acquire(t, p, Settings{Kind: HTTP, Name: "shop.api"})
	b := acquire(t, p, Settings{Kind: HTTP, Name: "shop.api", Timeout: DefaultTimeout})
	other := acquire(t, p, Settings{Kind: HTTP, Name: "shop.other"})
	defer other.Release()
	if len(o.sources) != 2 {
		t.Fatalf("%d sources were opened, want 2", len(o.sources))
	}
	if a.Source() != b.Source() || a.Source() == other.Source() {
		t.Fatal("leases do not share by settings")
	}
	a.Release()
	a.Release()
	if n := o.sources[0].closed.Load(); n != 0 {
		t.Fatal("closed while it is leased")
	}
	b.Release()
	if n := o.sources[0].closed.Load(); n != 1 {
		t.Fatalf("closed %d times after the last release, want once", n)
	}
	acquire(t, p, Settings{Kind: HTTP, Name: "shop.api"}).Release()
	if len(o.sources) != 3 {
		t.Fatal("a closed source was handed out again")
	}
}

func TestConcurrentAcquiresOpenOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int32
		source := &fakeSource{}
		finish := make(chan struct{})
		p := NewPool(map[Kind]Open{HTTP: func(context.Context, Settings) (Source, error) {
			opened.Add(1)
			<-finish
			return source, nil
		}})
		const callers = 20
		leases := make(chan *Lease, callers)
		for range callers {
			go func() {
				lease, err := p.Acquire(t.Context(), Settings{Kind: HTTP})
				if err != nil {
					t.Error(err)
				}
				leases <- lease
			}()
		}
		synctest.Wait() // all of them wait for the one that opens
		close(finish)
		for i := range callers {
			lease := <-leases
			if n := source.closed.Load(); n != 0 {
				t.Fatalf("closed before %d leases were released", callers-i)
			}
			lease.Release()
		}
		if o, c := opened.Load(), source.closed.Load(); o != 1 || c != 1 {
			t.Fatalf("opened %d times, closed %d times", o, c)
		}
	})
}

func TestFailedOpeningIsTriedAnew(t *testing.T) {
	t.Parallel()
	boom := errors.New("no contract")
	fail := true
	p := NewPool(map[Kind]Open{GRPC: func(context.Context, Settings) (Source, error) {
		if fail {
			return nil, boom
		}
		return &fakeSource{}, nil
	}})
	s := Settings{Kind: GRPC, Name: "shop.ship"}
	if _, err := p.Acquire(t.Context(), s); !errors.Is(err, boom) || !strings.Contains(err.Error(), `"shop.ship"`) {
		t.Fatalf("got %v, want the cause with the source's name", err)
	}
	fail = false
	acquire(t, p, s).Release()
}

func TestPanicWhileOpeningIsAnError(t *testing.T) {
	t.Parallel()
	p := NewPool(map[Kind]Open{SOAP: func(context.Context, Settings) (Source, error) { panic("bad contract") }})
	_, err := p.Acquire(t.Context(), Settings{Kind: SOAP})
	var panicked *PanicError
	if !errors.As(err, &panicked) || panicked.Value != "bad contract" {
		t.Fatalf("got %v, want a *PanicError", err)
	}
}

func TestAbandonedOpeningIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := NewPool(map[Kind]Open{GRPC: func(ctx context.Context, _ Settings) (Source, error) {
		cancel() // the only caller gives up while the contract loads
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	if _, err := p.Acquire(ctx, Settings{Kind: GRPC}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestCallerThatGivesUpLeavesTheSourceToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, giveUp := context.WithCancel(t.Context())
		finish := make(chan struct{})
		p := NewPool(map[Kind]Open{GRPC: func(ctx context.Context, _ Settings) (Source, error) {
			<-finish
			return &fakeSource{}, ctx.Err()
		}})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := p.Acquire(first, Settings{Kind: GRPC}); !errors.Is(err, context.Canceled) {
				t.Errorf("the first caller got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			lease, err := p.Acquire(t.Context(), Settings{Kind: GRPC})
			if err != nil {
				t.Errorf("the second caller got %v", err)
				return
			}
			lease.Release()
		})
		synctest.Wait()
		giveUp()
		synctest.Wait()
		close(finish)
		wg.Wait()
	})
}

func TestCloseClosesLeasedSourcesOnce(t *testing.T) {
	t.Parallel()
	var o opener
	p := NewPool(map[Kind]Open{HTTP: o.open})
	lease := acquire(t, p, Settings{Kind: HTTP})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	lease.Release()
	if n := o.sources[0].closed.Load(); n != 1 {
		t.Fatalf("closed %d times, want once", n)
	}
	if _, err := p.Acquire(t.Context(), Settings{Kind: HTTP}); !errors.Is(err, errPoolClosed) {
		t.Fatalf("got %v from a closed pool", err)
	}
}

func TestUnknownKindIsAnError(t *testing.T) {
	t.Parallel()
	_, err := NewPool(nil).Acquire(t.Context(), Settings{Kind: SOAP, Name: "shop.billing"})
	if err == nil || err.Error() != `source "shop.billing": no SOAP sources in this program` {
		t.Fatalf("got %v", err)
	}
}
