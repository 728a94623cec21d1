package server

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/weftgraph/weft/server/config"
)

// Values of headers that all answers of the public listener have. They are shared, as those of answers are.
//
//nolint:gochecknoglobals // constants in all but name
var (
	noReferrer = []string{"no-referrer"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
	varyOrigin = []string{"Origin"}
)

// DefaultMaxHeaders is how many different headers a request may have.
const DefaultMaxHeaders = 100

// door decides which requests are answered at all, before anything reads them, and what every answer has. It is safe for concurrent use.
type door struct {
	// path is that of the GraphQL endpoint, health that of the health checks.
	path, health string
	ops          *operations
	cors         *crossOrigin
	csrf         *csrf
	slots        *slots
	maxRequests  int64
	maxHeaders   int
	// maxHeaderBytes are the limits by the major version of HTTP, where the server's own is higher, or 0.
	maxHeaderBytes [3]int
	// strictTransport is the value of Strict-Transport-Security, or nil.
	strictTransport []string
	next            http.HandlerFunc
}

func newDoor(o Options, ops *operations, slots *slots, next http.HandlerFunc) *door {
	d := &door{
		path: o.Path, health: healthPath(o.Health), ops: ops, slots: slots, next: next,
		cors: ops.cors, csrf: newCSRF(o.CSRF, ops.cors),
		maxRequests: int64(o.Connections.MaxRequests),
		maxHeaders:  cmp.Or(o.Connections.MaxHeaders, DefaultMaxHeaders),
	}
	highest := maxHeaderBytes(o.Connections)
	for version, limit := range map[int]int{1: o.Connections.HTTP1HeaderBytes, 2: o.Connections.HTTP2HeaderBytes} {
		if cmp.Or(limit, DefaultMaxHeaderBytes) < highest {
			d.maxHeaderBytes[version] = cmp.Or(limit, DefaultMaxHeaderBytes)
		}
	}
	if o.StrictTransport != "" {
		d.strictTransport = []string{o.StrictTransport}
	}
	return d
}

// maxHeaderBytes is the limit that the server has for all versions of HTTP.
func maxHeaderBytes(c config.Connections) int {
	return max(cmp.Or(c.HTTP1HeaderBytes, DefaultMaxHeaderBytes), cmp.Or(c.HTTP2HeaderBytes, DefaultMaxHeaderBytes))
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["X-Content-Type-Options"], h["Referrer-Policy"] = noSniff, noReferrer
	if d.strictTransport != nil && r.TLS != nil {
		h["Strict-Transport-Security"] = d.strictTransport
	}
	isOperation := d.isEndpoint(r.URL.Path)
	if !isOperation {
		h["Content-Security-Policy"] = noContent // pages have their own
	} else if d.cors.serve(w, r) {
		return
	}
	if refused := d.refuses(r, isOperation); refused != nil {
		d.answer(w, r, refused, isOperation)
		return
	}
	if d.maxRequests == 0 || isBelow(r.URL.Path, d.health) {
		d.next(w, r)
		return
	}
	r, taken := d.slots.take(r, d.maxRequests)
	if taken == nil {
		d.answer(w, r, refuseOverload(w, "requests", "concurrency_limit"), isOperation)
		return
	}
	defer taken.free()
	d.next(w, r)
}

func (d *door) answer(w http.ResponseWriter, r *http.Request, refused *refusal, isOperation bool) {
	if isOperation {
		d.ops.answerUnread(tracked(w, r), r, negotiate(r.Header), refused)
		return
	}
	d.ops.answerRefusal(tracked(w, r), negotiate(r.Header), refused)
}

// isEndpoint tells of the paths at which operations are answered.
func (d *door) isEndpoint(path string) bool { return isBelow(path, d.path) }

// isBelow tells whether a path is another one or below it.
func isBelow(path, above string) bool {
	return strings.HasPrefix(path, above) && above != "" && (len(path) == len(above) || path[len(above)] == '/')
}

// refuses returns why a request is not answered, or nil.
func (d *door) refuses(r *http.Request, isOperation bool) *refusal {
	if len(r.Header) > d.maxHeaders {
		return beyond("headers", http.StatusRequestHeaderFieldsTooLarge,
			"The request has too many headers, the limit is %d different ones.", d.maxHeaders)
	}
	if limit := d.maxHeaderBytes[min(r.ProtoMajor, 2)]; limit > 0 && headerBytes(r) > limit {
		return beyond("header_bytes", http.StatusRequestHeaderFieldsTooLarge, "The request's header is too large, the limit is %d bytes.", limit)
	}
	return d.csrf.refuses(r, isOperation)
}

// headerBytes is the size of a header as its version of HTTP counts it: by lines, or as RFC 9113 does (section 6.5.2).
func headerBytes(r *http.Request) int {
	perField := len(": \r\n")
	if r.ProtoMajor >= 2 {
		perField = 32
	}
	return fieldBytes(r.Header, perField)
}

// fieldBytes is the size of the fields of a header, each of which takes some bytes beside its name and its value.
func fieldBytes(header http.Header, perField int) int {
	sum := 0
	for name, values := range header {
		for _, v := range values {
			sum += len(name) + len(v) + perField
		}
	}
	return sum
}
