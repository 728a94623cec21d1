package datasources

import "time"

// GRPCTransport is what only connections to gRPC back ends have. The zero GRPCTransport has every default.
type GRPCTransport struct {
	Balancing Balancing
	// HealthCheck tells to ask each server whether it is healthy, by the standard health service, and to call only those that are; nil means
	// no. HealthService is the service that is asked about; empty means the server as a whole.
	HealthCheck   *bool
	HealthService string
	// KeepaliveInterval is how long a connection with calls may be silent before the server is asked whether it is there, and KeepaliveTimeout
	// is how long its answer may take; 0 means the defaults. KeepaliveIdle also asks on connections without calls; nil means no.
	KeepaliveInterval, KeepaliveTimeout time.Duration
	KeepaliveIdle                       *bool
	// MaxConnections bounds the connections to one address; 0 means DefaultMaxConnections.
	MaxConnections int
	// MaxRequestBytes bounds a request message; 0 means what the server takes.
	MaxRequestBytes int64
}

// Balancing says which of a source's addresses gets a call. The zero Balancing is RoundRobin.
type Balancing uint8

// The ways of choosing an address.
const (
	// RoundRobin takes all addresses in turn.
	RoundRobin Balancing = iota + 1
	// LeastRequest takes, of two that were drawn, the one with fewer calls in flight.
	LeastRequest
	// PickFirst takes the first address that can be connected to, in their order, until its connection is lost.
	PickFirst
)

// Defaults of gRPC connections. Servers close connections that are asked more often than they allow, which usually is every 5 minutes.
const (
	DefaultMaxConnections    = 16
	DefaultKeepaliveInterval = 6 * time.Minute
	DefaultKeepaliveTimeout  = 20 * time.Second
)

// IsHealthChecked tells whether servers are asked whether they are healthy.
func (t GRPCTransport) IsHealthChecked() bool { return t.HealthCheck != nil && *t.HealthCheck }

// IsKeptIdle tells whether connections without calls are kept alive, too.
func (t GRPCTransport) IsKeptIdle() bool { return t.KeepaliveIdle != nil && *t.KeepaliveIdle }
