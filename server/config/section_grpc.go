package config

import (
	"errors"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// shortestKeepalive is how often the library asks at most.
const shortestKeepalive = 10 * time.Second

var (
	errKeepalive = errors.New(`expected a duration of 10s at least, such as "6m"; servers close connections that are asked more often ` +
		"than they allow, which usually is every 5 minutes")
	errHealthFirst = errors.New(`"health_check" needs "balancing" round_robin or least_request: pick_first stays with its address`)
)

// connectionsOfGRPC are the settings of connections that gRPC alone has.
func connectionsOfGRPC() form[datasources.GRPCTransport] {
	type transport = datasources.GRPCTransport
	count := func(name string, part func(*transport) *int, standard, example, doc string) key[transport] {
		return key[transport]{name: name, form: at(part, integer[int]{}), standard: standard, example: example, doc: doc}
	}
	onOff := func(name string, part func(*transport) **bool, doc string) key[transport] {
		return key[transport]{
			name: name, form: at(part, via(flag{}, func(b bool) (*bool, error) { return &b, nil })),
			standard: "false", example: "true", doc: doc,
		}
	}
	return sensible[transport]{isSensible: checkHealthPolicy, form: object[transport]{keys: []key[transport]{
		{
			name: "balancing", form: at(func(t *transport) *datasources.Balancing { return &t.Balancing }, balancing()),
			standard: "round_robin", example: "least_request",
			doc: "which of a source's addresses gets a call. `round_robin`: all in turn; `least_request`: of two that are drawn the one " +
				"with fewer calls in flight; `pick_first`: the first that can be connected to, until it is lost",
		},
		onOff("health_check", func(t *transport) **bool { return &t.HealthCheck },
			"whether servers are asked how they are, by the standard health service, and called only if they are `SERVING`; "+
				"one without this service is called"),
		{
			name: "health_check_service", form: at(func(t *transport) *string { return &t.HealthService }, text{}),
			example: "shipping.v1.Shipping", doc: "the service that is asked about; without it, the server as a whole",
		},
		{
			name: "keepalive_interval", form: at(func(t *transport) *time.Duration { return &t.KeepaliveInterval }, keepalive()),
			standard: "6m", example: "30s",
			doc: "how long a connection with calls may be silent before the server is asked whether it is there. Servers close " +
				"connections that ask more often than they allow (`too_many_pings`), which usually is every 5 minutes",
		},
		{
			name: "keepalive_timeout", form: at(func(t *transport) *time.Duration { return &t.KeepaliveTimeout }, duration()),
			standard: "20s", example: "5s",
			doc: "how long the answer may take, and the acknowledgement of whatever was sent; then the connection is lost",
		},
		onOff("keepalive_without_calls", func(t *transport) **bool { return &t.KeepaliveIdle },
			"whether connections without calls are asked, too; many servers do not allow it"),
		count("max_connections", func(t *transport) *int { return &t.MaxConnections }, "16", "4",
			"connections to one address. There is one until it carries 32 calls, or as many as the server allows"),
		{
			name: "max_request_size", form: at(func(t *transport) *int64 { return &t.MaxRequestBytes }, via(byteSize(), wide)), example: "4mib",
			doc: "bytes of a request message; without it, what the server takes, which usually is 4 MiB",
		},
	}}}
}

func wide(n int) (int64, error) { return int64(n), nil }

// keepalive is a duration that is not too short.
func keepalive() form[time.Duration] {
	return via(duration(), func(d time.Duration) (time.Duration, error) {
		if d < shortestKeepalive {
			return 0, errKeepalive
		}
		return d, nil
	})
}

// checkHealthPolicy finds settings that are at odds.
func checkHealthPolicy(t *datasources.GRPCTransport) error {
	if t.Balancing == datasources.PickFirst && t.IsHealthChecked() {
		return errHealthFirst
	}
	return nil
}

func balancing() form[datasources.Balancing] {
	return choice[datasources.Balancing]{
		{name: "round_robin", value: datasources.RoundRobin},
		{name: "least_request", value: datasources.LeastRequest},
		{name: "pick_first", value: datasources.PickFirst},
	}
}

// sensible is a form whose values are looked at as a whole when they have been read.
type sensible[T any] struct {
	form       form[T]
	isSensible func(*T) error
}

// Read implements form.
func (s sensible[T]) Read(r *reader, n *node, into *T) {
	before := len(r.diags)
	s.form.Read(r, n, into)
	if len(r.diags) > before || n.isBroken {
		return
	}
	if err := s.isSensible(into); err != nil {
		r.errorf(n.span, "%v", err)
	}
}

// Shape implements form.
func (s sensible[T]) Shape() *shape { return s.form.Shape() }
