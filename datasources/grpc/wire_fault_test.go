package grpc

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gogrpc "google.golang.org/grpc"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// Types and flags of HTTP/2's frames (RFC 9113, section 6).
const (
	frameData      = 0x0
	frameHeaders   = 0x1
	frameReset     = 0x3
	frameSettings  = 0x4
	frameGoAway    = 0x7
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
)

// frame makes a frame.
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	f := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	f = append(f, flags)
	f = binary.BigEndian.AppendUint32(f, stream)
	return append(f, payload...)
}

// headersFrame makes a frame with fields that are not compressed.
func headersFrame(stream uint32, flags byte, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		block = append(block, 0, byte(len(fields[i])))
		block = append(block, fields[i]...)
		block = append(block, byte(len(fields[i+1])))
		block = append(block, fields[i+1]...)
	}
	return frame(frameHeaders, flags|flagEndHeaders, stream, block)
}

// begun are the headers of a reply.
func begun(stream uint32) []byte {
	return headersFrame(stream, 0, ":status", "200", "content-type", "application/grpc")
}

// dataFrame has a message of which so many bytes are said to come.
func dataFrame(stream uint32, compressed byte, size uint32, content string) []byte {
	head := binary.BigEndian.AppendUint32([]byte{compressed}, size)
	return frame(frameData, 0, stream, append(head, content...))
}

func number(codes ...uint32) []byte {
	var b []byte
	for _, code := range codes {
		b = binary.BigEndian.AppendUint32(b, code)
	}
	return b
}

// faultyServer is a server whose connections do what the fault does when the first request has come, until it is healed. Then
// they are those of a good server.
type faultyServer struct {
	net.Listener
	fault func(conn net.Conn, stream uint32)
	// healed is closed by heal, which ends the fault.
	healed chan struct{}
	heal   func()
	wg     sync.WaitGroup
}

// serveFaulty runs a server until the test ends.
func serveFaulty(t *testing.T, fault func(conn net.Conn, stream uint32)) *faultyServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &faultyServer{Listener: l, fault: fault, healed: make(chan struct{})}
	f.heal = sync.OnceFunc(func() { close(f.healed) })
	server := rawServer(func(gogrpc.ServerStream) ([]byte, error) { return record(1, "SENT"), nil })
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(f) })
	t.Cleanup(func() {
		f.heal()
		server.Stop()
		serving.Wait()
		f.wg.Wait()
	})
	return f
}

// Accept implements net.Listener.
func (f *faultyServer) Accept() (net.Conn, error) {
	for {
		conn, err := f.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case <-f.healed:
			return conn, nil
		default:
			f.wg.Go(func() { f.spoil(conn) })
		}
	}
}

// spoil reads up to the first request, and lets the fault happen.
func (f *faultyServer) spoil(conn net.Conn) {
	defer conn.Close()
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	_, _ = conn.Write(frame(frameSettings, 0, 0, nil))
	for {
		head := make([]byte, 9)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		kind, size := head[3], binary.BigEndian.Uint32(head)>>8
		if _, err := io.CopyN(io.Discard, conn, int64(size)); err != nil {
			return
		}
		if kind == frameHeaders {
			f.fault(conn, binary.BigEndian.Uint32(head[5:]))
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, conn) }() // it ends with the connection
	<-f.healed
}

