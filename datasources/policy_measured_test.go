package datasources

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// scripted makes calls that take a second of the test's clock and end as the next of its steps says.
type scripted struct{ steps chan step }

// step is how one call ends: err without a reply, decodeErr when it is judged.
type step struct {
	err, decodeErr error
	status         int
}

func (scripted) Request(*mapping.Env) (*Request, error) { return &Request{}, nil }

func (f scripted) Do(ctx context.Context, _ *Request) (*Reply, error) {
	s := <-f.steps
	start := time.Now()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ContextError(ctx, ctx.Err())
	}
	if s.err != nil {
		return nil, s.err
	}
	return &Reply{Status: s.status, Body: []byte("12345"), Start: start, Duration: time.Since(start), Payload: s.decodeErr}, nil
}

func (scripted) Decode(r *Reply, _ *mapping.Env, _ *table.Builder) (Outcome, error) {
	err, _ := r.Payload.(error)
	return Outcome{}, err
}

// perform makes a call as resolvers do.
func perform(ctx context.Context, f Fetcher) {
	if r, err := f.Do(ctx, &Request{}); err == nil {
		_, _ = f.Decode(r, nil, nil) // the meter has seen the error
	}
}

func TestCallsAreCountedAsTheyEnd(t *testing.T) {
	t.Parallel()
	refused := &Error{Code: CodeFetch}
	for _, tt := range []struct {
		name string
		step step
		want traffic.Counts
		// state is that after three calls of the kind.
		state traffic.State
	}{
		{"a success", step{status: 200}, traffic.Counts{Bytes: 5}, traffic.OK},
		{"not found", step{decodeErr: &Error{Code: CodeFetch, NotFound: true}, status: 5}, traffic.Counts{Bytes: 5}, traffic.OK},
		{"a refused request", step{decodeErr: refused, status: 404}, failedWith(CodeFetch, 5), traffic.OK},
		{"a broken server", step{decodeErr: refused, status: 503}, failedWith(CodeFetch, 5), traffic.Failing},
		{"too many requests", step{decodeErr: refused, status: 429}, failedWith(CodeFetch, 5), traffic.Failing},
		{"an invalid argument of gRPC", step{decodeErr: refused, status: 3}, failedWith(CodeFetch, 5), traffic.OK},
		{"an unavailable gRPC server", step{decodeErr: refused, status: 14}, failedWith(CodeFetch, 5), traffic.Failing},
		{"a Fault of the client", step{decodeErr: faultWith("soap:Client.Stock"), status: 500}, failedWith(CodeFetch, 5), traffic.OK},
		{"a Fault of the server", step{decodeErr: faultWith("Server"), status: 500}, failedWith(CodeFetch, 5), traffic.Failing},
		{"an unreadable reply", step{decodeErr: &Error{Code: CodeResponseInvalid}, status: 200}, failedWith(CodeResponseInvalid, 5), traffic.Failing},
		{"an author's error", step{decodeErr: &Error{Code: "SOLD_OUT"}, status: 200}, failedWith("SOLD_OUT", 5), traffic.OK},
		{"no connection", step{err: &Error{Code: CodeHTTPClient}}, failedWith(CodeHTTPClient, 0), traffic.Failing},
		{"an unknown error", step{err: errors.ErrUnsupported}, failedWith(CodeInternal, 0), traffic.Failing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fetcher := scripted{make(chan step, 3)}
				source := traffic.NewSource()
				f := Guard(fetcher, NewLimits(Settings{}), source.Connector("d:Query.a[0]"))
				fetcher.steps <- tt.step
				perform(t.Context(), f)
				got := source.Report()
				tt.want.Calls = 1
				if tt.want.Codes == nil {
					tt.want.Codes = []traffic.CodeCount{}
				}
				tt.want.Latency = traffic.Latency{
					Count: 1, Mean: time.Second, P50: time.Second, P95: time.Second, P99: time.Second, Max: time.Second,
				}
				if diff := cmp.Diff(tt.want, got.Counts); diff != "" {
					t.Error(diff)
				}
				if isSuccess := tt.want.Errors == 0; got.LastSuccess.IsZero() == isSuccess {
					t.Errorf("the last success was %s", got.LastSuccess)
				}
				for range 2 {
					fetcher.steps <- tt.step
					perform(t.Context(), f)
				}
				if state := source.Report().State; state != tt.state {
					t.Errorf("after three of them the source is %s", state)
				}
			})
		})
	}
}

// faultWith is the error of a SOAP Fault.
func faultWith(faultcode string) *Error {
	soap := value.Object([]value.Field{{Name: "faultcode", Value: value.String(faultcode)}})
	return &Error{Code: CodeFetch, Extensions: value.Object([]value.Field{{Name: "soap", Value: soap}})}
}

func failedWith(code string, bytes uint64) traffic.Counts {
	return traffic.Counts{Errors: 1, Bytes: bytes, Codes: []traffic.CodeCount{{Code: code, Count: 1}}}
}

