package config

import "time"

// Connections are the settings of the public listener. Zero fields mean the defaults.
type Connections struct {
	// HeaderTimeout bounds how long the header of a request may take, ReadTimeout the whole request, IdleTimeout how long a connection may be
	// kept without one.
	HeaderTimeout, ReadTimeout, IdleTimeout time.Duration
	// ShutdownTimeout is how long requests may take when the server stops.
	ShutdownTimeout time.Duration
	// HTTP1HeaderBytes and HTTP2HeaderBytes bound the header of a request, MaxHeaders how many different ones there may be.
	HTTP1HeaderBytes, HTTP2HeaderBytes int
	MaxHeaders                         int
	// Max bounds the connections, MaxPerClient those of one address; that has no default.
	Max, MaxPerClient int
	// MaxRequests bounds the requests that are answered at the same time; there is no default.
	MaxRequests int
}

// OfListener returns the settings that hold for a listener as long as it is open.
func (c Connections) OfListener() Connections {
	c.MaxHeaders, c.MaxRequests = 0, 0
	return c
}

func connections(c *Config) *Connections { return &c.Connections }

// connectionKeys are the keys of `limits` that are about connections.
func connectionKeys() []key[Config] {
	during := func(name string, part func(*Connections) *time.Duration, standard, doc string) key[Config] {
		return key[Config]{
			name: name, form: at(connections, at(part, duration())), standard: standard, example: "5s", doc: doc,
		}
	}
	size := func(name string, part func(*Connections) *int, doc string) key[Config] {
		return key[Config]{
			name: name, form: at(connections, at(part, byteSize())), standard: "64kib", example: "16kib", doc: doc,
		}
	}
	count := func(name string, part func(*Connections) *int, standard, doc string) key[Config] {
		return key[Config]{
			name: name, form: at(connections, at(part, integer[int]{})), standard: standard, example: "200", doc: doc,
		}
	}
	return []key[Config]{
		during("connection_header_read_timeout", func(c *Connections) *time.Duration { return &c.HeaderTimeout }, "10s",
			"how long the header of a request may take; the connection is closed then"),
		during("request_read_timeout", func(c *Connections) *time.Duration { return &c.ReadTimeout }, "30s",
			"how long a whole request may take to arrive; then it gets status 408"),
		during("connection_idle_timeout", func(c *Connections) *time.Duration { return &c.IdleTimeout }, "2m",
			"how long a connection stays open without a request"),
		size("http1_max_request_buf_size", func(c *Connections) *int { return &c.HTTP1HeaderBytes },
			"bytes of the header of a request by HTTP/1; more get status 431"),
		size("http2_max_headers_list_bytes", func(c *Connections) *int { return &c.HTTP2HeaderBytes },
			"the same for HTTP/2, uncompressed and 32 bytes for each header added (RFC 9113, 6.5.2)"),
		count("http1_max_request_headers", func(c *Connections) *int { return &c.MaxHeaders }, "100",
			"different headers of a request, by HTTP/2, too; more get status 431"),
		count("max_connections", func(c *Connections) *int { return &c.Max }, "10000",
			"connections at the same time; requests on those beyond get `OVERLOADED`"),
		count("max_connections_per_client", func(c *Connections) *int { return &c.MaxPerClient }, "",
			"the same for one address of a client; without it, no limit, since many may come from one proxy"),
	}
}
