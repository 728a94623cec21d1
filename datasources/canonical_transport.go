package datasources

import "cmp"

// rate writes a limit; two that do not limit are the same.
func (c *canonicalText) rate(l RateLimit) {
	if !l.IsZero() {
		c.number("rateCapacity", int64(l.Capacity))
		c.number("rateInterval", int64(l.Interval))
	}
}

// rules writes header rules in their order, which matters.
func (c *canonicalText) rules(rules HeaderRules) {
	for _, r := range rules {
		r.canonical(c)
	}
}

func (c *canonicalText) transport(t Transport) {
	if a := t.TLS.Authorities; a != nil {
		c.text("authorities", a.text)
	}
	if cert := t.TLS.Client; cert != nil {
		c.text("chain", cert.chain)
		c.text("key", cert.key)
	}
	c.number("compression", int64(cmp.Or(t.Compression, Identity)))
	c.number("idleTimeout", int64(t.IdleTimeout))
	c.number("http2", int64(cmp.Or(t.HTTP2, HTTP2Enabled)))
	c.number("addresses", int64(cmp.Or(t.Addresses, AnyAddress)))
	c.text("serverName", t.TLS.ServerName)
	c.grpc(t.GRPC)
}

func (c *canonicalText) grpc(t GRPCTransport) {
	c.number("balancing", int64(cmp.Or(t.Balancing, RoundRobin)))
	if t.IsHealthChecked() {
		c.text("health", t.HealthService)
	}
	c.number("keepaliveInterval", int64(cmp.Or(t.KeepaliveInterval, DefaultKeepaliveInterval)))
	c.number("keepaliveTimeout", int64(cmp.Or(t.KeepaliveTimeout, DefaultKeepaliveTimeout)))
	if t.IsKeptIdle() {
		c.mark("keepaliveIdle")
	}
	c.number("maxConnections", int64(cmp.Or(t.MaxConnections, DefaultMaxConnections)))
	c.number("maxRequestBytes", t.MaxRequestBytes)
}
