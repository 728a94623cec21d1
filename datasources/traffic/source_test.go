package traffic_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/traffic"
)

// replied makes a call that takes a time of the test's clock and has a reply.
func replied(c *traffic.Connector, took time.Duration, bytes int) {
	c.Begin()
	start := time.Now()
	<-time.After(took)
	c.Reply(start, time.Since(start), bytes)
}

// failed makes a call that takes a time of the test's clock and has none.
func failed(c *traffic.Connector, took time.Duration, f traffic.Failed) {
	start := c.Begin()
	<-time.After(took)
	c.Fail(start, f)
}

func TestCallsErrorsAndBytesAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := traffic.NewSource()
		c := s.Connector("d:Query.a[0]")
		replied(c, 10*time.Millisecond, 100)
		c.Accept(time.Now())
		replied(c, 20*time.Millisecond, 50)
		c.Reject(time.Now(), "CONNECTOR_FETCH", false)
		failed(c, 30*time.Millisecond, traffic.Failed{Code: "GATEWAY_TIMEOUT"})
		failed(c, 40*time.Millisecond, traffic.Failed{Canceled: true})
		got := s.Report()
		if got.Calls != 4 || got.Errors != 2 || got.Canceled != 1 || got.Unsent != 0 || got.Bytes != 150 || got.InFlight != 0 {
			t.Errorf("%+v", got.Counts)
		}
		if diff := cmp.Diff([]traffic.CodeCount{{Code: "CONNECTOR_FETCH", Count: 1}, {Code: "GATEWAY_TIMEOUT", Count: 1}}, got.Codes); diff != "" {
			t.Error(diff)
		}
		if l := got.Latency; l.Count != 3 || l.Mean != 20*time.Millisecond || l.Max != 30*time.Millisecond {
			t.Errorf("a canceled call was measured, or another was not: %+v", l)
		}
		if got.LastError.Code != "GATEWAY_TIMEOUT" || got.LastSuccess.IsZero() || !got.LastSuccess.Before(got.LastError.At) {
			t.Errorf("last success %s, last error %+v", got.LastSuccess, got.LastError)
		}
		<-time.After(time.Second)
		h := s.History(time.Now(), 2)
		if h.Counts[0]+h.Counts[1] != 3 || h.Errors[0]+h.Errors[1] != 2 {
			t.Errorf("%+v", h)
		}
	})
}

func TestWaitingIsNoPartOfTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := traffic.NewSource()
		c := s.Connector("d:Query.a[0]")
		start := c.Wait()
		if got := s.Report(); got.Waiting != 1 || got.InFlight != 0 || got.Calls != 0 {
			t.Errorf("waiting: %+v", got.Counts)
		}
		<-time.After(time.Second)
		c.Proceed(start)
		c.Begin()
		if got := s.Report(); got.Waiting != 0 || got.InFlight != 1 {
			t.Errorf("in flight: %+v", got.Counts)
		}
		c.Reply(time.Now(), 0, 0)
		start = c.Wait()
		<-time.After(3 * time.Second)
		c.GiveUp(start, traffic.Failed{Code: "GATEWAY_TIMEOUT"})
		got := s.Report()
		if got.Calls != 2 || got.Unsent != 1 || got.Errors != 1 || got.Latency.Count != 1 || got.Latency.Max != 0 {
			t.Errorf("%+v", got.Counts)
		}
		if got.Waits.Count != 2 || got.Waits.Max != 3*time.Second || got.Waits.Mean != 2*time.Second {
			t.Errorf("waits %+v", got.Waits)
		}
	})
}

func TestStateTellsFaultsFromRefusals(t *testing.T) {
	t.Parallel()
	accept := func(c *traffic.Connector) { replied(c, 0, 1); c.Accept(time.Now()) }
	refuse := func(c *traffic.Connector) { replied(c, 0, 1); c.Reject(time.Now(), "CONNECTOR_FETCH", false) }
	breaks := func(c *traffic.Connector) { replied(c, 0, 1); c.Reject(time.Now(), "CONNECTOR_FETCH", true) }
	fails := func(c *traffic.Connector) { failed(c, 0, traffic.Failed{Code: "HTTP_CLIENT_ERROR"}) }
	cancels := func(c *traffic.Connector) { failed(c, 0, traffic.Failed{Canceled: true}) }
	for _, tt := range []struct {
		name  string
		calls []func(*traffic.Connector)
		want  traffic.State
	}{
		{"no call", nil, traffic.Unused},
		{"nobody waited", []func(*traffic.Connector){cancels}, traffic.Unused},
		{"the first call failed", []func(*traffic.Connector){fails}, traffic.Failing},
		{"the first call was refused", []func(*traffic.Connector){refuse}, traffic.OK},
		{"two failed after a success", []func(*traffic.Connector){accept, fails, breaks}, traffic.OK},
		{"three failed after a success", []func(*traffic.Connector){accept, fails, breaks, fails}, traffic.Failing},
		{"refusals show life", []func(*traffic.Connector){fails, fails, refuse, fails, fails}, traffic.OK},
		{"cancellations show nothing", []func(*traffic.Connector){accept, fails, fails, cancels, fails}, traffic.Failing},
		{"it came back", []func(*traffic.Connector){fails, fails, fails, accept}, traffic.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := traffic.NewSource()
			for _, call := range tt.calls {
				call(s.Connector("d:Query.a[0]"))
			}
			if got := s.Report().State; got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// Whatever happens concurrently: the sums of the connectors are the source's, and errors never outnumber calls.
func TestConnectorsSumUpToTheirSource(t *testing.T) {
	t.Parallel()
	s := traffic.NewSource()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 7))
			for range 500 {
				anyCall(random, s.Connector(fmt.Sprintf("d:Query.f[%d]", random.IntN(5))))
				if random.IntN(50) == 0 {
					checkSums(t, s.Report())
				}
			}
		})
	}
	wg.Wait()
	got := s.Report()
	checkSums(t, got)
	if got.Calls != 8*500 || got.InFlight != 0 || got.Waiting != 0 {
		t.Errorf("%+v", got.Counts)
	}
}