func TestFaultsOnTheWireAreToldAndPassedOver(t *testing.T) {
	t.Parallel()
	const (
		closed  = "Connector error: connection closed before the end of the reply"
		noReply = "Connector error: no valid gRPC reply"
		reset   = "Connector error: stream reset by the server"
		// Once the end of a stream has come, the library's own statuses cannot be told from the server's.
		unclear = "Request failed"
		tooMuch = "The server returned more data than the limit allows."
	)
	write := func(frames ...[]byte) func(net.Conn, uint32) {
		return func(conn net.Conn, _ uint32) { _, _ = conn.Write(bytes.Join(frames, nil)) }
	}
	for name, c := range map[string]struct {
		fault         func(conn net.Conn, stream uint32)
		code, message string
	}{
		"closed before the reply": {
			func(conn net.Conn, _ uint32) { _ = conn.Close() }, datasources.CodeHTTPClient, closed,
		},
		"closed in the middle of a message": {
			func(conn net.Conn, id uint32) {
				_, _ = conn.Write(append(begun(id), dataFrame(id, 0, 100, "half")...))
				_ = conn.Close()
			}, datasources.CodeHTTPClient, closed,
		},
		"reset by TCP": {
			func(conn net.Conn, id uint32) {
				_, _ = conn.Write(begun(id))
				_ = conn.(*net.TCPConn).SetLinger(0)
				_ = conn.Close()
			}, datasources.CodeHTTPClient, closed,
		},
		"stream reset": {
			func(conn net.Conn, id uint32) { write(begun(id), frame(frameReset, 0, id, number(2)))(conn, id) },
			datasources.CodeHTTPClient, reset,
		},
		"stream cancelled by the server": {
			func(conn net.Conn, id uint32) { write(frame(frameReset, 0, id, number(8)))(conn, id) },
			datasources.CodeHTTPClient, reset,
		},
		"connection given up": {
			func(conn net.Conn, id uint32) {
				write(frame(frameGoAway, 0, 0, number(id, 11)))(conn, id)
				_ = conn.Close()
			}, datasources.CodeHTTPClient, closed,
		},
		"no HTTP/2 any more": {
			func(conn net.Conn, id uint32) {
				write(bytes.Repeat([]byte("garbage! "), 100))(conn, id)
			}, datasources.CodeHTTPClient, closed,
		},
		"frame that must not be": {
			func(conn net.Conn, id uint32) { write(frame(frameData, 0, 0, []byte("for no stream")))(conn, id) },
			datasources.CodeHTTPClient, closed,
		},
		"headers that cannot be decoded": {
			func(conn net.Conn, id uint32) {
				write(frame(frameHeaders, flagEndHeaders, id, []byte{0xff, 0xff, 0xff}))(conn, id)
			},
			datasources.CodeHTTPClient, closed,
		},
		"larger than the limit, as it says": {
			func(conn net.Conn, id uint32) { write(begun(id), dataFrame(id, 0, 1<<30, ""))(conn, id) },
			datasources.CodeResponseInvalid, tooMuch,
		},
		"message that ends too early": {
			func(conn net.Conn, id uint32) {
				write(begun(id), dataFrame(id, 0, 100, "half"), headersFrame(id, flagEndStream, "grpc-status", "0"))(conn, id)
			}, datasources.CodeFetch, unclear,
		},
		"message that is compressed, and nobody knows how": {
			func(conn net.Conn, id uint32) {
				write(begun(id), dataFrame(id, 1, 4, "what"), headersFrame(id, flagEndStream, "grpc-status", "0"))(conn, id)
			}, datasources.CodeResponseInvalid, unexpectedFormat,
		},
		"message of another type": {
			func(conn net.Conn, id uint32) {
				write(begun(id), dataFrame(id, 0, 2, "\x08\x01"), headersFrame(id, flagEndStream, "grpc-status", "0"))(conn, id)
			}, datasources.CodeResponseInvalid, unexpectedFormat,
		},
		"two messages": {
			func(conn net.Conn, id uint32) {
				write(begun(id), dataFrame(id, 0, 0, ""), dataFrame(id, 0, 0, ""), headersFrame(id, flagEndStream, "grpc-status", "0"))(conn, id)
			}, datasources.CodeResponseInvalid, unexpectedFormat,
		},
		"status that is no number": {
			func(conn net.Conn, id uint32) {
				write(begun(id), headersFrame(id, flagEndStream, "grpc-status", "fine"))(conn, id)
			},
			datasources.CodeHTTPClient, noReply,
		},
		"no status": {
			func(conn net.Conn, id uint32) {
				write(begun(id), dataFrame(id, 0, 0, ""), headersFrame(id, flagEndStream, "x-tail", "7"))(conn, id)
			}, datasources.CodeFetch, unclear,
		},
		"no gRPC": {
			func(conn net.Conn, id uint32) {
				write(headersFrame(id, flagEndStream, ":status", "503", "content-type", "text/html"))(conn, id)
			}, datasources.CodeHTTPClient, "Connector error: HTTP status 503 instead of a gRPC reply",
		},
		"nothing": {func(net.Conn, uint32) {}, datasources.CodeTimeout, "Gateway timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serveFaulty(t, c.fault)
			g := shippingSource(t)
			g.Address = template(t, "grpc://"+f.Addr().String())
			fetcher := prepare(t, openSource(t, datasources.Settings{}, g, Options{}), getConnector(t, "status"), anyShape("status"))
			ctx, cancel := context.WithCancel(t.Context())
			if name == "nothing" {
				ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
			}
			defer cancel()
			env := func() *mapping.Env { return envWith(mapping.Args, parseValue(t, `{"id":"1"}`)) }
			failed(t, fetch(ctx, t, fetcher, anyShape("status"), env()).err, c.code, c.message)
			f.heal()
			afterwards(t, func() error { return fetch(t.Context(), t, fetcher, anyShape("status"), env()).err })
		})
	}
}

// afterwards waits until calls succeed again: those that come while no connection is made yet are told that there is none.
func afterwards(t *testing.T, call func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-time.After(5 * time.Millisecond) {
		if err = call(); err == nil {
			return
		}
	}
	t.Errorf("it never comes back: %v", err)
}

func TestServerThatGoesAwayBeforeItHasBegunCostsNothing(t *testing.T) {
	t.Parallel()
	var gone atomic.Int32
	var f *faultyServer
	f = serveFaulty(t, func(conn net.Conn, _ uint32) {
		// It was the last of the old server's connections: the request is not among those that it takes.
		if gone.Add(1) == 1 {
			f.heal()
		}
		_, _ = conn.Write(frame(frameGoAway, 0, 0, number(0, 0)))
	})
	g := shippingSource(t)
	g.Address = template(t, "grpc://"+f.Addr().String())
	fetcher := prepare(t, openSource(t, datasources.Settings{}, g, Options{}), getConnector(t, "status"), anyShape("status"))
	r := fetch(t.Context(), t, fetcher, anyShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
	if r.err != nil || gone.Load() == 0 {
		t.Error(r.err)
	}
}

func TestTLSAndPlaintextDoNotMeet(t *testing.T) {
	t.Parallel()
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	for name, c := range map[string]struct{ scheme, want string }{
		"a server without TLS is called with it": {"grpcs", "Connector error: "},
		"a server with TLS is called without":    {"grpc", "Connector error: connection closed before the end of the reply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server := rawServer(func(gogrpc.ServerStream) ([]byte, error) { return nil, nil })
			if c.scheme == "grpc" {
				l = tls.NewListener(l, &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}})
			}
			var wg sync.WaitGroup
			wg.Go(func() { _ = server.Serve(l) })
			t.Cleanup(func() { server.Stop(); wg.Wait() })
			g := shippingSource(t)
			g.Address = template(t, c.scheme+"://"+l.Addr().String())
			r := getShipment(t.Context(), t, datasources.Settings{}, g, Options{})
			var e *datasources.Error
			if !errors.As(r.err, &e) || e.Code != datasources.CodeHTTPClient || !strings.HasPrefix(e.Message, c.want) {
				t.Errorf("got %v", r.err)
			}
		})
	}
}
