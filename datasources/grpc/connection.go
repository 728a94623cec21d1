package grpc

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	_ "google.golang.org/grpc/health" // asks servers how they are
	"google.golang.org/grpc/keepalive"

	"github.com/weftgraph/weft/datasources"
)

// Times of connecting. A back end that is back is found within seconds: calls fail at once while it is away, so that waiting
// longer would gain nothing.
const (
	dialTimeout      = 10 * time.Second
	keepAlive        = 30 * time.Second
	firstReconnect   = 100 * time.Millisecond
	longestReconnect = 2 * time.Second
	reconnectFactor  = 1.6
	reconnectJitter  = 0.2
)

// maxHeaderBytes bounds the headers and trailers of a reply.
const maxHeaderBytes = 1 << 20

// connection are the HTTP/2 connections to one back end, made when they are needed first. It is safe for concurrent use.
type connection struct {
	conn *gogrpc.ClientConn
	dial func(ctx context.Context, address string) (net.Conn, error)
	// lookup finds the addresses of a name; nil if dial does that.
	lookup func(ctx context.Context, network, name string) ([]netip.Addr, error)
	// network is the one that names are looked up in: "ip", "ip4" or "ip6".
	network string
	// every is the time between two looks at names and at what the subchannels carry.
	every       time.Duration
	hosts       []datasources.GRPCHost
	subchannels *subchannels
	// maxReply bounds a reply.
	maxReply int64
	// lost is why a connection could not be made last. The library tells it as text only.
	lost atomic.Pointer[loss]
}

func newConnection(a datasources.GRPCAddress, s datasources.Settings, o Options) (*connection, error) {
	t := s.Transport
	c := &connection{
		dial: o.Dial, lookup: o.Lookup, network: strings.Replace(t.Addresses.Network(), "tcp", "ip", 1),
		every: cmp.Or(o.LookEvery, lookEvery), hosts: a.Hosts, subchannels: newSubchannels(t.GRPC), maxReply: s.ReplyLimit(),
	}
	if c.dial == nil {
		dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
		c.dial = func(ctx context.Context, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, t.Addresses.Network(), address)
		}
		if c.lookup == nil {
			c.lookup = net.DefaultResolver.LookupNetIP
		}
	}
	var err error
	c.conn, err = gogrpc.NewClient(resolverScheme+":///"+a.Hosts[0].Target(), append(transportOptions(t),
		gogrpc.WithResolvers(builder{c}),
		gogrpc.WithContextDialer(c.connect),
		gogrpc.WithTransportCredentials(c.security(a, t.TLS, o)),
		gogrpc.WithUserAgent("weft"),
		gogrpc.WithDefaultCallOptions(gogrpc.MaxCallRecvMsgSize(int(c.maxReply))),
		gogrpc.WithMaxHeaderListSize(maxHeaderBytes),
		gogrpc.WithStatsHandler(trailerWatch{}),
		// Retries are a policy of the source, and service configurations are for clients that have none.
		gogrpc.WithDisableServiceConfig(),
		gogrpc.WithDisableRetry(),
		gogrpc.WithConnectParams(gogrpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: firstReconnect, Multiplier: reconnectFactor, Jitter: reconnectJitter, MaxDelay: longestReconnect,
			},
			MinConnectTimeout: cmp.Or(o.ConnectTimeout, dialTimeout),
		}),
	)...)
	return c, err
}

// security are the credentials of the transport.
func (c *connection) security(a datasources.GRPCAddress, settings datasources.TLS, o Options) credentials.TransportCredentials {
	if !a.IsTLS {
		return observed{TransportCredentials: insecure.NewCredentials(), connection: c}
	}
	config := settings.Config()
	if o.TLS != nil {
		config = o.TLS.Clone()
	}
	name := config.ServerName
	config.ServerName = "" // it would be the name of the server in requests, too
	return observed{credentials.NewTLS(config), c, true, name}
}

// transportOptions are the options of a connection that the configuration can change.
func transportOptions(t datasources.Transport) []gogrpc.DialOption {
	options := []gogrpc.DialOption{
		gogrpc.WithDefaultServiceConfig(serviceConfig(t.GRPC)),
		gogrpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time:                cmp.Or(t.GRPC.KeepaliveInterval, datasources.DefaultKeepaliveInterval),
			Timeout:             cmp.Or(t.GRPC.KeepaliveTimeout, datasources.DefaultKeepaliveTimeout),
			PermitWithoutStream: t.GRPC.IsKeptIdle(),
		}),
	}
	if t.GRPC.MaxRequestBytes > 0 {
		options = append(options, gogrpc.WithDefaultCallOptions(gogrpc.MaxCallSendMsgSize(int(t.GRPC.MaxRequestBytes))))
	}
	if t.Compression == datasources.Gzip {
		options = append(options, gogrpc.WithDefaultCallOptions(gogrpc.UseCompressor(gzip.Name)))
	}
	if t.IdleTimeout > 0 {
		options = append(options, gogrpc.WithIdleTimeout(t.IdleTimeout))
	}
	return options
}

// serviceConfig is the library's configuration of our policy, and of health checks.
func serviceConfig(t datasources.GRPCTransport) string {
	policy := `"loadBalancingConfig":[{"` + policyName + `":{}}]`
	if !t.IsHealthChecked() {
		return "{" + policy + "}"
	}
	service, _ := json.Marshal(t.HealthService) // a text has no errors
	return fmt.Sprintf(`{%s,"healthCheckConfig":{"serviceName":%s}}`, policy, service)
}

// connect dials, and keeps the error for trouble.
func (c *connection) connect(ctx context.Context, key string) (net.Conn, error) {
	target, _, _ := strings.Cut(key, numberSeparator)
	conn, err := c.dial(ctx, target)
	if err != nil {
		c.lose(dialTrouble(err), err)
		return nil, err
	}
	return conn, nil
}

// observed is a handshake whose errors are kept for trouble, and whose connections tell how many streams they carry.
type observed struct {
	credentials.TransportCredentials
	connection *connection
	isTLS      bool
	// name is the one that certificates have to be for; empty means the host.
	name string
}

// ClientHandshake implements credentials.TransportCredentials.
func (o observed) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := o.TransportCredentials.ClientHandshake(ctx, cmp.Or(o.name, authority), raw)
	if err != nil {
		o.connection.lose(handshakeTrouble(err), err)
		return nil, nil, err
	}
	if l, ok := credentials.ClientHandshakeInfoFromContext(ctx).Attributes.Value(subchannelKey{}).(*subchannel); ok {
		conn = &prefaced{Conn: conn, connection: o.connection, subchannel: l, isTLS: o.isTLS, looked: make(chan struct{})}
	}
	return conn, info, nil
}

// Clone implements credentials.TransportCredentials.
func (o observed) Clone() credentials.TransportCredentials {
	o.TransportCredentials = o.TransportCredentials.Clone()
	return o
}
