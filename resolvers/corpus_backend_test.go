package resolvers_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// backend is real servers for all hosts of a case, HTTP and gRPC, with one log of what they saw.
type backend struct {
	contracts *contracts
	server    *httptest.Server
	transport *http.Transport
	rpc       *rpcServer

	mu      sync.Mutex
	replies []*reply
	calls   []seenCall
	unknown []string
	// arrived is closed and renewed with every request.
	arrived chan struct{}
}

// seenCall is one request that a back end saw.
type seenCall struct {
	// loader is the loader of the plan that made the call.
	loader int
	method string
	target string
	// body is the request's content, in the form in which entries are compared with it.
	body string
	// text is the request as calls.txt shows it.
	text string
}

// incoming is a request of any protocol, before a reply is found for it.
type incoming struct {
	seenCall

	// whole is the target with its host.
	whole  string
	header http.Header
	// canonical brings what an entry says of the body into the same form.
	canonical func(string) (string, error)
	// wrong is why the request cannot be read, or says not which loader made it.
	wrong error
}

// loaderHeader tells the back end which loader made a call. It is not part of what the case sees.
const loaderHeader = "Corpus-Loader"

// Hosts that stand for something: nobody listens on the first, and the second has no reflection.
const (
	refusedHost = "refused.test"
	silentHost  = "silent.test"
)

func startBackend(t *testing.T, c *contracts, replies []*reply) *backend {
	t.Helper()
	b := &backend{contracts: c, replies: cloneReplies(replies, false), arrived: make(chan struct{})}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	b.transport = &http.Transport{DialContext: b.dial, DisableCompression: true}
	b.rpc = startRPC(b)
	return b
}

// stop waits until no request is in the works.
func (b *backend) stop() {
	b.transport.CloseIdleConnections()
	b.server.CloseClientConnections()
	b.server.Close()
	b.rpc.stop()
}

// dial connects every host to the one HTTP server.
func (b *backend) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := refuse(address); err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, network, b.server.Listener.Addr().String())
}

// dialRPC connects every host to the one gRPC server.
func (b *backend) dialRPC(ctx context.Context, address string) (net.Conn, error) {
	if err := refuse(address); err != nil {
		return nil, err
	}
	return b.rpc.listener.DialContext(ctx)
}

// refuse is the error of dialling the host that nobody listens on.
func refuse(address string) error {
	if !strings.HasPrefix(address, refusedHost+":") {
		return nil
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// note logs a request and returns its reply.
func (b *backend) note(in *incoming) *reply {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, in.seenCall)
	close(b.arrived)
	b.arrived = make(chan struct{})
	if in.wrong != nil {
		b.unknown = append(b.unknown, fmt.Sprintf("%v:\n%s", in.wrong, in.text))
		return nil
	}
	found, err := findReply(b.replies, in)
	if err != nil {
		b.unknown = append(b.unknown, err.Error())
		return nil
	}
	if found == nil {
		b.unknown = append(b.unknown, "no reply is defined for this request:\n"+in.text)
		return nil
	}
	found.used++
	return found
}

// isLine tells whether a line is about the call: its method and target, and its body if that matters.
func (c *seenCall) isLine(line string) bool {
	start := c.method + " " + c.target
	return line == start || line == start+" "+c.body
}

// waitFor waits until a request has arrived, and is false when the client gave up before.
func (b *backend) waitFor(ctx context.Context, line string) bool {
	for {
		b.mu.Lock()
		arrived := b.arrived
		isThere := slices.ContainsFunc(b.calls, func(c seenCall) bool { return c.isLine(line) })
		b.mu.Unlock()
		if isThere {
			return true
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return false
		}
	}
}

// problems tells of requests without a reply and of replies that nobody asked for.
func (b *backend) problems() []error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var problems []error
	for _, text := range b.unknown {
		problems = append(problems, errors.New(text))
	}
	for _, r := range b.replies {
		if r.used == 0 && !r.isInherited {
			problems = append(problems, fmt.Errorf("nobody asked for %s", r.line))
		}
	}
	return problems
}
