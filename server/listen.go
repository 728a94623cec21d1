package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// Times that bound what clients can do to a listener.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	// writeMargin is what a client has beyond the request's timeout to read the answer.
	writeMargin = time.Minute
	// politeTime is how long a stopping server waits for connections that have not sent a request yet.
	politeTime = 300 * time.Millisecond
	// drainTime is how long it waits for requests in flight.
	drainTime = 30 * time.Second
)

// Drainer is a handler that is told when its server is about to stop.
type Drainer interface {
	http.Handler
	// Drain makes readiness checks fail. Requests are still answered.
	Drain()
}

// Serve answers requests on the listener until ctx is over, then stops: it accepts no more connections, lets the requests in
// flight finish, and returns nil. It owns the listener. timeout is what bounds the answering of a request; 0 means the
// default.
func Serve(ctx context.Context, ln net.Listener, h Drainer, timeout time.Duration, log *zap.Logger) error {
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	flight := &inFlight{next: h, timeout: timeout + writeMargin}
	errorLog, err := zap.NewStdLogAt(log, zap.WarnLevel)
	if err != nil {
		return fmt.Errorf("log of the HTTP server: %w", err)
	}
	srv := &http.Server{
		Handler:           flight,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          errorLog,
		ConnContext:       withConn,
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(gatherListener{ln}) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	h.Drain()
	err = stop(context.WithoutCancel(ctx), srv, flight)
	<-served
	return err
}

// stop ends a server. http.Server.Shutdown alone would wait up to five seconds for connections that browsers open in
// advance; once nothing is in flight they can be cut.
func stop(ctx context.Context, srv *http.Server, flight *inFlight) error {
	if shutDown(ctx, srv, politeTime) == nil {
		return nil
	}
	drain, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	flight.wait(drain)
	// The last answers may still be on their way out of their connections' buffers.
	if shutDown(ctx, srv, politeTime) == nil {
		return nil
	}
	if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close connections: %w", err)
	}
	return nil
}

// shutDown closes the listener and waits a limited time for connections to become idle.
func shutDown(ctx context.Context, srv *http.Server, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return srv.Shutdown(ctx)
}
