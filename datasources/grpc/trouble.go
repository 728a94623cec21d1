package grpc

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/weftgraph/weft/datasources"
)

// connectionClosed is the trouble of a connection that was there.
const connectionClosed = "connection closed before the end of the reply"

// loss is why there is no connection: in plain words, which clients may see, and as the library has it.
type loss struct {
	words string
	cause error
}

// lose keeps why a connection could not be made, for trouble.
func (c *connection) lose(words string, cause error) { c.lost.Store(&loss{words, cause}) }

// trouble says in plain words why a call had no connection, or has lost the one it had. The library tells it as text only, which has
// addresses.
func (c *connection) trouble(message string) string {
	lost := c.lost.Load()
	switch {
	case strings.Contains(message, "health check"):
		return "no server is healthy"
	case strings.HasPrefix(message, noConnection) && lost != nil:
		return lost.words
	case strings.HasPrefix(message, noConnection):
		return "no connection"
	case strings.Contains(message, "keepalive ping failed"):
		return "connection timed out"
	case strings.Contains(message, "too_many_pings"):
		return "connection closed by the server: keepalive asks too often"
	default:
		return connectionClosed
	}
}

// dialTrouble says in plain words why there is no connection.
func dialTrouble(err error) string {
	if text := datasources.Trouble(err); text != "" {
		return text
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return "no connection in time"
	}
	return "no connection"
}

// handshakeTrouble says why TLS could not be agreed on.
func handshakeTrouble(err error) string {
	var (
		record tls.RecordHeaderError
		text   = err.Error()
	)
	switch {
	case strings.Contains(text, "ALPN"):
		return "the server does not offer HTTP/2"
	case errors.As(err, &record), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "TLS handshake failed: the server may not speak TLS"
	case strings.Contains(text, "certificate required"):
		return "TLS handshake failed: the server wants a client certificate"
	case strings.Contains(text, "remote error") && strings.Contains(text, "certificate"):
		return "TLS handshake failed: the server does not accept the client certificate"
	case strings.Contains(text, "protocol version"):
		return "TLS handshake failed: the server speaks no TLS that is new enough"
	default:
		return dialTrouble(err)
	}
}

// beforePreface says why a connection was over before the server had said what it speaks.
func beforePreface(err error, isTLS bool) string {
	var told *net.OpError
	switch {
	case errors.Is(err, net.ErrClosed):
		return "no connection in time" // the library gives up by closing it
	case errors.As(err, &told) && told.Op == "remote error":
		return handshakeTrouble(err)
	case !isTLS && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
		return "connection closed before HTTP/2 began: the server may want TLS"
	default:
		return "connection closed before HTTP/2 began"
	}
}

// foreignPreface says what a server speaks that does not begin as HTTP/2 does.
func foreignPreface(b []byte) string {
	switch {
	case isAlert(b), bytes.Contains(b, []byte("HTTPS")):
		return "the server wants TLS"
	case bytes.HasPrefix(b, []byte("HTTP/1")):
		return "the server speaks HTTP/1 only"
	default:
		return "the server does not speak HTTP/2"
	}
}

// isAlert tells that the bytes begin as an alert of TLS does (RFC 8446, 5.1 and 6).
func isAlert(b []byte) bool { return bytes.HasPrefix(b, []byte{0x15, 3}) }
