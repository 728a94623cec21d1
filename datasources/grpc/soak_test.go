package grpc

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

const (
	soakWorkers = 32
	// soakTime is only ever used up by a test that fails.
	soakTime = 2 * time.Minute
	// soakLimit bounds replies, and is less than the large ones have.
	soakLimit = 64 << 10
)

// soakServer does what the id of a request says, counts what it has not finished, and can break its connections.
type soakServer struct {
	net.Listener
	open atomic.Int64

	mu    sync.Mutex
	conns []net.Conn
}

// Accept implements net.Listener.
func (s *soakServer) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.conns = append(s.conns, conn)
	}
	return conn, err
}

// breakAll resets every connection that there is.
func (s *soakServer) breakAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.conns {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	s.conns = nil
}

func (s *soakServer) serve(_ any, stream gogrpc.ServerStream) error {
	s.open.Add(1)
	defer s.open.Add(-1)
	var in []byte
	if err := stream.RecvMsg(&in); err != nil {
		return err
	}
	_, _, n := protowire.ConsumeTag(in)
	id, _ := protowire.ConsumeString(in[n:])
	switch id {
	case "hang":
		<-stream.Context().Done()
		return stream.Context().Err()
	case "large":
		return stream.SendMsg(record(1, strings.Repeat("x", 2*soakLimit)))
	case "fail":
		return status.Error(codes.Aborted, "no")
	case "wrong":
		return stream.SendMsg([]byte{0x08, 1})
	case "endless":
		event := record(1, strings.Repeat("x", soakLimit/8)) // few fill what may be on its way
		for stream.SendMsg(event) == nil {                   //nolint:revive // it ends with the client
		}
		return stream.Context().Err()
	default:
		return stream.SendMsg(record(1, "SENT"))
	}
}

// soaker makes calls of one source.
type soaker struct {
	server *soakServer
	fetch  datasources.Fetcher
	// list collects a stream.
	list datasources.Fetcher
	// stream is a datasources.Streamer.
	stream datasources.Fetcher
	shape  *table.Shape
}

// call makes the call of a number.
func (s *soaker) call(ctx context.Context, n int) error {
	random := rand.New(rand.NewPCG(uint64(n), 0))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if n%1000 == 999 {
		s.server.breakAll()
	}
	switch kind := random.IntN(100); {
	case kind < 50:
		return s.one(ctx, s.fetch, "good", "")
	case kind < 65: // given up at any time, be it before the call or after it
		timer := time.AfterFunc(time.Duration(random.IntN(2000))*time.Microsecond, cancel)
		defer timer.Stop()
		err := s.unary(ctx, s.fetch, []string{"good", "hang"}[random.IntN(2)])
		if err == nil || codeOf(err) == datasources.CodeHTTPClient {
			return nil
		}
		return fmt.Errorf("given up: %w", err)
	case kind < 75:
		ctx, cancel := context.WithTimeout(ctx, time.Duration(random.IntN(2000))*time.Microsecond)
		defer cancel()
		return s.one(ctx, s.fetch, "hang", datasources.CodeTimeout)
	case kind < 80:
		return s.one(ctx, s.fetch, "large", datasources.CodeResponseInvalid)
	case kind < 85:
		return s.one(ctx, s.fetch, "wrong", datasources.CodeResponseInvalid)
	case kind < 90:
		return s.one(ctx, s.fetch, "fail", datasources.CodeFetch)
	case kind < 92: // a list without an end
		return s.one(ctx, s.list, "endless", datasources.CodeResponseInvalid)
	default:
		return s.events(ctx, random.IntN(20))
	}
}

// one makes a call that ends with the code; "" is success. It is made again while there is no connection.
func (s *soaker) one(ctx context.Context, f datasources.Fetcher, id, code string) error {
	for {
		err := s.unary(ctx, f, id)
		switch codeOf(err) {
		case code:
			return nil
		case datasources.CodeHTTPClient:
			<-time.After(time.Millisecond)
		default:
			return fmt.Errorf("%s: got %w, want %q", id, err, code)
		}
	}
}

// codeOf is the code of an error, and "" without one.
func codeOf(err error) string {
	var e *datasources.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	default:
		return "none"
	}
}