func anyCall(random *rand.Rand, c *traffic.Connector) {
	if random.IntN(3) == 0 {
		start := c.Wait()
		if random.IntN(3) == 0 {
			c.GiveUp(start, traffic.Failed{Code: "GATEWAY_TIMEOUT", Canceled: random.IntN(2) == 0})
			return
		}
		c.Proceed(start)
	}
	switch random.IntN(4) {
	case 0:
		c.Fail(c.Begin(), traffic.Failed{Code: fmt.Sprintf("CODE_%d", random.IntN(3))})
	case 1:
		c.Fail(c.Begin(), traffic.Failed{Canceled: true})
	case 2:
		replied(c, 0, random.IntN(1000))
		c.Reject(time.Now(), "CONNECTOR_FETCH", random.IntN(2) == 0)
	default:
		replied(c, 0, random.IntN(1000))
		c.Accept(time.Now())
	}
}

func checkSums(t *testing.T, r traffic.SourceReport) {
	t.Helper()
	var sum traffic.Counts
	codes := map[string]uint64{}
	for _, c := range r.Connectors {
		sum.Calls += c.Calls
		sum.Errors += c.Errors
		sum.Canceled += c.Canceled
		sum.Unsent += c.Unsent
		sum.Bytes += c.Bytes
		sum.Latency.Count += c.Latency.Count
		sum.Latency.Max = max(sum.Latency.Max, c.Latency.Max)
		for _, code := range c.Codes {
			codes[code.Code] += code.Count
		}
	}
	if sum.Calls != r.Calls || sum.Errors != r.Errors || sum.Canceled != r.Canceled || sum.Unsent != r.Unsent || sum.Bytes != r.Bytes {
		t.Errorf("the connectors have %+v, the source %+v", sum, r.Counts)
	}
	if sum.Latency.Count != r.Latency.Count || sum.Latency.Max != r.Latency.Max {
		t.Errorf("the connectors measured %+v, the source %+v", sum.Latency, r.Latency)
	}
	errors := uint64(0)
	for _, c := range r.Codes {
		errors += c.Count
		if codes[c.Code] != c.Count {
			t.Errorf("%s: the connectors have %d, the source %d", c.Code, codes[c.Code], c.Count)
		}
	}
	if errors != r.Errors || r.Errors > r.Calls {
		t.Errorf("%d errors by code, %d errors, %d calls", errors, r.Errors, r.Calls)
	}
}

func TestCodesAreBounded(t *testing.T) {
	t.Parallel()
	s := traffic.NewSource()
	c := s.Connector("d:Query.a[0]")
	for i := range 1000 {
		c.Fail(c.Begin(), traffic.Failed{Code: fmt.Sprintf("MADE_UP_%d", i)})
	}
	got := s.Report().Codes
	if len(got) != 33 || got[0] != (traffic.CodeCount{Code: traffic.OtherCodes, Count: 1000 - 32}) {
		t.Errorf("%d codes, the first is %+v", len(got), got[0])
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	s := traffic.NewSource()
	c := s.Connector("d:Query.a[0]")
	now := time.Now()
	if n := testing.AllocsPerRun(1000, func() {
		c.Begin()
		c.Reply(now, time.Millisecond, 10)
		c.Accept(now)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCountedCall(b *testing.B) {
	s := traffic.NewSource()
	c := s.Connector("d:Query.a[0]")
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		c.Begin()
		c.Reply(now, time.Millisecond, 10)
		c.Accept(now)
	}
}

func BenchmarkCountedCallsAtOnce(b *testing.B) {
	s := traffic.NewSource()
	now := time.Now()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c := s.Connector("d:Query.a[0]")
		for pb.Next() {
			c.Begin()
			c.Reply(now, time.Millisecond, 10)
			c.Accept(now)
		}
	})
}

// BenchmarkReport is what one look at a source with 100 connectors costs.
func BenchmarkReport(b *testing.B) {
	s := traffic.NewSource()
	for i := range 100 {
		c := s.Connector(fmt.Sprintf("d:Query.f[%d]", i))
		replied(c, 0, 10)
	}
	for b.Loop() {
		_ = s.Report()
	}
}
