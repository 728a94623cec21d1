package datasources_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/rest"
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// pipes is a listener whose connections stay in memory, so that the test knows when everybody waits.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (*pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.accepted <- server
	return client, nil
}

// restFetcher calls a server with the settings' limits; the traffic is that of its source.
func restFetcher(t *testing.T, settings datasources.Settings, h http.HandlerFunc) (datasources.Fetcher, *traffic.Source) {
	t.Helper()
	listener := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(listener) }()
	transport := &http.Transport{DialContext: listener.dial}
	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{
		datasources.HTTP: rest.Opener(rest.Options{Transport: transport}),
	})
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(pool.Close(), server.Close()); err != nil {
			t.Error(err)
		}
	})

	settings.Kind, settings.HTTP = datasources.HTTP, &datasources.HTTPSource{}
	lease, err := pool.Acquire(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	url, wrong := mapping.ParseTemplate("http://backend.test/users", mapping.V04)
	if wrong != nil {
		t.Fatal(wrong)
	}
	selection, wrong := mapping.Parse("id", mapping.V04)
	if wrong != nil {
		t.Fatal(wrong)
	}
	b, diagnostics := lease.Source().Bind(datasources.Connector{
		HTTP: &datasources.HTTPConnector{Method: http.MethodGet, URL: url}, Selection: selection,
	})
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	f, err := b.Prepare(&table.Shape{Levels: []table.Level{{
		Types: []string{"T"}, Members: []table.Member{{Path: []string{"id"}, Type: &table.Type{Leaf: table.Any}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return f, datasources.TrafficOf(lease.Source())
}

// received is what a caller got.
type received struct {
	reply *datasources.Reply
	err   error
}

// send makes a call for a reader of its own and returns when nothing goes on without the test.
func send(ctx context.Context, t *testing.T, f datasources.Fetcher) <-chan received {
	t.Helper()
	r, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	r.Reader = new(int)
	got := make(chan received, 1)
	go func() {
		reply, err := f.Do(ctx, r)
		got <- received{reply, err}
	}()
	synctest.Wait()
	return got
}

func TestServerSeesTheCancellationWhenAllReadersHaveLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		canceled := make(chan struct{})
		f, counted := restFetcher(t, datasources.Settings{}, func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(canceled)
		})
		ctx, cancel := context.WithCancel(t.Context())
		first, second := send(ctx, t, f), send(ctx, t, f)
		cancel()
		<-canceled
		for _, got := range []received{<-first, <-second} {
			if e := (*datasources.Error)(nil); !errors.As(got.err, &e) || e.Code != datasources.CodeHTTPClient {
				t.Errorf("got %v", got.err)
			}
		}
		if r := counted.Report(); r.Calls != 1 || r.Canceled != 1 || r.Errors != 0 || r.Shared != 1 {
			t.Errorf("%+v", r.Counts)
		}
	})
}

func TestReplyOutlivesTheCallerThatAskedForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		f, counted := restFetcher(t, datasources.Settings{}, func(w http.ResponseWriter, _ *http.Request) {
			<-proceed
			_, _ = w.Write([]byte(`{"id":7}`))
		})
		ctx, cancel := context.WithCancel(t.Context())
		first, second := send(ctx, t, f), send(t.Context(), t, f)
		cancel()
		synctest.Wait()
		close(proceed)
		if got := <-first; got.err == nil {
			t.Error("who has left got a reply")
		}
		if got := <-second; got.err != nil || string(got.reply.Body) != `{"id":7}` || !got.reply.Shared {
			t.Errorf("got %+v", got)
		}
		if r := counted.Report(); r.Calls != 1 || r.Canceled != 0 {
			t.Errorf("%+v", r.Counts)
		}
	})
}

func TestBadRepliesAreShared(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		settings datasources.Settings
		status   int
		body     string
		code     string // of the error that Do returns; empty for a reply
	}{
		{"status of an error", datasources.Settings{}, http.StatusServiceUnavailable, `{"sorry":true}`, ""},
		{"too large", datasources.Settings{MaxReplyBytes: 100}, http.StatusOK, strings.Repeat(" ", 101), datasources.CodeResponseInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				proceed := make(chan struct{})
				f, counted := restFetcher(t, tt.settings, func(w http.ResponseWriter, _ *http.Request) {
					<-proceed
					w.WriteHeader(tt.status)
					_, _ = w.Write([]byte(tt.body))
				})
				callers := []<-chan received{send(t.Context(), t, f), send(t.Context(), t, f)}
				close(proceed)
				for _, c := range callers {
					got := <-c
					if e := (*datasources.Error)(nil); tt.code != "" && (!errors.As(got.err, &e) || e.Code != tt.code) {
						t.Errorf("got %v, want %s", got.err, tt.code)
					}
					if tt.code == "" && (got.err != nil || got.reply.Status != tt.status || string(got.reply.Body) != tt.body) {
						t.Errorf("got %+v", got)
					}
				}
				if r := counted.Report(); r.Calls != 1 || r.Shared != 1 {
					t.Errorf("%+v", r.Counts)
				}
			})
		})
	}
}
