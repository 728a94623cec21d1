package server

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/websocket"
)

// streams is what outlives the options that a handler began with: connections and streams of clients go on when those are replaced.
type streams struct {
	// draining is closed when streams are to end because the server stops.
	draining chan struct{}
	drain    sync.Once
	// current answers the operations that begin now, on connections that are open, too.
	current atomic.Pointer[endpoint]
	sockets websocket.Connections
	// opened counts subscriptions.
	opened atomic.Int64
}

func newStreams() *streams { return &streams{draining: make(chan struct{})} }

// stop ends all streams. It may be called more than once.
func (s *streams) stop() { s.drain.Do(func() { close(s.draining) }) }

// enter counts a subscription in, if there may be one more. Whoever gets a function calls it at the end of the subscription.
func (s *streams) enter(bounds config.Subscription) (leave func(), refused *refusal) {
	if bounds.Off {
		return nil, refuse(http.StatusBadRequest, graph.CodeOperationResolution, "Subscriptions are switched off.")
	}
	if s.opened.Add(1) > int64(bounds.MaxOpened) {
		s.opened.Add(-1)
		refused = refuse(http.StatusBadRequest, codeLimitExceeded, "There are too many open subscriptions, the limit is %d.", bounds.MaxOpened)
		refused.err.Extensions["limit"] = "opened_subscriptions"
		return nil, refused
	}
	return func() { s.opened.Add(-1) }, nil
}
