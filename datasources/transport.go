package datasources

import "time"

// Transport says how connections to a source are made and used. The zero Transport has every default.
type Transport struct {
	TLS TLS
	// Compression is that of request bodies.
	Compression Compression
	// IdleTimeout is how long an unused connection stays open; 0 means what the protocol's client thinks right.
	IdleTimeout time.Duration
	HTTP2       HTTP2
	Addresses   AddressFamily
	GRPC        GRPCTransport
}

// Compression is an encoding of request bodies. The zero Compression is Identity.
type Compression uint8

// The encodings of request bodies. gRPC knows no deflate, and sends such messages as they are.
const (
	Identity Compression = iota + 1
	Gzip
	Deflate
)

// HTTP2 says whether HTTP/2 is spoken. It is no question to gRPC, which speaks nothing else. The zero HTTP2 is HTTP2Enabled.
type HTTP2 uint8

// The uses of HTTP/2.
const (
	// HTTP2Enabled speaks HTTP/2 where TLS negotiates it.
	HTTP2Enabled HTTP2 = iota + 1
	// HTTP2Disabled speaks HTTP/1.1 alone.
	HTTP2Disabled
	// HTTP2Only speaks HTTP/2 without asking, also without TLS.
	HTTP2Only
)

// AddressFamily says which of a host's addresses are used. The zero AddressFamily is AnyAddress.
type AddressFamily uint8

// The families of addresses.
const (
	// AnyAddress tries IPv6 and IPv4, and takes what connects first.
	AnyAddress AddressFamily = iota + 1
	IPv4Only
	IPv6Only
)

// Network is the network of the family as package net names it.
func (f AddressFamily) Network() string {
	switch f {
	case IPv4Only:
		return "tcp4"
	case IPv6Only:
		return "tcp6"
	default:
		return "tcp"
	}
}
