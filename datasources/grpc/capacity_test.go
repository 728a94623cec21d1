package grpc

import (
	"context"
	"sync"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/balancer"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

func TestCallsDoNotWaitForEachOtherWhateverAConnectionAllows(t *testing.T) {
	t.Parallel()
	const calls = 64
	for name, c := range map[string]struct {
		options     []gogrpc.ServerOption
		most, least int64
	}{
		"few":      {[]gogrpc.ServerOption{gogrpc.MaxConcurrentStreams(10)}, 16, 7},
		"fewer":    {[]gogrpc.ServerOption{gogrpc.MaxConcurrentStreams(4)}, 16, 16},
		"any":      {nil, 4, 2},
		"the most": {[]gogrpc.ServerOption{gogrpc.MaxConcurrentStreams(1 << 30)}, 4, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := run(t, "127.0.0.1:0", c.options...)
			letGo := b.keep(t)
			caller := callerOf(t, list(b), datasources.Transport{}, Options{LookEvery: 500 * time.Millisecond})
			var all sync.WaitGroup
			for range calls {
				all.Go(func() { caller.many(t, 1) })
			}
			until(t, "all calls in flight", func() bool { return b.inFlight.Load() == calls })
			until(t, "enough connections", func() bool { return b.most.Load() >= c.least })
			if most := b.most.Load(); most > c.most {
				t.Errorf("%d connections, want at most %d", most, c.most)
			}
			letGo()
			all.Wait()
			until(t, "one connection is left", func() bool { return b.connections.Load() == 1 })
			caller.many(t, 1)
		})
	}
}

func TestCallsBeyondAllConnectionsWaitAndAreAnswered(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0", gogrpc.MaxConcurrentStreams(2))
	letGo := b.keep(t)
	caller := callerOf(t, list(b), datasources.Transport{GRPC: datasources.GRPCTransport{MaxConnections: 3}}, Options{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { caller.many(t, 1) })
	}
	until(t, "three connections are full", func() bool { return b.inFlight.Load() == 6 })
	letGo()
	all.Wait()
	if n, most := b.calls.Load(), b.most.Load(); n != 20 || most > 3 {
		t.Errorf("%d calls on %d connections", n, most)
	}
}

// openStreams opens streams and leaves them open.
func (c caller) openStream(ctx context.Context, tb testing.TB) (datasources.Stream, error) {
	tb.Helper()
	f := streamer{c.fetcher.(*fetcher)}
	request, err := f.Request(envWith(mapping.Args, parseValue(tb, `{"id":"1"}`)))
	if err != nil {
		tb.Fatal(err)
	}
	return f.Stream(ctx, request)
}

func TestStreamsLeaveRoomForCalls(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0", gogrpc.MaxConcurrentStreams(8))
	letGo := b.keep(t)
	caller := callerOf(t, list(b), datasources.Transport{GRPC: datasources.GRPCTransport{MaxConnections: 2}}, Options{})
	for i := range 12 {
		s, err := caller.openStream(t.Context(), t)
		if err != nil {
			t.Fatalf("stream %d: %v", i, err)
		}
		t.Cleanup(s.Close)
		until(t, "the stream is open", func() bool { return b.inFlight.Load() == int64(i+1) })
	}
	_, err := caller.openStream(t.Context(), t)
	failed(t, err, datasources.CodeHTTPClient, "Connector error: too many streams are open")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { caller.many(t, 1) })
	}
	until(t, "the calls are in flight", func() bool { return b.inFlight.Load() == 16 })
	letGo()
	all.Wait()
}

func TestPlacesAreGivenBackHoweverCallsEnd(t *testing.T) {
	t.Parallel()
	b := run(t, "127.0.0.1:0", gogrpc.MaxConcurrentStreams(5))
	letGo := b.keep(t)
	caller := callerOf(t, list(b), datasources.Transport{}, Options{})
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+i%40)*time.Millisecond)
			defer cancel()
			if i%2 == 0 {
				_ = caller.call(ctx, t)
				return
			}
			if s, err := caller.openStream(ctx, t); err == nil {
				_, _ = s.Next(ctx)
				s.Close()
			}
		})
	}
	all.Wait()
	letGo()
	until(t, "nothing in flight", func() bool {
		all := caller.source.connection.subchannels
		all.mu.Lock()
		defer all.mu.Unlock()
		var left int32
		for _, one := range all.byKey {
			left += one.calls.Load() + one.streams.Load()
		}
		return left == 0
	})
	caller.many(t, 20)
}

// BenchmarkPick is what choosing a connection costs, which must be no allocation.
func BenchmarkPick(b *testing.B) {
	for name, balancing := range map[string]datasources.Balancing{"in turn": datasources.RoundRobin, "by load": datasources.LeastRequest} {
		b.Run(name, func(b *testing.B) {
			all := newSubchannels(datasources.GRPCTransport{Balancing: balancing})
			p := &picker{subchannels: all, count: 1}
			for _, key := range []string{"a", "b", "c"} {
				p.ready = append(p.ready, readySubchannel{all.of(key, 0), fixedPicker{}})
			}
			info := balancer.PickInfo{Ctx: b.Context()}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					result, err := p.Pick(info)
					if err != nil {
						b.Error(err)
						return
					}
					result.Done(balancer.DoneInfo{})
				}
			})
		})
	}
}

type fixedPicker struct{}

func (fixedPicker) Pick(balancer.PickInfo) (balancer.PickResult, error) {
	return balancer.PickResult{}, nil
}

// BenchmarkCalls compares one connection with as many as are opened.
func BenchmarkCalls(b *testing.B) {
	for name, most := range map[string]int{"one connection": 1, "as needed": 0} {
		b.Run(name, func(b *testing.B) {
			server := run(b, "127.0.0.1:0", gogrpc.MaxConcurrentStreams(10))
			c := callerOf(b, list(server), datasources.Transport{GRPC: datasources.GRPCTransport{MaxConnections: most}}, Options{})
			c.many(b, 64)
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := c.call(b.Context(), b); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
