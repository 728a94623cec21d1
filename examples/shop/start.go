package shop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Running is a service that listens. Its methods are safe for concurrent use.
type Running struct {
	*Service

	url  string
	shut func() error
}

// Start serves a new [Service] on a local port until [Running.Close] or until
// ctx is done. When it returns, connections are accepted.
func Start(ctx context.Context, o Options) (*Running, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", cmp.Or(o.Address, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("listening for the shop: %w", err)
	}
	service := New(o)
	server := &http.Server{
		Handler:           service.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	shut := sync.OnceValue(func() error {
		service.Close()
		return shutDown(ctx, server, served)
	})
	stop := context.AfterFunc(ctx, func() { _ = shut() })
	return &Running{
		Service: service,
		url:     "http://" + listener.Addr().String(),
		shut: func() error {
			stop()
			return shut()
		},
	}, nil
}

// shutDown lets running requests finish for a second and then cuts them off.
func shutDown(ctx context.Context, server *http.Server, served <-chan error) error {
	// The end of ctx may be what brought us here; the grace period outlives it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		_ = server.Close()
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the shop: %w", err)
	}
	return nil
}

// URL is the address of the REST service, for example "http://127.0.0.1:40321".
func (r *Running) URL() string { return r.url }

// Overrides gives the true address of every source of the graph, by
// "<document>.<source>": the values for override_url in the configuration.
func (r *Running) Overrides() map[string]string {
	return map[string]string{"shop.shop": r.url}
}

// Close ends hanging requests, lets others finish for a second, and returns
// when the port is free. It may be called twice. The error is that of a listener
// which broke before.
func (r *Running) Close() error { return r.shut() }
