package shop

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// aliveEvery is how often a stream says that it is still there.
const aliveEvery = 15 * time.Second

// news tells of something that happens again and again. The zero value is ready.
type news struct {
	mu   sync.Mutex
	next chan struct{}
}

// wait returns what is closed when it happens next.
func (n *news) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == nil {
		n.next = make(chan struct{})
	}
	return n.next
}

// happen wakes everybody who waits.
func (n *news) happen() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next != nil {
		close(n.next)
		n.next = nil
	}
}

// CutStreams closes the connections of all streams that are open, by HTTP and by
// gRPC. Clients that know their Last-Event-ID lose no review by it.
func (s *Service) CutStreams() { s.cut.happen() }

// followReviews answers with an event stream of reviews: those behind a known one
// (`after`, or Last-Event-ID of a client that comes back), and then those that are
// placed, at most `limit` of them.
func (s *Service) followReviews(r *http.Request) reply {
	query := r.URL.Query()
	after, err := natural(query, "after", len(s.store.allReviews()))
	if err != nil {
		return badRequest(err)
	}
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		if _, err := fmt.Sscanf(id, "%d", &after); err != nil {
			return badRequest(fmt.Errorf("expected the id of a review for Last-Event-ID but got %q", id))
		}
	}
	limit, err := natural(query, "limit", 0)
	if err != nil {
		return badRequest(err)
	}
	stream := reviewStream{service: s, skus: texts(query, "productSku"), after: after, limit: limit}
	return reply{
		status: http.StatusOK,
		header: http.Header{"Content-Type": {"text/event-stream"}, "Cache-Control": {"no-store"}},
		body:   []byte("retry: 200\n\n"),
		stream: stream.run,
	}
}

// reviewStream writes reviews as events. It belongs to one request.
type reviewStream struct {
	service *Service
	skus    filter[string]
	after   int // the id of the last review that was looked at
	limit   int // 0 is none
	sent    int
}

// run writes until the client or the service is gone. It tells whether the stream
// came to its end, and was not cut.
func (v *reviewStream) run(w http.ResponseWriter, r *http.Request) bool {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	cut := v.service.cut.wait()
	for {
		placed := v.service.store.placed.wait() // before looking, so that nothing is missed
		if v.write(w) {
			return true
		}
		if http.NewResponseController(w).Flush() != nil {
			return true // nobody reads any more
		}
		select {
		case <-placed:
		case <-alive.C:
			_, _ = w.Write([]byte(": still here\n\n"))
		case <-cut:
			return false
		case <-v.service.closed:
			return true
		case <-r.Context().Done():
			return true
		}
	}
}

// write writes the reviews that are new, and tells whether there have been enough.
func (v *reviewStream) write(w http.ResponseWriter) bool {
	reviews := v.service.store.allReviews()
	for ; v.after < len(reviews); v.after++ {
		if !v.skus.keeps(reviews[v.after].ProductSKU) {
			continue
		}
		var event bytes.Buffer
		fmt.Fprintf(&event, "id: %d\ndata: ", reviews[v.after].ID)
		encoder := json.NewEncoder(&event)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(&reviews[v.after]); err != nil {
			return true
		}
		event.WriteByte('\n')
		_, _ = w.Write(event.Bytes())
		if v.sent++; v.sent == cmp.Or(v.limit, -1) {
			return true
		}
	}
	return false
}
