package resolvers_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// backend is a real HTTP server for all hosts of a case, with a log of what it saw.
type backend struct {
	server    *httptest.Server
	transport *http.Transport

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
	text   string
}

// loaderHeader tells the back end which loader made a call. It is not part of what the case sees.
const loaderHeader = "Corpus-Loader"

// refusedHost is a host that nobody listens on.
const refusedHost = "refused.test"

func startBackend(t *testing.T, replies []*reply) *backend {
	t.Helper()
	b := &backend{replies: cloneReplies(replies, false), arrived: make(chan struct{})}
	b.server = httptest.NewServer(http.HandlerFunc(b.serve))
	b.transport = &http.Transport{DialContext: b.dial, DisableCompression: true}
	return b
}

// stop waits until no request is in the works.
func (b *backend) stop() {
	b.transport.CloseIdleConnections()
	b.server.CloseClientConnections()
	b.server.Close()
}

// dial connects every host to the one server.
func (b *backend) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if strings.HasPrefix(address, refusedHost+":") {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	var d net.Dialer
	return d.DialContext(ctx, network, b.server.Listener.Addr().String())
}

// RoundTrip implements http.RoundTripper: it labels a request with the loader that its context names.
func (b *backend) RoundTrip(r *http.Request) (*http.Response, error) {
	labelled := r.Clone(r.Context())
	if labelled.Header == nil {
		labelled.Header = http.Header{}
	}
	if id, ok := r.Context().Value(loaderKey{}).(int); ok {
		labelled.Header.Set(loaderHeader, strconv.Itoa(id))
	}
	return b.transport.RoundTrip(labelled)
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	reply := b.note(r, string(body))
	if reply == nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if reply.after != "" && !b.waitFor(r.Context(), reply.after) {
		return
	}
	switch {
	case reply.hang:
		<-r.Context().Done()
	case reply.close:
		hangUp(w, nil)
	case reply.cut >= 0:
		head := fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			reply.status, reply.header.Get("Content-Type"), len(reply.content))
		hangUp(w, append([]byte(head), reply.content[:reply.cut]...))
	default:
		maps.Copy(w.Header(), reply.header)
		w.WriteHeader(reply.status)
		_, _ = w.Write(reply.content) // a client that gives up is not our concern
	}
}

// hangUp writes bytes as they are and closes the connection.
func hangUp(w http.ResponseWriter, text []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = conn.Write(text) // as above
	_ = conn.Close()
}

// note logs a request and returns its reply.
func (b *backend) note(r *http.Request, body string) *reply {
	loader, err := strconv.Atoi(r.Header.Get(loaderHeader))
	r.Header.Del(loaderHeader)
	b.mu.Lock()
	defer b.mu.Unlock()
	call := seenCall{loader: loader, method: r.Method, target: r.RequestURI, text: callText(r, body)}
	b.calls = append(b.calls, call)
	close(b.arrived)
	b.arrived = make(chan struct{})
	found := findReply(b.replies, r, body)
	if found == nil || err != nil {
		b.unknown = append(b.unknown, "no reply is defined for this request:\n"+call.text)
		return nil
	}
	found.used++
	return found
}

// callText writes a request as calls.txt shows it. Headers that every request has are left out.
func callText(r *http.Request, body string) string {
	lines := []string{r.Method + " http://" + r.Host + r.RequestURI}
	var names []string
	for name := range r.Header {
		if !slices.Contains([]string{"User-Agent", "Accept-Encoding", "Accept", "Content-Length"}, name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		for _, v := range r.Header[name] {
			lines = append(lines, "  "+strings.TrimRight(strings.ToLower(name)+": "+v, " "))
		}
	}
	if body != "" {
		lines = append(lines, "  "+body)
	}
	return strings.Join(lines, "\n") + "\n"
}

// waitFor waits until a request has arrived, and is false when the client gave up before.
func (b *backend) waitFor(ctx context.Context, line string) bool {
	for {
		b.mu.Lock()
		arrived := b.arrived
		isThere := slices.ContainsFunc(b.calls, func(c seenCall) bool { return c.method+" "+c.target == line })
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
