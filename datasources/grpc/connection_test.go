package grpc

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// backEnd is a real server on loopback that counts what it gets.
type backEnd struct {
	address string
	health  *health.Server
	server  *gogrpc.Server
	over    sync.WaitGroup
	calls   atomic.Int64
	// inFlight and connections are those there are now; most is how many connections there were at the same time at most.
	inFlight, connections, most atomic.Int64
	// hold keeps calls until it is closed; nil answers at once.
	hold atomic.Pointer[chan struct{}]
}

// countedListener counts the connections of a back end.
type countedListener struct {
	net.Listener
	b *backEnd
}

func (l countedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	n := l.b.connections.Add(1)
	for most := l.b.most.Load(); n > most; most = l.b.most.Load() {
		if l.b.most.CompareAndSwap(most, n) {
			break
		}
	}
	return &countedConn{Conn: conn, b: l.b}, nil
}

type countedConn struct {
	net.Conn
	b    *backEnd
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.b.connections.Add(-1) })
	return c.Conn.Close()
}

// run runs a back end at the address, which may have port 0.
func run(tb testing.TB, address string, options ...gogrpc.ServerOption) *backEnd {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	b := &backEnd{address: l.Addr().String(), health: health.NewServer()}
	b.server = gogrpc.NewServer(append(options, gogrpc.UnknownServiceHandler(
		func(_ any, stream gogrpc.ServerStream) error {
			if err := stream.RecvMsg(new(emptypb.Empty)); err != nil {
				return err
			}
			b.calls.Add(1)
			b.inFlight.Add(1)
			defer b.inFlight.Add(-1)
			if hold := b.hold.Load(); hold != nil {
				select {
				case <-*hold:
				case <-stream.Context().Done():
					return stream.Context().Err()
				}
			}
			return stream.SendMsg(new(emptypb.Empty))
		}))...)
	healthpb.RegisterHealthServer(b.server, b.health)
	b.over.Go(func() { _ = b.server.Serve(countedListener{l, b}) })
	tb.Cleanup(b.kill)
	return b
}

// kill ends the back end at once.
func (b *backEnd) kill() {
	b.server.Stop()
	b.over.Wait()
}

// keep holds all calls that come from now on, until the returned function is called.
func (b *backEnd) keep(tb testing.TB) (letGo func()) {
	tb.Helper()
	hold := make(chan struct{})
	b.hold.Store(&hold)
	letGo = sync.OnceFunc(func() { close(hold) })
	tb.Cleanup(letGo)
	return letGo
}

// until waits for a condition.
func until(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("not in time: %s", what)
		}
	}
}

// caller makes calls to addresses.
type caller struct {
	source  *source
	fetcher datasources.Fetcher
}

func callerOf(tb testing.TB, address string, t datasources.Transport, o Options) caller {
	tb.Helper()
	g := shippingSource(tb)
	g.Address = template(tb, address)
	s := openSource(tb, datasources.Settings{Transport: t}, g, o)
	return caller{s, prepare(tb, s, getConnector(tb, "status"), anyShape("status"))}
}

func (c caller) call(ctx context.Context, tb testing.TB) error {
	tb.Helper()
	return fetch(ctx, tb, c.fetcher, anyShape("status"), envWith(mapping.Args, parseValue(tb, `{"id":"1"}`))).err
}

// many makes calls at the same time and waits for them.
func (c caller) many(tb testing.TB, n int) {
	tb.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := c.call(tb.Context(), tb); err != nil {
				tb.Error(err)
			}
		})
	}
	all.Wait()
}

// list is an address with several hosts.
func list(backEnds ...*backEnd) string {
	addresses := make([]string, len(backEnds))
	for i, b := range backEnds {
		addresses[i] = b.address
	}
	return "grpc://" + strings.Join(addresses, ",")
}

func TestCallsInTurnAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	all := []*backEnd{run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")}
	c := callerOf(t, list(all...), datasources.Transport{}, Options{})
	until(t, "a call at each", func() bool {
		if err := c.call(t.Context(), t); err != nil {
			t.Fatal(err)
		}
		return !slices.ContainsFunc(all, func(b *backEnd) bool { return b.calls.Load() == 0 })
	})
	for _, b := range all {
		b.calls.Store(0)
	}
	for range 300 {
		if err := c.call(t.Context(), t); err != nil {
			t.Fatal(err)
		}
	}
	for i, b := range all {
		if n := b.calls.Load(); n != 100 {
			t.Errorf("server %d got %d calls of 300", i, n)
		}
	}
}

