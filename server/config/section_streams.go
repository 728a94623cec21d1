package config

import (
	"cmp"
	"time"
)

// Subscription are the settings of subscriptions, by whatever way their events reach the client.
type Subscription struct {
	// Off refuses subscriptions.
	Off bool
	// MaxOpened bounds those that are open at the same time.
	MaxOpened int
}

// WithDefaults returns the settings with the default for each that is zero.
func (s Subscription) WithDefaults() Subscription {
	s.MaxOpened = cmp.Or(s.MaxOpened, 10_000)
	return s
}

// WebSocket are the settings of WebSockets on the path of the endpoint.
type WebSocket struct {
	// Off answers none.
	Off bool
	// MaxConnections bounds the connections, MaxConnectionsPerClient those of one client address.
	MaxConnections, MaxConnectionsPerClient int
	// MaxOperations bounds the operations of a connection that run at the same time, MaxMessageRate the messages that are heeded in a second.
	MaxOperations, MaxMessageRate int
	// InitTimeout is the time for `connection_init`, WriteTimeout that for sending a message, PingInterval how often clients are asked for
	// a sign of life.
	InitTimeout, PingInterval, WriteTimeout time.Duration
	// ConnectionParams are the headers that the payload of `connection_init` may set; nil means the default.
	ConnectionParams []string
}

// WithDefaults returns the settings with the default for each that is zero. Without a limit for each address, the one for all holds.
func (s WebSocket) WithDefaults() WebSocket {
	s.MaxConnections = cmp.Or(s.MaxConnections, 10_000)
	s.MaxConnectionsPerClient = cmp.Or(s.MaxConnectionsPerClient, s.MaxConnections)
	s.MaxOperations = cmp.Or(s.MaxOperations, 100)
	s.MaxMessageRate = cmp.Or(s.MaxMessageRate, 200)
	s.InitTimeout = cmp.Or(s.InitTimeout, 10*time.Second)
	s.PingInterval = cmp.Or(s.PingInterval, 20*time.Second)
	s.WriteTimeout = cmp.Or(s.WriteTimeout, 30*time.Second)
	if s.ConnectionParams == nil {
		s.ConnectionParams = []string{"authorization"}
	}
	return s
}

// EventStream are the settings of answers that are streams of server-sent events.
type EventStream struct {
	// KeepAliveInterval is how often a comment is sent, and WriteTimeout the time for sending an event.
	KeepAliveInterval, WriteTimeout time.Duration
}

// WithDefaults returns the settings with the default for each that is zero.
func (s EventStream) WithDefaults() EventStream {
	s.KeepAliveInterval = cmp.Or(s.KeepAliveInterval, 12*time.Second)
	s.WriteTimeout = cmp.Or(s.WriteTimeout, 30*time.Second)
	return s
}

func subscription() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Subscription.Off }), standard: "true", example: "false",
			doc: "whether clients may subscribe",
		},
		{
			name: "max_opened_subscriptions", form: at(config, at(func(c *Config) *int { return &c.Subscription.MaxOpened }, integer[int]{})),
			standard: "10000", example: "500", doc: "subscriptions that are open at the same time (`opened_subscriptions`)",
		},
	}, lack[draft]("deduplication", "enable_deduplication", "mode", "queue_capacity")...)}
}

func webSocket() form[draft] {
	return object[draft]{keys: append([]key[draft]{{
		name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.WebSocket.Off }), standard: "true", example: "false",
		doc: "whether WebSockets are answered at the path of the endpoint",
	}}, socketKeys()...)}
}

func socketKeys() []key[draft] {
	socket := func(d *draft) *WebSocket { return &d.config.WebSocket }
	return []key[draft]{
		{
			name: "max_connections", form: at(socket, at(func(s *WebSocket) *int { return &s.MaxConnections }, integer[int]{})),
			standard: "10000", example: "500", doc: "connections at the same time (`websocket_connections`)",
		},
		{
			name: "max_connections_per_client", form: at(socket, at(func(s *WebSocket) *int { return &s.MaxConnectionsPerClient }, integer[int]{})),
			example: "50", doc: "the same for each client address (`websocket_connections`); without it, no other limit. Behind a proxy all have the proxy's",
		},
		{
			name: "max_operations_per_connection", form: at(socket, at(func(s *WebSocket) *int { return &s.MaxOperations }, integer[int]{})),
			standard: "100", example: "20", doc: "operations that run at the same time on a connection (`websocket_operations`)",
		},
		{
			name: "max_messages_per_second", form: at(socket, at(func(s *WebSocket) *int { return &s.MaxMessageRate }, integer[int]{})),
			standard: "200", example: "50", doc: "messages of a connection that are heeded in a second; the others wait. One counts for every 16 KiB that it has begun",
		},
		{
			name: "init_timeout", form: at(socket, at(func(s *WebSocket) *time.Duration { return &s.InitTimeout }, duration())),
			standard: "10s", example: "3s", doc: "the time for `connection_init`; then the connection is closed with 4408",
		},
		{
			name: "ping_interval", form: at(socket, at(func(s *WebSocket) *time.Duration { return &s.PingInterval }, duration())),
			standard: "20s", example: "30s", doc: "how often clients are pinged, and how long they may take to answer; then the connection is cut",
		},
		{
			name: "write_timeout", form: at(socket, at(func(s *WebSocket) *time.Duration { return &s.WriteTimeout }, duration())),
			standard: "30s", example: "5s", doc: "the time for a client to take a message; then the connection is cut",
		},
		{
			name: "connection_params", form: at(socket, at(func(s *WebSocket) *[]string { return &s.ConnectionParams }, list[string]{headerParam(), "a list of names of headers"})),
			example: "[authorization, x-tenant]",
			doc:     "the headers that the payload of `connection_init` may set for the operations of the connection; without it, `authorization`",
		},
	}
}

// headerParam is the name of a header that says something about the caller, and nothing about the connection.
func headerParam() form[string] {
	return text{
		wanted: `the name of a header such as "x-tenant"`, all: []string{"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},
		none: []string{"^(?i)(host|origin|connection|upgrade|content-.*|transfer-encoding|te|trailer|sec-.*)$"},
	}
}

func eventStream() form[draft] {
	stream := func(d *draft) *EventStream { return &d.config.EventStream }
	return object[draft]{keys: []key[draft]{
		{
			name: "keep_alive_interval", form: at(stream, at(func(s *EventStream) *time.Duration { return &s.KeepAliveInterval }, duration())),
			standard: "12s", example: "30s", doc: "how often a comment is sent, so that nobody on the way closes a connection that is silent",
		},
		{
			name: "write_timeout", form: at(stream, at(func(s *EventStream) *time.Duration { return &s.WriteTimeout }, duration())),
			standard: "30s", example: "5s", doc: "the time for a client to take an event; then the stream is cut",
		},
	}}
}
