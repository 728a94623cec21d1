package server

import (
	"net/http"
	"strings"
	"time"

	"github.com/rs/cors"

	"github.com/weftgraph/weft/server/config"
)

// crossOrigin knows which pages of other origins may use the endpoint. A nil one allows none. It is immutable.
type crossOrigin struct {
	policies []corsPolicy
	// any is for origins that no policy has, or nil.
	any *cors.Cors
}

// corsPolicy answers the origins that a policy has.
type corsPolicy struct {
	config.CORSPolicy
	headers *cors.Cors
}

func newCrossOrigin(c config.CORS) *crossOrigin {
	if c.IsZero() {
		return nil
	}
	out := &crossOrigin{}
	for _, p := range c.Policies {
		o := corsOptions(p)
		o.AllowOriginFunc = func(string) bool { return true } // find has looked at it
		o.AllowCredentials = p.AllowCredentials
		out.policies = append(out.policies, corsPolicy{p, cors.New(o)})
	}
	if c.Any != nil {
		o := corsOptions(*c.Any)
		o.AllowedOrigins = []string{"*"}
		out.any = cors.New(o)
	}
	return out
}

// corsOptions are those of a policy but for the origins.
func corsOptions(p config.CORSPolicy) cors.Options {
	o := cors.Options{
		AllowedMethods: p.Methods, AllowedHeaders: p.AllowHeaders, ExposedHeaders: p.ExposeHeaders,
		MaxAge: int(p.MaxAge / time.Second),
	}
	if len(o.AllowedMethods) == 0 {
		o.AllowedMethods = []string{http.MethodOptions} // an empty list would be the library's default
	}
	if len(o.AllowedHeaders) == 0 {
		o.AllowedHeaders = []string{"*"} // what is asked for
	}
	return o
}

// find returns what answers an origin, or nil.
func (c *crossOrigin) find(origin string) *cors.Cors {
	if c == nil {
		return nil
	}
	for i := range c.policies {
		if c.policies[i].Has(origin) {
			return c.policies[i].headers
		}
	}
	return c.any
}

// allowsOrigin tells whether a request comes from a page of the same origin or of one that is allowed, or from no page. Transports that
// browsers do not hold to CORS, such as WebSocket, have to ask.
func (c *crossOrigin) allowsOrigin(r *http.Request) bool {
	origins := r.Header["Origin"]
	return len(origins) == 0 || len(origins) == 1 && (isSameOrigin(r, origins[0]) || c.find(origins[0]) != nil)
}

// allowsCredentials tells whether what a browser adds for its user by itself, such as cookies, counts for a request that allowsOrigin lets in.
// Browsers send it along to WebSockets, whatever a policy says.
func (c *crossOrigin) allowsCredentials(r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 || isSameOrigin(r, origins[0]) {
		return true
	}
	for i := range c.policies {
		if c.policies[i].Has(origins[0]) {
			return c.policies[i].AllowCredentials
		}
	}
	return false
}

// isSameOrigin tells whether the page at an origin is of the server itself. The scheme of the server is known only where it encrypts: in
// front of a plain one there may be something that does.
func isSameOrigin(r *http.Request, origin string) bool {
	scheme, host, _ := strings.Cut(origin, "://")
	return host != "" && strings.EqualFold(host, r.Host) && (r.TLS == nil || scheme == "https")
}

// serve sets the headers by which browsers give the answer to a page of another origin, and tells whether the request was a preflight, which
// it has answered then.
func (c *crossOrigin) serve(w http.ResponseWriter, r *http.Request) bool {
	if c == nil {
		return false
	}
	origin := r.Header["Origin"]
	if len(origin) == 0 {
		if r.Method != http.MethodPost { // nobody takes the answer to one POST for that to another
			addVary(w.Header(), varyOrigin)
		}
		return false
	}
	isPreflight := r.Method == http.MethodOptions && r.Header["Access-Control-Request-Method"] != nil
	found := c.find(origin[0])
	switch {
	case found != nil && len(origin) == 1:
		found.HandlerFunc(w, r)
	default:
		addVary(w.Header(), varyOrigin)
		if isPreflight {
			w.WriteHeader(http.StatusNoContent)
		}
	}
	return isPreflight
}

// addVary adds to what an answer depends on. The values are shared, and have no room.
func addVary(h http.Header, what []string) {
	if h["Vary"] == nil {
		h["Vary"] = what
		return
	}
	h["Vary"] = append(h["Vary"], what...)
}
