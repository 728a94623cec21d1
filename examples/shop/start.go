package shop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Running is a service that listens. Its methods are safe for concurrent use.
type Running struct {
	*Service

	shut func() error
}

// Start serves the back ends of a new [Service] on local ports until
// [Running.Close] or until ctx is done. When it returns, connections are accepted.
func Start(ctx context.Context, o Options) (*Running, error) {
	service := New(o)
	service.sockets = make(sockets)
	for _, b := range Backends() {
		service.sockets[b] = &socket{address: cmp.Or(o.Addresses[b], "127.0.0.1:0"), serve: service.serverOf(b)}
	}
	for _, b := range Backends() {
		if err := service.sockets[b].start(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", b, err), service.closeSockets(ctx))
		}
	}
	shut := sync.OnceValue(func() error {
		service.Close()
		// The end of ctx may be what brought us here; the grace period outlives it.
		return service.closeSockets(context.WithoutCancel(ctx))
	})
	stop := context.AfterFunc(ctx, func() { _ = shut() })
	return &Running{
		Service: service,
		shut: func() error {
			stop()
			return shut()
		},
	}, nil
}

// serverOf returns what makes the servers of a back end.
func (s *Service) serverOf(b Backend) func() server {
	switch b {
	case Shipping:
		return func() server { return grpcServer{s.ShippingServer()} }
	case Billing:
		return func() server { return newHTTPServer(s.BillingHandler()) }
	default:
		return func() server { return newHTTPServer(s.Handler()) }
	}
}

// closeSockets closes all sockets at the same time.
func (s *Service) closeSockets(ctx context.Context) error {
	var group sync.WaitGroup
	ends := make([]error, len(Backends()))
	for i, b := range Backends() {
		group.Go(func() { ends[i] = s.sockets[b].close(ctx) })
	}
	group.Wait()
	return errors.Join(ends...)
}

// Stop kills one back end: connections are cut and new ones refused, until
// [Service.Resume]. The others go on. It does nothing if it is stopped already; the
// error says that it never listened, or that its listener broke before.
func (s *Service) Stop(b Backend) error {
	known, err := s.socket(b)
	if err != nil {
		return err
	}
	return known.stop()
}

// Resume lets a stopped back end listen again at its address. The error says that
// it never listened, that the service is closed, or that the port was taken
// meanwhile.
func (s *Service) Resume(ctx context.Context, b Backend) error {
	known, err := s.socket(b)
	if err != nil {
		return err
	}
	if err := known.start(ctx); err != nil {
		return err
	}
	select {
	case <-s.closed: // Close may have come before, or have missed what just started
		return errors.Join(errClosed, known.stop())
	default:
		return nil
	}
}

func (s *Service) socket(b Backend) (*socket, error) {
	if !slices.Contains(Backends(), b) {
		return nil, fmt.Errorf("expected one of %q but got %q", Backends(), b)
	}
	known := s.sockets[b]
	if known == nil {
		return nil, fmt.Errorf("%q does not listen: only a started shop does", b)
	}
	return known, nil
}

// URL is the address of the REST service, for example "http://127.0.0.1:40321".
func (r *Running) URL() string { return r.Address(REST) }

// Address is where a back end is reached, as a source of the graph spells it: for
// example "http://127.0.0.1:40321", "grpc://127.0.0.1:40322" or
// "http://127.0.0.1:40323/billing". It is "" for a back end that does not exist.
func (r *Running) Address(b Backend) string {
	known := r.sockets[b]
	if known == nil {
		return ""
	}
	switch b {
	case Shipping:
		return "grpc://" + known.where()
	case Billing:
		return "http://" + known.where() + billingPath
	default:
		return "http://" + known.where()
	}
}

// Overrides gives the true address of every source of the graph, by
// "<document>.<source>": the values for override_url in the configuration.
func (r *Running) Overrides() map[string]string {
	overrides := make(map[string]string, len(Backends()))
	for _, b := range Backends() {
		overrides["shop."+string(b)] = r.Address(b)
	}
	return overrides
}

// Close ends hanging requests, lets others finish for a second, and returns when
// the ports are free. It may be called twice. The error is that of a listener which
// broke before.
func (r *Running) Close() error { return r.shut() }
