package shop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// sockets are the listeners of a started service; none for one that was not
// started. The map never changes while anything listens.
type sockets map[Backend]*socket

// socket is where one back end listens. It can be stopped and started again; its
// address stays.
type socket struct {
	serve func() server // neither kind of server serves twice

	mu      sync.Mutex
	address string // port 0, a free one, until the first start
	current server // nil while stopped
	served  chan error
}

// server is what http.Server and grpc.Server have in common.
type server interface {
	Serve(net.Listener) error
	// finish lets running requests end until ctx does, kill cuts them off.
	// Both return when Serve will not accept any more.
	finish(ctx context.Context)
	kill()
}

// start listens. It does nothing while the socket is open.
func (s *socket) start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		return nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.address)
	if err != nil {
		return fmt.Errorf("listening for the shop: %w", err)
	}
	current, served := s.serve(), make(chan error, 1)
	s.address, s.current, s.served = listener.Addr().String(), current, served
	go func() { served <- current.Serve(listener) }()
	return nil
}

// where returns the address.
func (s *socket) where() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// stop refuses connections from now on and cuts those that there are.
func (s *socket) stop() error { return s.end(server.kill) }

// close lets running requests finish for a second and then cuts them off.
func (s *socket) close(ctx context.Context) error {
	return s.end(func(current server) {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		current.finish(ctx)
	})
}

// end returns when the port is free. The error is that of a listener which broke
// before. It does nothing while the socket is stopped.
func (s *socket) end(how func(server)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil
	}
	how(s.current)
	err := <-s.served
	s.current = nil
	if err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serving the shop: %w", err)
	}
	return nil
}

type httpServer struct{ *http.Server }

func newHTTPServer(handler http.Handler) server {
	return httpServer{&http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}}
}

func (s httpServer) finish(ctx context.Context) {
	if err := s.Shutdown(ctx); err != nil {
		s.kill()
	}
}

func (s httpServer) kill() { _ = s.Close() }

type grpcServer struct{ *grpc.Server }

func (s grpcServer) finish(ctx context.Context) {
	cut := context.AfterFunc(ctx, s.Stop)
	defer cut()
	s.GracefulStop()
}

func (s grpcServer) kill() { s.Stop() }
