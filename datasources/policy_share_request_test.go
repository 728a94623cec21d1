package datasources

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

func TestOnlyReadsAreShared(t *testing.T) {
	t.Parallel()
	reader := func() any { return new(int) }
	for _, tt := range []struct {
		name     string
		settings Settings
		request  Request
		reader   func() any
		calls    int
	}{
		{"HTTP GET", Settings{Kind: HTTP}, Request{Method: "GET", URL: "/u"}, reader, 1},
		{"HTTP GET with a body", Settings{Kind: HTTP}, Request{Method: "GET", URL: "/u", Body: []byte("{}")}, reader, 1},
		{"HTTP POST", Settings{Kind: HTTP}, Request{Method: "POST", URL: "/u"}, reader, 1},
		{"gRPC", Settings{Kind: GRPC}, Request{URL: "/a.B/Get", Body: []byte{8, 1}}, reader, 1},
		{"SOAP", Settings{Kind: SOAP}, Request{Method: "POST", URL: "/u", Body: []byte("<a/>")}, reader, 1},
		{"Go", Settings{Kind: Go}, Request{}, reader, 2},
		{"virtual", Settings{Kind: Virtual}, Request{}, reader, 2},
		{"payload that is not compared", Settings{Kind: GRPC}, Request{Payload: 1}, reader, 2},
		{"not for a query: HTTP", Settings{Kind: HTTP}, Request{Method: "GET", URL: "/u"}, func() any { return nil }, 2},
		{"not for a query: gRPC", Settings{Kind: GRPC}, Request{URL: "/a.B/Get"}, func() any { return nil }, 2},
		{"twice for one operation", Settings{Kind: HTTP}, Request{Method: "GET", URL: "/u"}, func() any { return 1 }, 2},
		{"switched off", Settings{Kind: HTTP, NoShare: true}, Request{Method: "GET", URL: "/u"}, reader, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &backEnd{}
				f := Guard(b, NewLimits(tt.settings), nil)
				var wg sync.WaitGroup
				for range 2 {
					r := tt.request
					r.Reader = tt.reader()
					wg.Go(func() {
						if _, err := f.Do(t.Context(), &r); err != nil {
							t.Error(err)
						}
					})
				}
				if n := b.count(); n != tt.calls {
					t.Errorf("%d calls, want %d", n, tt.calls)
				}
				b.endAll()
				wg.Wait()
			})
		})
	}
}

// differentRequests differ in one place each, and some of them only in where one part ends and the next begins.
func differentRequests() []Request {
	with := func(h http.Header) Request { return Request{Method: "POST", URL: "/u", Header: h, Body: []byte("ab")} }
	return []Request{
		with(nil),
		{Method: "PUT", URL: "/u", Body: []byte("ab")},
		{Method: "POST", URL: "/v", Body: []byte("ab")},
		{Method: "POST", URL: "/ua", Body: []byte("b")},
		{Method: "POST", URL: "/u", Body: []byte("abc")},
		{Method: "POST", URL: "/u"},
		with(http.Header{"Authorization": {"a"}}),
		with(http.Header{"Authorization": {"b"}}),
		with(http.Header{"Authorization": {"a", ""}}),
		with(http.Header{"Authorization": {"a", "b"}}),
		with(http.Header{"Authorization": {"b", "a"}}),
		with(http.Header{"Authorization": {"ab"}}),
		with(http.Header{"Cookie": {"a"}}),
		with(http.Header{"A": {"b"}, "B": {"a"}}),
		with(http.Header{"A": {"a"}, "B": {"b"}}),
		with(http.Header{"A": {"a"}, "B": {"b"}, "C": {""}}),
		with(http.Header{"A": {"a"}, "B": {"b"}, "C": nil}), // net/http sends other headers for this than without
	}
}

func TestRequestsThatDifferAnywhereAreNotShared(t *testing.T) {
	t.Parallel()
	s := newShare(Settings{Kind: SOAP})
	all := differentRequests()
	for i := range all {
		for j := range all {
			if got := isSameRequest(&all[i], &all[j]); got != (i == j) {
				t.Errorf("%v and %v: same is %t", all[i], all[j], got)
			}
			// Not a law, but else the hash would be a bad one.
			if same := s.hash(&all[i]) == s.hash(&all[j]); same != (i == j) && all[i].Method == all[j].Method {
				t.Errorf("%v and %v: the hashes' being equal is %t", all[i], all[j], same)
			}
		}
	}
}

func TestEqualHashesDoNotMakeRequestsTheSame(t *testing.T) {
	t.Parallel()
	s := newShare(Settings{Kind: SOAP})
	const hash = 7
	all := differentRequests()
	flights := make([]*flight, len(all))
	for i := range all {
		all[i].Reader = "first"
		f, isMine := s.board(hash, &all[i])
		if !isMine {
			t.Fatalf("%v was joined with %v", all[i], f.request)
		}
		flights[i] = f
	}
	for _, i := range rand.Perm(len(all)) {
		again := all[i]
		again.Reader = "second"
		if f, isMine := s.board(hash, &again); isMine || f != flights[i] {
			t.Fatalf("%v was not joined with its like", again)
		}
		s.close(flights[i])
		s.close(flights[i]) // it may be closed by who leaves and by who lands
	}
	if len(s.flights) != 0 {
		t.Errorf("%d flights are left", len(s.flights))
	}
}

// echo replies with who asks for what.
type echo struct{}

func (echo) Request(*mapping.Env) (*Request, error) { return &Request{}, nil }

func (echo) Do(ctx context.Context, r *Request) (*Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, ContextError(ctx, err)
	}
	return &Reply{Body: fmt.Append(nil, r.URL, " for ", r.Header["Authorization"])}, nil
}

func (echo) Decode(*Reply, *mapping.Env, *table.Builder) (Outcome, error) { return Outcome{}, nil }

// Callers with different headers ask for the same things at the same time, some of them leave, and each only ever gets its own.
func TestCallersNeverGetEachOthersReplies(t *testing.T) {
	t.Parallel()
	const callers, rounds = 8, 2000
	limits := NewLimits(Settings{Kind: HTTP, MaxConcurrent: 2})
	var wg sync.WaitGroup
	for i := range callers {
		f := Guard(echo{}, limits, nil)
		token := []string{"Bearer a", "Bearer b"}[i%2]
		wg.Go(func() {
			for range rounds {
				ctx, cancel := context.WithCancel(t.Context())
				r := get([]string{"/users", "/orders", "/me"}[rand.IntN(3)])
				r.Header, r.Reader = http.Header{"Authorization": {token}}, new(int)
				isLeaving := rand.IntN(8) == 0
				if isLeaving {
					go cancel()
				}
				reply, err := f.Do(ctx, &r)
				cancel()
				if err != nil {
					if !isLeaving {
						t.Errorf("a caller that stayed got %v", err)
					}
					continue
				}
				if got, want := string(reply.Body), fmt.Sprint(r.URL, " for ", []string{token}); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
	if left := limits.policies[0].(*share).flights; len(left) != 0 {
		t.Errorf("%d calls are remembered", len(left))
	}
}