func (s *soaker) unary(ctx context.Context, f datasources.Fetcher, id string) error {
	env := soakEnv(id)
	request, err := f.Request(env)
	if err != nil {
		return err
	}
	reply, err := f.Do(ctx, request)
	if err != nil {
		return err
	}
	_, err = f.Decode(reply, env, table.NewBuilder(s.shape, reply.Body))
	return err
}

// events takes so many events of a stream without an end, and closes it.
func (s *soaker) events(ctx context.Context, count int) error {
	request, err := s.stream.Request(soakEnv("endless"))
	if err != nil {
		return err
	}
	for {
		err := s.follow(ctx, request, count)
		if codeOf(err) != datasources.CodeHTTPClient {
			return err
		}
		<-time.After(time.Millisecond) // the connection has been broken
	}
}

func (s *soaker) follow(ctx context.Context, request *datasources.Request, count int) error {
	stream, err := s.stream.(datasources.Streamer).Stream(ctx, request)
	if err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	defer stream.Close()
	for range count {
		if _, err := stream.Next(ctx); err != nil {
			return fmt.Errorf("event: %w", err)
		}
	}
	return nil
}

func soakEnv(id string) *mapping.Env {
	env := &mapping.Env{Problems: &mapping.Problems{}}
	env.Vars[mapping.Args] = value.Object([]value.Field{{Name: "id", Value: value.String(id)}})
	return env
}

// TestThousandsOfCallsLeaveNothingBehind makes calls that succeed, fail, are given up, run out of time, are too large or of the wrong
// type, streams that are closed early, and breaks the connections now and then. Then everything is as it was after the first call.
func TestThousandsOfCallsLeaveNothingBehind(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &soaker{server: &soakServer{Listener: l}, shape: anyShape("status")}
	server := gogrpc.NewServer(gogrpc.ForceServerCodecV2(rawCodec{}), gogrpc.UnknownServiceHandler(s.server.serve))
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(s.server) })
	defer serving.Wait()
	defer server.Stop()

	before := measure(s.server)
	g := shippingSource(t)
	g.Address = template(t, "grpc://"+l.Addr().String())
	// Connections that are not needed any more are closed soon.
	opened, err := Opener(Options{LookEvery: 200 * time.Millisecond})(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g, MaxReplyBytes: soakLimit})
	if err != nil {
		t.Fatal(err)
	}
	c := getConnector(t, "status")
	s.fetch = prepare(t, opened.(*source), c, s.shape)
	c.GRPC = &datasources.GRPCConnector{Method: "shipping.v1.Shipping/Watch", Message: parse(t, "orderId: $args.id")}
	s.list = prepare(t, opened.(*source), c, s.shape)
	c.Stream = true
	s.stream = prepare(t, opened.(*source), c, s.shape)

	s.soak(t, soakCalls/10) // what is made once is made
	s.recovers(t)
	warm := measure(s.server)
	s.soak(t, soakCalls)
	s.recovers(t)
	settle(t, s.server, warm, 8<<20)
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
	settle(t, s.server, before, 16<<20)
}

// soak makes so many calls.
func (s *soaker) soak(t *testing.T, calls int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soakTime)
	defer cancel()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range soakWorkers {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= calls && !t.Failed(); n = int(next.Add(1)) {
				if err := s.call(ctx, n); err != nil {
					t.Errorf("call %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
}

// recovers waits until a good call succeeds.
func (s *soaker) recovers(t *testing.T) {
	t.Helper()
	afterwards(t, func() error { return s.unary(t.Context(), s.fetch, "good") })
}

// usage is what a process has at a moment.
type usage struct {
	goroutines, descriptors int
	// open are the calls that the server has not finished.
	open int
	heap uint64
}

func measure(s *soakServer) usage {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := usage{goroutines: runtime.NumGoroutine(), open: int(s.open.Load()), heap: m.HeapAlloc}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil { // on Linux; elsewhere goroutines have to do
		u.descriptors = len(fds)
	}
	return u
}

// settle waits until nothing is more than it was, but for some of the heap.
func settle(t *testing.T, s *soakServer, was usage, heap uint64) {
	t.Helper()
	var is usage
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-time.After(10 * time.Millisecond) {
		is = measure(s)
		if is.goroutines <= was.goroutines && is.descriptors <= was.descriptors && is.open == 0 && is.heap <= was.heap+heap {
			return
		}
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("before: %+v, afterwards: %+v\n%s", was, is, stacks[:runtime.Stack(stacks, true)])
}
