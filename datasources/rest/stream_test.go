package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// openStreamOf opens the stream of a connector that gets a path of the server.
func openStreamOf(ctx context.Context, t *testing.T, base string, s datasources.Settings) datasources.Stream {
	t.Helper()
	f := prepare(t, s, datasources.Connector{HTTP: get(t, base+"/"), Stream: true}, idShape(), Options{})
	r, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	source, isStreamer := f.(datasources.Streamer)
	if !isStreamer {
		t.Fatal("the fetcher has no streams")
	}
	opened, err := source.Stream(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	return opened
}

// sendEvent writes one event.
func sendEvent(w http.ResponseWriter, text string) {
	_, _ = io.WriteString(w, text+"\n\n") // a client that gives up is not our concern
	_ = http.NewResponseController(w).Flush()
}

// patience is only ever used up by a test that fails.
const patience = 20 * time.Second

func TestAStreamEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s datasources.Stream, stream, next context.CancelFunc){
		"when it is closed":           func(s datasources.Stream, _, _ context.CancelFunc) { s.Close() },
		"when its context is over":    func(_ datasources.Stream, stream, _ context.CancelFunc) { stream() },
		"when that of Next is over":   func(_ datasources.Stream, _, next context.CancelFunc) { next() },
		"however often it is told so": func(s datasources.Stream, stream, next context.CancelFunc) { s.Close(); stream(); next(); s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gone := make(chan struct{})
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				defer close(gone)
				w.Header().Set("Content-Type", "text/event-stream")
				sendEvent(w, "id: 1\ndata: {}")
				<-r.Context().Done()
			})
			ctx, cancel := context.WithCancel(t.Context())
			nextCtx, cancelNext := context.WithCancel(t.Context())
			defer cancel()
			defer cancelNext()
			s := openStreamOf(ctx, t, base, datasources.Settings{})
			if _, err := s.Next(nextCtx); err != nil {
				t.Fatal(err)
			}
			waited := make(chan error, 1)
			go func() {
				_, err := s.Next(nextCtx)
				waited <- err
			}()
			end(s, cancel, cancelNext)
			for range 2 {
				select {
				case err := <-waited:
					var failed *datasources.Error
					if !errors.As(err, &failed) || failed.Message != "Connector error: request cancelled" {
						t.Errorf("got %v", err)
					}
				case <-gone:
					gone = nil
				case <-time.After(patience):
					t.Fatal("it goes on")
				}
			}
		})
	}
}

// What nobody takes stays with the server: nothing but buffers of a fixed size is between.
func TestASlowReaderHoldsTheServerUp(t *testing.T) {
	t.Parallel()
	isHeldUp := make(chan bool, 1)
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		line := []byte(`"` + strings.Repeat("x", 64<<10) + `"` + "\n")
		c := http.NewResponseController(w)
		for range 4096 { // 256 MiB fit in no buffer
			_ = c.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			if _, err := w.Write(line); err != nil {
				isHeldUp <- true
				return
			}
		}
		isHeldUp <- false
	})
	s := openStreamOf(t.Context(), t, base, datasources.Settings{})
	if _, err := s.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !<-isHeldUp {
		t.Error("the server got rid of all")
	}
}

func TestABrokenStreamIsTakenUpAFewTimesInARow(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if n > 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		sendEvent(w, fmt.Sprintf("retry: 1\nid: %d\ndata: \"after %s\"", n, r.Header.Get("Last-Event-ID")))
		panic(http.ErrAbortHandler)
	})
	s := openStreamOf(t.Context(), t, base, datasources.Settings{})
	var got []string
	for {
		reply, err := s.Next(t.Context())
		if err != nil {
			var failed *datasources.Error
			if !errors.As(err, &failed) || failed.Code != datasources.CodeHTTPClient {
				t.Errorf("got %v", err)
			}
			break
		}
		got = append(got, string(reply.Body))
	}
	if diff := cmp.Diff([]string{`"after "`, `"after 1"`, `"after 2"`}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := asked.Load(); n != 3+maxResumes {
		t.Errorf("the server was asked %d times", n)
	}
}

// A server that does not answer when it is asked again is waited for as long as for a call.
func TestAnAttemptIsBounded(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) {
		case 1:
			w.Header().Set("Content-Type", "text/event-stream")
			sendEvent(w, "retry: 1\nid: 1\ndata: 1")
			panic(http.ErrAbortHandler)
		case 2:
			<-r.Context().Done()
		}
	})
	s := openStreamOf(t.Context(), t, base, datasources.Settings{Timeout: 50 * time.Millisecond})
	if _, err := s.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Next(t.Context())
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Message != "Connector error: connection closed before the end of the reply" {
		t.Errorf("got %v", err)
	}
}

func TestAStreamIsAskedForByItsFormats(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		headers []datasources.Header
		want    string
	}{
		"by default":       {nil, "text/event-stream, application/x-ndjson;q=0.9, application/jsonl;q=0.9, application/json-seq;q=0.9"},
		"or as it is told": {[]datasources.Header{{Name: "accept", Value: template(t, "application/jsonl")}}, "application/jsonl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := datasources.Connector{HTTP: get(t, "http://x.test/"), Stream: true}
			c.HTTP.Headers = tt.headers
			r, err := prepare(t, datasources.Settings{}, c, idShape(), Options{}).Request(&mapping.Env{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.want}, r.Header["Accept"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStreamIsNoCall(t *testing.T) {
	t.Parallel()
	f := prepare(t, datasources.Settings{}, datasources.Connector{HTTP: get(t, "http://x.test/"), Stream: true}, idShape(), Options{})
	_, err := f.Do(t.Context(), &datasources.Request{})
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Code != datasources.CodeFetch {
		t.Errorf("got %v", err)
	}
}
