package grpc

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"

	"github.com/weftgraph/weft/datasources"
)

// Times of connecting. A back end that is back is found within seconds: calls fail at once while it is away, so that waiting
// longer would gain nothing.
const (
	dialTimeout      = 10 * time.Second
	keepAlive        = 30 * time.Second
	firstReconnect   = 100 * time.Millisecond
	longestReconnect = 500 * time.Millisecond
	reconnectFactor  = 1.6
	reconnectJitter  = 0.2
)

// maxHeaderBytes bounds the headers and trailers of a reply.
const maxHeaderBytes = 1 << 20

// connection is the HTTP/2 connection to one back end, made when it is needed first. It is safe for concurrent use.
type connection struct {
	conn *gogrpc.ClientConn
	dial func(ctx context.Context, address string) (net.Conn, error)
	// maxReply bounds a reply.
	maxReply int64
	// lost is why there is no connection; nil while there is one. The library tells it as text only.
	lost atomic.Pointer[error]
}

func newConnection(a address, s datasources.Settings, o Options) (*connection, error) {
	maxReply, transport := s.ReplyLimit(), s.Transport
	c := &connection{dial: o.Dial, maxReply: maxReply}
	if c.dial == nil {
		dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
		c.dial = func(ctx context.Context, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, transport.Addresses.Network(), address)
		}
	}
	security := insecure.NewCredentials()
	if a.isTLS {
		config := transport.TLS.Config()
		if o.TLS != nil {
			config = o.TLS.Clone()
		}
		security = credentials.NewTLS(config)
	}
	var err error
	// Names are looked up by the dialer, each time that it connects.
	c.conn, err = gogrpc.NewClient("passthrough:///"+a.target(), append(transportOptions(transport),
		gogrpc.WithContextDialer(c.connect),
		gogrpc.WithTransportCredentials(observed{security, c}),
		gogrpc.WithUserAgent("weft"),
		gogrpc.WithDefaultCallOptions(gogrpc.MaxCallRecvMsgSize(int(maxReply))),
		gogrpc.WithMaxHeaderListSize(maxHeaderBytes),
		gogrpc.WithStatsHandler(trailerWatch{}),
		// Retries are a policy of the source, and service configurations are for clients that have none.
		gogrpc.WithDisableServiceConfig(),
		gogrpc.WithDisableRetry(),
		gogrpc.WithConnectParams(gogrpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: firstReconnect, Multiplier: reconnectFactor, Jitter: reconnectJitter, MaxDelay: longestReconnect,
			},
			MinConnectTimeout: dialTimeout,
		}),
	)...)
	return c, err
}

// transportOptions are the options of a connection that the configuration can change.
func transportOptions(t datasources.Transport) []gogrpc.DialOption {
	var options []gogrpc.DialOption
	if t.Compression == datasources.Gzip {
		options = append(options, gogrpc.WithDefaultCallOptions(gogrpc.UseCompressor(gzip.Name)))
	}
	if t.IdleTimeout > 0 {
		options = append(options, gogrpc.WithIdleTimeout(t.IdleTimeout))
	}
	return options
}

// connect dials, and keeps the error for trouble.
func (c *connection) connect(ctx context.Context, address string) (net.Conn, error) {
	conn, err := c.dial(ctx, address)
	if err != nil {
		c.lost.Store(&err)
		return nil, err
	}
	return conn, nil
}

// trouble says in plain words why there is no connection.
func (c *connection) trouble() string {
	if err := c.lost.Load(); err != nil {
		return trouble(*err)
	}
	return connectionClosed
}

// observed is a handshake whose errors are kept for trouble.
type observed struct {
	credentials.TransportCredentials
	connection *connection
}

// ClientHandshake implements credentials.TransportCredentials.
func (o observed) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := o.TransportCredentials.ClientHandshake(ctx, authority, raw)
	if err != nil {
		o.connection.lost.Store(&err)
		return nil, nil, err
	}
	o.connection.lost.Store(nil)
	return conn, info, nil
}

// Clone implements credentials.TransportCredentials.
func (o observed) Clone() credentials.TransportCredentials {
	return observed{o.TransportCredentials.Clone(), o.connection}
}
