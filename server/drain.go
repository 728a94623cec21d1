package server

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// inFlight counts the requests that are being answered.
type inFlight struct {
	next http.Handler
	// timeout returns what bounds the answering of a request.
	timeout func() time.Duration
	// health is the path of health checks.
	health string

	mu    sync.Mutex
	count int
	// idle is closed when the count drops to zero; nil unless somebody waits.
	idle chan struct{}
}

var _ http.Handler = (*inFlight)(nil)

// ServeHTTP implements http.Handler.
func (f *inFlight) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.add(1)
	defer f.add(-1)
	c, _ := r.Context().Value(connKey{}).(clientConn)
	defer beginAnswer(w, c, f.timeout()+writeMargin).endAnswer()
	if c != nil && c.isTooMany() && !isBelow(r.URL.Path, f.health) {
		answerBeyond(w)
		return
	}
	f.next.ServeHTTP(w, r)
}

func (f *inFlight) add(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count += n
	if f.count == 0 && f.idle != nil {
		close(f.idle)
		f.idle = nil
	}
}

// wait returns when no request is in flight, or ctx is over. Only one goroutine may wait.
func (f *inFlight) wait(ctx context.Context) {
	f.mu.Lock()
	if f.count == 0 {
		f.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	f.idle = idle
	f.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
