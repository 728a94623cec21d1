package config

import (
	"cmp"

	"github.com/weftgraph/weft/datasources"
)

// transportOr fills what t leaves open from d.
func transportOr(t, d datasources.Transport) datasources.Transport {
	return datasources.Transport{
		TLS: datasources.TLS{
			Authorities: cmp.Or(t.TLS.Authorities, d.TLS.Authorities),
			Client:      cmp.Or(t.TLS.Client, d.TLS.Client),
			ServerName:  cmp.Or(t.TLS.ServerName, d.TLS.ServerName),
		},
		Compression: cmp.Or(t.Compression, d.Compression),
		IdleTimeout: cmp.Or(t.IdleTimeout, d.IdleTimeout),
		HTTP2:       cmp.Or(t.HTTP2, d.HTTP2),
		Addresses:   cmp.Or(t.Addresses, d.Addresses),
		GRPC: datasources.GRPCTransport{
			Balancing:         cmp.Or(t.GRPC.Balancing, d.GRPC.Balancing),
			HealthCheck:       cmp.Or(t.GRPC.HealthCheck, d.GRPC.HealthCheck),
			HealthService:     cmp.Or(t.GRPC.HealthService, d.GRPC.HealthService),
			KeepaliveInterval: cmp.Or(t.GRPC.KeepaliveInterval, d.GRPC.KeepaliveInterval),
			KeepaliveTimeout:  cmp.Or(t.GRPC.KeepaliveTimeout, d.GRPC.KeepaliveTimeout),
			KeepaliveIdle:     cmp.Or(t.GRPC.KeepaliveIdle, d.GRPC.KeepaliveIdle),
			MaxConnections:    cmp.Or(t.GRPC.MaxConnections, d.GRPC.MaxConnections),
			MaxRequestBytes:   cmp.Or(t.GRPC.MaxRequestBytes, d.GRPC.MaxRequestBytes),
		},
	}
}
