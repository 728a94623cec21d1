package datasources

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/mapping"
)

// fakeStreamer opens streams that take some time to begin, and then give the replies.
type fakeStreamer struct {
	fakeFetcher
	begin   func(ctx context.Context) error
	replies []error
}

func (f fakeStreamer) Stream(ctx context.Context, _ *Request) (Stream, error) {
	if f.begin != nil {
		if err := f.begin(ctx); err != nil {
			return nil, err
		}
	}
	return &fakeStream{ctx: ctx, replies: f.replies}, nil
}

// fakeStream gives replies for nil and fails otherwise; it panics with errPanic.
type fakeStream struct {
	ctx     context.Context //nolint:containedctx // a stream lives as long as its context
	replies []error
}

var errPanic = errors.New("panic")

func (s *fakeStream) Next(context.Context) (*Reply, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, ContextError(s.ctx, err)
	}
	if len(s.replies) == 0 {
		return nil, io.EOF
	}
	err := s.replies[0]
	s.replies = s.replies[1:]
	switch {
	case errors.Is(err, errPanic):
		panic(err)
	case err != nil:
		return nil, err
	default:
		return &Reply{Body: []byte("12345"), Start: time.Now()}, nil
	}
}

func (*fakeStream) Close() {}

// guardStreamer puts limits and header rules around a streamer.
func guardStreamer(t *testing.T, s Settings, f fakeStreamer, c *traffic.Connector) Streamer {
	t.Helper()
	guarded, isStreamer := Guard(HeaderRules{}.around(f), NewLimits(s), c).(Streamer)
	if !isStreamer {
		t.Fatal("the guarded fetcher has no streams")
	}
	return guarded
}

func TestStreamsOutliveTheTimeOfACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := guardStreamer(t, Settings{Timeout: 3 * time.Second, MaxConcurrent: 1}, fakeStreamer{replies: make([]error, 2)}, nil)
		for range 3 { // none takes the slot of a call
			s, err := f.Stream(t.Context(), &Request{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			<-time.After(time.Hour)
			if _, err := s.Next(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAStreamHasToBeginInTheTimeOfACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := guardStreamer(t, Settings{Timeout: 3 * time.Second}, fakeStreamer{begin: func(ctx context.Context) error {
			<-ctx.Done()
			return ContextError(ctx, ctx.Err())
		}}, nil)
		start := time.Now()
		_, err := f.Stream(t.Context(), &Request{})
		wantCode(t, err, CodeTimeout)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("it took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = f.Stream(ctx, &Request{})
		wantCode(t, err, CodeHTTPClient)
	})
}

func TestOpenStreamsAreBounded(t *testing.T) {
	t.Parallel()
	failing := errors.New("no")
	fails := false
	f := guardStreamer(t, Settings{MaxStreams: 2}, fakeStreamer{begin: func(context.Context) error {
		if fails {
			return failing
		}
		return nil
	}}, nil)
	open := func() Stream {
		t.Helper()
		s, err := f.Stream(t.Context(), &Request{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := open()
	fails = true
	if _, err := f.Stream(t.Context(), &Request{}); !errors.Is(err, failing) {
		t.Fatal(err)
	}
	fails = false
	defer open().Close() // the one that failed has no place
	_, err := f.Stream(t.Context(), &Request{})
	if e := wantCode(t, err, CodeOverloaded); e.Extensions.String() != `{"limit":"source_streams"}` {
		t.Errorf("extensions %s", e.Extensions)
	}
	first.Close()
	first.Close()
	defer open().Close()
	_, err = f.Stream(t.Context(), &Request{})
	wantCode(t, err, CodeOverloaded) // closing twice gives back one place
}

func TestOpeningAStreamCountsForTheRate(t *testing.T) {
	t.Parallel()
	f := guardStreamer(t, Settings{Kind: HTTP, RateLimit: RateLimit{Capacity: 1, Interval: time.Hour}}, fakeStreamer{}, nil)
	s, err := f.Stream(t.Context(), &Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = f.Stream(t.Context(), &Request{})
	wantCode(t, err, CodeRateLimited)
}

func TestPanicsOfStreamsAreContained(t *testing.T) {
	t.Parallel()
	f := guardStreamer(t, Settings{}, fakeStreamer{begin: func(context.Context) error { panic("no") }}, nil)
	_, err := f.Stream(t.Context(), &Request{})
	wantCode(t, err, CodeInternal)
	s, err := guardStreamer(t, Settings{}, fakeStreamer{replies: []error{errPanic}}, nil).Stream(t.Context(), &Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Next(t.Context())
	wantCode(t, err, CodeInternal)
}

// A stream is a call that opens it, a call without a latency for each event, and a call that failed if it breaks.
func TestStreamsAreCounted(t *testing.T) {
	t.Parallel()
	source := traffic.NewSource()
	f := guardStreamer(t, Settings{}, fakeStreamer{replies: []error{nil, nil, &Error{Code: CodeHTTPClient}}}, source.Connector("a"))
	decode, _ := f.(Fetcher)
	s, err := f.Stream(t.Context(), &Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for {
		reply, err := s.Next(t.Context())
		if err != nil {
			break
		}
		if _, err := decode.Decode(reply, &mapping.Env{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := source.Report().Counts
	if diff := cmp.Diff([]uint64{4, 1, 10, 1}, []uint64{got.Calls, got.Errors, got.Bytes, got.Latency.Count}); diff != "" || got.InFlight != 0 {
		t.Errorf("%+v", got)
	}
}