// One slot, three calls: the second waits and gets it, the third is at the end of its time before. The client of a fourth goes away.
func TestWaitingForASlotIsMeasuredApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetcher := scripted{make(chan step, 4)}
		for range 4 {
			fetcher.steps <- step{status: 200}
		}
		source := traffic.NewSource()
		f := Guard(fetcher, NewLimits(Settings{MaxConcurrent: 1, Timeout: 2500 * time.Millisecond}), source.Connector("d:Query.a[0]"))
		var wg sync.WaitGroup
		start := func(ctx context.Context) {
			wg.Go(func() { perform(ctx, f) })
			synctest.Wait()
		}
		start(t.Context())
		start(t.Context())
		gone, cancel := context.WithCancel(t.Context())
		start(gone)
		if got := source.Report(); got.InFlight != 1 || got.Waiting != 2 {
			t.Errorf("%d in flight, %d waiting", got.InFlight, got.Waiting)
		}
		cancel()
		wg.Wait()
		got := source.Report()
		want := traffic.Counts{
			Calls: 3, Canceled: 1, Unsent: 1, Bytes: 10, Codes: []traffic.CodeCount{},
			Latency: traffic.Latency{
				Count: 2, Mean: time.Second, P50: time.Second, P95: time.Second, P99: time.Second, Max: time.Second,
			},
		}
		if diff := cmp.Diff(want, got.Counts); diff != "" {
			t.Error(diff)
		}
		if got.Waits.Count != 2 || got.Waits.Max != time.Second {
			t.Errorf("waits %+v", got.Waits)
		}
	})
}

func TestCallsOfAClientThatWentAwayAreNoErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetcher := scripted{make(chan step, 1)}
		fetcher.steps <- step{status: 200}
		source := traffic.NewSource()
		f := Guard(fetcher, NewLimits(Settings{}), source.Connector("d:Query.a[0]"))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		perform(ctx, f)
		if got := source.Report(); got.Calls != 1 || got.Canceled != 1 || got.Errors != 0 || got.State != traffic.Unused {
			t.Errorf("%s %+v", got.State, got.Counts)
		}
	})
}

func TestPanicIsAnErrorOfTheSource(t *testing.T) {
	t.Parallel()
	source := traffic.NewSource()
	f := Guard(panicking{}, NewLimits(Settings{}), source.Connector("d:Query.a[0]"))
	_, err := f.Do(t.Context(), nil)
	wantCode(t, err, CodeInternal)
	if got := source.Report(); got.Calls != 1 || got.Errors != 1 || got.InFlight != 0 {
		t.Errorf("%+v", got.Counts)
	}
}

// A reload that leaves a source's settings as they are keeps its statistics; other settings begin anew.
func TestStatisticsBelongToThePooledSource(t *testing.T) {
	t.Parallel()
	p := NewPool(map[Kind]Open{
		HTTP:    func(context.Context, Settings) (Source, error) { return &fakeSource{}, nil },
		Virtual: func(context.Context, Settings) (Source, error) { return &fakeSource{}, nil },
	})
	first := acquire(t, p, Settings{Kind: HTTP, Name: "d.a"})
	second := acquire(t, p, Settings{Kind: HTTP, Name: "d.a"})
	first.Release()
	other := acquire(t, p, Settings{Kind: HTTP, Name: "d.a", Timeout: time.Second})
	if TrafficOf(first.Source()) != TrafficOf(second.Source()) {
		t.Error("the same source has two statistics")
	}
	if TrafficOf(other.Source()) == TrafficOf(second.Source()) {
		t.Error("two sources have one")
	}
	virtual := acquire(t, p, Settings{Kind: Virtual, Name: "d.v"})
	if TrafficOf(virtual.Source()) != nil || TrafficOf(&fakeSource{}) != nil {
		t.Error("a source that makes no calls has statistics")
	}
	for _, l := range []*Lease{second, other, virtual} {
		l.Release()
	}
}

// BenchmarkGuardedCall compares a call that does nothing with and without its statistics.
func BenchmarkGuardedCall(b *testing.B) {
	start := time.Now()
	for name, connector := range map[string]*traffic.Connector{"plain": nil, "counted": traffic.NewSource().Connector("d:Query.a[0]")} {
		f := Guard(instant{&Reply{Start: start, Duration: time.Millisecond}}, NewLimits(Settings{}), connector)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := f.Do(b.Context(), nil)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := f.Decode(r, nil, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// instant is a fetcher whose calls take no time.
type instant struct{ reply *Reply }

func (instant) Request(*mapping.Env) (*Request, error)                       { return &Request{}, nil }
func (f instant) Do(context.Context, *Request) (*Reply, error)               { return f.reply, nil }
func (instant) Decode(*Reply, *mapping.Env, *table.Builder) (Outcome, error) { return Outcome{}, nil }
