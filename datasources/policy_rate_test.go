package datasources

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weftgraph/weft/datasources/traffic"
)

func TestRateLimitRefusesWhatIsTooMuchAndFillsEvenly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		f := guardWith(Settings{Kind: HTTP, RateLimit: RateLimit{Capacity: 10, Interval: 5 * time.Second}}, func(context.Context) error {
			sent++
			return nil
		})
		try := func(calls, want int) {
			t.Helper()
			sent = 0
			for range calls {
				if _, err := f.Do(t.Context(), &Request{}); err != nil {
					if e := wantCode(t, err, CodeRateLimited); e.Message != "Rate limit exceeded" {
						t.Errorf("message %q", e.Message)
					}
				}
			}
			if sent != want {
				t.Errorf("%d of %d calls were sent, want %d", sent, calls, want)
			}
		}
		pass := func(d time.Duration) { <-time.After(d) } // of the test's clock
		try(15, 10)
		pass(500 * time.Millisecond)
		try(3, 1)
		pass(time.Second)
		try(3, 2)
		for range 10 {
			pass(50 * time.Millisecond) // parts of a token add up
		}
		try(3, 1)
		pass(time.Hour)
		try(30, 10)
	})
}

func TestRefusedCallsAreNotTheSourcesFault(t *testing.T) {
	t.Parallel()
	source := traffic.NewSource()
	f := Guard(fakeFetcher{func(context.Context) error { return nil }},
		NewLimits(Settings{Kind: HTTP, RateLimit: RateLimit{Capacity: 1, Interval: time.Hour}}), source.Connector("d:Query.a[0]"))
	for range 5 {
		_, _ = f.Do(t.Context(), &Request{}) // what matters is what was counted
	}
	got := source.Report()
	if got.Counts.Calls != 5 || got.Counts.Unsent != 4 || got.Counts.Errors != 4 || got.State == traffic.Failing {
		t.Errorf("got %+v", got)
	}
}

func TestVirtualConnectorsHaveNoRate(t *testing.T) {
	t.Parallel()
	f := guardWith(Settings{RateLimit: RateLimit{Capacity: 1, Interval: time.Hour}}, func(context.Context) error { return nil })
	for range 3 {
		if _, err := f.Do(t.Context(), &Request{}); err != nil {
			t.Fatal(err)
		}
	}
}
