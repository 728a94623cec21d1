package shop

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options tunes a [Service]. The zero value is the demo's.
type Options struct {
	// Latency is waited before every answer of every back end; see
	// [Service.SetLatency].
	Latency time.Duration
	// MaxCalls bounds the call log; older calls are forgotten. 0 means 4096.
	MaxCalls int
	// Now replaces the clock of the call log, of new reviews, of payments and of
	// parcels; nil is [time.Now]. It must be safe for concurrent use.
	Now func() time.Time
	// Pace is the time from stop to stop of a parcel that is watched; 0 means 2 s.
	Pace time.Duration
	// Addresses are where [Start] listens; a back end without one gets a free
	// port of 127.0.0.1.
	Addresses map[Backend]string
}

// Service is the shop's three back ends over one set of data, with their call log
// and faults. All methods are safe for concurrent use. Services share nothing.
type Service struct {
	store   *store
	now     func() time.Time
	calls   *callLog
	faults  faultTable
	latency atomic.Int64 // nanoseconds
	sockets sockets      // set by Start

	cut news // what CutStreams does

	closing func()
	closed  <-chan struct{}
}

// New returns a service with the demo's data. It starts no goroutine; Close is
// needed only to end requests that hang.
func New(o Options) *Service {
	now := o.Now
	if now == nil {
		now = time.Now
	}
	const defaultMaxCalls, defaultPace = 4096, 2 * time.Second
	closed := make(chan struct{})
	s := &Service{
		store:   newStore(newDataSet(), now, cmp.Or(max(o.Pace, 0), defaultPace)),
		now:     now,
		calls:   newCallLog(cmp.Or(max(o.MaxCalls, 0), defaultMaxCalls), now),
		closing: sync.OnceFunc(func() { close(closed) }),
		closed:  closed,
	}
	s.SetLatency(o.Latency)
	return s
}

// Close ends every request that waits because of a latency or a hanging fault,
// and makes later ones that would wait end at once. It may be called twice.
func (s *Service) Close() { s.closing() }

// SetLatency makes every answer of every back end from now on wait for d first. Zero or less
// switches waiting off. Requests that are already waiting are not changed.
func (s *Service) SetLatency(d time.Duration) { s.latency.Store(int64(d)) }

// Handler is the REST service: the endpoints of openapi.yaml and, for all back
// ends, the control door below /__shop/. Every request that is not for the control door is logged, unknown
// paths too.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.path, s.serve(rt.answer))
	}
	mux.Handle("/", s.serve(func(r *http.Request) reply {
		return failure(http.StatusNotFound, codeNotFound, "there is nothing at %q", r.URL.Path)
	}))
	mux.Handle(controlPath, s.control())
	return mux
}

// answer picks the endpoint of the request's method.
func (rt route) answer(r *http.Request) reply {
	method := r.Method
	if method == http.MethodHead { // net/http drops the body of the GET
		method = http.MethodGet
	}
	if e, ok := rt.methods[method]; ok {
		return e(r)
	}
	allowed := strings.Join(slices.Sorted(maps.Keys(rt.methods)), ", ")
	return failure(http.StatusMethodNotAllowed, codeNotAllowed,
		"%s answers to %s but not to %s", rt.path, allowed, r.Method).with("Allow", allowed)
}

// serve wraps an endpoint of the REST service.
func (s *Service) serve(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handle(w, r, incoming{
			call:   Call{Backend: REST, Method: r.Method, Path: r.URL.RequestURI()},
			target: r.URL.Path,
			route:  r.Method + " " + r.Pattern,
			format: jsonFormat{},
		}, func() reply { return e(r) })
	})
}
