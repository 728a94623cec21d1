package traffic_test

import (
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources/traffic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRequestsAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := traffic.NewRequests()
		start := r.Begin()
		if got := r.Report(); got.InFlight != 1 || got.Count != 0 {
			t.Errorf("in flight: %+v", got)
		}
		<-time.After(2 * time.Second)
		r.End(start, false)
		r.End(r.Begin(), true)
		got := r.Report()
		if got.InFlight != 0 || got.Count != 2 || got.Errored != 1 || got.Latency.Max != 2*time.Second {
			t.Errorf("%+v", got)
		}
		<-time.After(time.Second)
		if h := r.History(time.Now(), 1); h.Counts[0] != 2 || h.Errors[0] != 1 {
			t.Errorf("%+v", h)
		}
	})
}
