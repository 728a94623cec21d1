package main

import (
	"context"
	"io"
	"net"
	"os"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/http2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/examples/shop"
)

// backends starts back ends for the rest of a script and writes their addresses into the files: `backends FILE...`. ${SHIPPING} and
// ${BILLING} are the shop's, ${GUARDED} is a gRPC server that tells its contract to those alone who have a token, and ${ANGRY} one that
// sends connections away.
func backends(ts *testscript.TestScript, _ bool, files []string) {
	running, err := shop.Start(context.Background(), shop.Options{})
	ts.Check(err)
	ts.Defer(func() { _ = running.Close() })
	ts.Setenv("SHIPPING", running.Address(shop.Shipping))
	ts.Setenv("BILLING", running.Address(shop.Billing))

	guarded := grpc.NewServer(grpc.StreamInterceptor(func(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
		if token := metadata.ValueFromIncomingContext(s.Context(), "authorization"); len(token) != 1 || token[0] != "Bearer sesame" {
			return status.Error(codes.Unauthenticated, "no token")
		}
		return next(srv, s)
	}))
	grpc_health_v1.RegisterHealthServer(guarded, health.NewServer())
	reflection.Register(guarded)
	ts.Setenv("GUARDED", "grpc://"+serveUntilEnd(ts, func(l net.Listener) { _ = guarded.Serve(l) }, guarded.Stop))
	ts.Setenv("ANGRY", "grpc://"+serveUntilEnd(ts, sendAway, func() {}))

	for _, file := range files {
		text := os.Expand(ts.ReadFile(file), func(name string) string {
			if value := ts.Getenv(name); value != "" {
				return value
			}
			return "$" + name
		})
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
	}
}

// serveUntilEnd serves on a free port until the script ends and returns the address.
func serveUntilEnd(ts *testscript.TestScript, serve func(net.Listener), stop func()) string {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	var serving sync.WaitGroup
	serving.Go(func() { serve(l) })
	ts.Defer(func() {
		stop()
		_ = l.Close()
		serving.Wait()
	})
	return l.Addr().String()
}

// sendAway answers the first call of each connection by a GOAWAY frame.
func sendAway(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
		framer := http2.NewFramer(conn, conn)
		_ = framer.WriteSettings()
		for {
			frame, err := framer.ReadFrame()
			if err != nil || frame.Header().Type == http2.FrameHeaders {
				break
			}
		}
		_ = framer.WriteGoAway(0, http2.ErrCodeEnhanceYourCalm, []byte("too_many_pings"))
		// To close a connection with something unread in it resets it, and the client may lose the frame: it is read until the client closes it.
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}
