package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/config"
)

// Defaults of Listening.
const (
	DefaultHeaderTimeout   = 10 * time.Second
	DefaultReadTimeout     = 30 * time.Second
	DefaultIdleTimeout     = 2 * time.Minute
	DefaultShutdownTimeout = 30 * time.Second
	DefaultMaxHeaderBytes  = 64 << 10
)

const (
	// writeMargin is what a client has beyond the request's timeout to read the answer.
	writeMargin = time.Minute
	// politeTime is how long a stopping server waits for connections that have not sent a request yet.
	politeTime = 300 * time.Millisecond
	// pingAfter is how long an HTTP/2 connection may be silent until it is asked whether the client is still there, pingTimeout how long
	// that may take.
	pingAfter   = 30 * time.Second
	pingTimeout = 15 * time.Second
)

// Listening are the settings of a listener. Zero fields mean their defaults.
type Listening struct {
	// Timeout returns what bounds the answering of a request, which a reload may change; the client has a minute more to read the answer. Nil
	// means the default.
	Timeout func() time.Duration
	// Connections bound what clients can do.
	Connections config.Connections
	// TLS encrypts the listener; nil leaves it plain. Files that are named in it are looked at every CertificatePeriod (5 s), and a new
	// certificate in them holds for the connections that follow.
	TLS               *config.ServerTLS
	CertificatePeriod time.Duration
	// Health says where health checks are, which are answered on connections that are too many, too.
	Health config.Health
}

func (l Listening) withDefaults() Listening {
	c := &l.Connections
	if l.Timeout == nil {
		l.Timeout = func() time.Duration { return DefaultTimeout }
	}
	l.CertificatePeriod = cmp.Or(l.CertificatePeriod, certificatePeriod)
	c.HeaderTimeout = cmp.Or(c.HeaderTimeout, DefaultHeaderTimeout)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, DefaultReadTimeout)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, DefaultIdleTimeout)
	c.ShutdownTimeout = cmp.Or(c.ShutdownTimeout, DefaultShutdownTimeout)
	c.Max = cmp.Or(c.Max, DefaultMaxConnections)
	return l
}

// server returns the HTTP server for a handler.
func (l Listening) server(h http.Handler, log *zap.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: l.Connections.HeaderTimeout,
		ReadTimeout:       l.Connections.ReadTimeout,
		IdleTimeout:       l.Connections.IdleTimeout,
		MaxHeaderBytes:    maxHeaderBytes(l.Connections),
		ErrorLog:          newServerLog(log, time.Now),
		ConnContext:       withConn,
		HTTP2:             &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout, WriteByteTimeout: writeMargin},
	}
}

// Drainer is a handler that is told when its server is about to stop.
type Drainer interface {
	http.Handler
	// Drain makes readiness checks fail. Requests are still answered.
	Drain()
}

// Serve answers requests on the listener until ctx is over, then stops: it accepts no more connections, lets the requests in
// flight finish, and returns nil. It owns the listener.
func Serve(ctx context.Context, ln net.Listener, h Drainer, l Listening, log *zap.Logger) error {
	l = l.withDefaults()
	flight := &inFlight{next: h, timeout: l.Timeout, health: healthPath(l.Health)}
	srv := l.server(flight, log)
	serve, err := l.accepting(ctx, srv, ln, log)
	if err != nil {
		_ = ln.Close() // nothing was accepted
		return err
	}
	served := make(chan error, 1)
	go func() { served <- serve() }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	h.Drain()
	err = stop(context.WithoutCancel(ctx), srv, flight, l.Connections.ShutdownTimeout)
	<-served
	return err
}

// accepting returns what serves a listener until the server stops.
func (l Listening) accepting(ctx context.Context, srv *http.Server, ln net.Listener, log *zap.Logger) (func() error, error) {
	counted := newCountedListener(ln, l.Connections.Max, l.Connections.MaxPerClient)
	if l.TLS == nil {
		return func() error { return srv.Serve(gatherListener{counted}) }, nil
	}
	certificates, err := newCertificates(*l.TLS, log)
	if err != nil {
		return nil, fmt.Errorf("certificate of the listener: %w", err)
	}
	srv.TLSConfig, srv.BaseContext = certificates.config(), certificates.baseContext(ctx)
	return func() error {
		watching, stop := context.WithCancel(ctx)
		var watcher sync.WaitGroup
		watcher.Go(func() { certificates.watch(watching, l.CertificatePeriod) })
		defer watcher.Wait()
		defer stop()
		return srv.ServeTLS(counted, "", "")
	}, nil
}

// stop ends a server. http.Server.Shutdown alone would wait up to five seconds for connections that browsers open in
// advance; once nothing is in flight they can be cut.
func stop(ctx context.Context, srv *http.Server, flight *inFlight, drainTime time.Duration) error {
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