func TestServerThatIsBusyGetsFewerCallsWithLeastRequest(t *testing.T) {
	t.Parallel()
	for balancing, isSpared := range map[datasources.Balancing]bool{datasources.RoundRobin: false, datasources.LeastRequest: true} {
		t.Run(fmt.Sprint(balancing), func(t *testing.T) {
			t.Parallel()
			busy, free := run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")
			c := callerOf(t, list(busy, free), datasources.Transport{GRPC: datasources.GRPCTransport{Balancing: balancing}}, Options{})
			until(t, "a call at each", func() bool {
				c.many(t, 1)
				return busy.calls.Load() > 0 && free.calls.Load() > 0
			})
			busy.calls.Store(0)
			free.calls.Store(0)
			letGo := busy.keep(t)
			var held sync.WaitGroup
			for range 20 {
				held.Go(func() { c.many(t, 1) })
			}
			until(t, "half of them held", func() bool { return busy.inFlight.Load() >= 5 })
			until(t, "the others answered", func() bool { return free.inFlight.Load() == 0 && busy.calls.Load()+free.calls.Load() == 20 })
			before := busy.calls.Load()
			for n := range int64(40) {
				held.Go(func() { c.many(t, 1) })
				until(t, "the call is answered or held", func() bool {
					return busy.calls.Load()+free.calls.Load() == 21+n && free.inFlight.Load() == 0
				})
			}
			// Of two that are drawn with repetition, one in four is the busy one alone.
			got := busy.calls.Load() - before
			if isSpared && got > 18 || !isSpared && got < 18 {
				t.Errorf("the busy server got %d calls of 40", got)
			}
			letGo()
			held.Wait()
		})
	}
}

func TestUnusedConnectionsAreClosedAndMadeAgain(t *testing.T) {
	t.Parallel()
	one, two := run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")
	c := callerOf(t, list(one, two), datasources.Transport{IdleTimeout: 30 * time.Millisecond}, Options{})
	for range 3 {
		c.many(t, 20)
		until(t, "no connection is left", func() bool { return one.connections.Load()+two.connections.Load() == 0 })
	}
}

func TestFirstAddressIsUsedAloneIfAskedFor(t *testing.T) {
	t.Parallel()
	first, second := run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")
	c := callerOf(t, list(first, second), datasources.Transport{GRPC: datasources.GRPCTransport{Balancing: datasources.PickFirst}}, Options{})
	c.many(t, 20)
	if n := second.calls.Load(); n != 0 {
		t.Errorf("the second server got %d calls", n)
	}
	first.kill()
	until(t, "the second is used", func() bool { return c.call(t.Context(), t) == nil && second.calls.Load() > 0 })
}

func TestCallsLeaveServersThatAreNotHealthy(t *testing.T) {
	t.Parallel()
	const service = "shipping.v1.Shipping"
	one, two := run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")
	one.health.SetServingStatus(service, healthpb.HealthCheckResponse_SERVING)
	two.health.SetServingStatus(service, healthpb.HealthCheckResponse_SERVING)
	c := callerOf(t, list(one, two), datasources.Transport{GRPC: datasources.GRPCTransport{HealthCheck: new(true), HealthService: service}}, Options{})
	both := func() bool {
		one.calls.Store(0)
		two.calls.Store(0)
		c.many(t, 10)
		return one.calls.Load() > 0 && two.calls.Load() > 0
	}
	until(t, "both are called", both)

	one.health.SetServingStatus(service, healthpb.HealthCheckResponse_NOT_SERVING)
	until(t, "one is left alone", func() bool {
		one.calls.Store(0)
		c.many(t, 10)
		return one.calls.Load() == 0
	})
	one.health.SetServingStatus(service, healthpb.HealthCheckResponse_SERVING)
	until(t, "both are called again", both)

	one.health.SetServingStatus(service, healthpb.HealthCheckResponse_NOT_SERVING)
	two.health.SetServingStatus(service, healthpb.HealthCheckResponse_NOT_SERVING)
	var err error
	until(t, "no one is called", func() bool {
		err = c.call(t.Context(), t)
		return err != nil
	})
	failed(t, err, datasources.CodeHTTPClient, "Connector error: no server is healthy")
}

func TestServerWithoutHealthServiceIsHealthy(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, _, out *dynamicpb.Message) error { return answer(out, `{}`) })
	c := callerOf(t, "grpc://plain.test:1", datasources.Transport{GRPC: datasources.GRPCTransport{HealthCheck: new(true)}}, o)
	c.many(t, 5)
}

func TestOnlyCallsInFlightFailWhenAServerIsKilled(t *testing.T) {
	t.Parallel()
	one, two := run(t, "127.0.0.1:0"), run(t, "127.0.0.1:0")
	c := callerOf(t, list(one, two), datasources.Transport{}, Options{})
	until(t, "both are called", func() bool {
		c.many(t, 1)
		return one.calls.Load() > 0 && two.calls.Load() > 0
	})
	one.keep(t)
	one.calls.Store(0)
	var inFlight sync.WaitGroup
	var failures atomic.Int64
	for range 10 {
		inFlight.Go(func() {
			if c.call(t.Context(), t) != nil {
				failures.Add(1)
			}
		})
	}
	until(t, "half of them are held", func() bool { return one.inFlight.Load() == 5 })
	one.kill()
	inFlight.Wait()
	if n := failures.Load(); n != 5 {
		t.Errorf("%d calls failed of 5 that were in flight", n)
	}
	c.many(t, 100) // each of them must work
	back := run(t, one.address)
	until(t, "the server that is back is called", func() bool {
		c.many(t, 2)
		return back.calls.Load() > 0
	})
}
