package upstream

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/weftgraph/weft/examples/shop"
)

// The paths at which the shop's SOAP service is.
const billingPath = "/billing"

// shopServers are the back ends of the example shop, counted by the meter. They are the
// real ones: they parse, validate and serialize.
type shopServers struct {
	service       *shop.Service
	rest, billing *http.Server
	shipping      *grpc.Server
}

func newShop(meter *Meter) *shopServers {
	const headerTimeout = 5 * time.Second
	// The call log of the shop is not read here. It is bounded, and a short one is cheap.
	service := shop.New(shop.Options{MaxCalls: 1})
	serve := func(h http.Handler, route func(*http.Request) string) *http.Server {
		return &http.Server{ReadHeaderTimeout: headerTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			meter.begin(route(r))
			defer meter.end()
			h.ServeHTTP(w, r)
		})}
	}
	count := func(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		meter.begin(path.Base(info.FullMethod))
		defer meter.end()
		return next(ctx, request)
	}
	return &shopServers{
		service:  service,
		rest:     serve(service.Handler(), restRoute),
		billing:  serve(service.BillingHandler(), soapRoute),
		shipping: service.ShippingServer(grpc.ChainUnaryInterceptor(count)),
	}
}

// restRoute names a call as the mock does: "/users/{id}", "/orders?userId".
func restRoute(r *http.Request) string {
	if folder, name := path.Split(r.URL.Path); name != "" && folder != "/" {
		return folder + "{id}"
	}
	if key, _, hasQuery := strings.Cut(r.URL.RawQuery, "="); hasQuery {
		return r.URL.Path + "?" + key
	}
	return r.URL.Path
}

// soapRoute is the operation, by its SOAPAction.
func soapRoute(r *http.Request) string {
	return path.Base(strings.Trim(r.Header.Get("SOAPAction"), `"`))
}

// serve returns when all of the back ends have ended; the error is that of one that was
// not closed.
func (s *shopServers) serve(rest, shipping, billing net.Listener) error {
	ends := make(chan error, 3)
	go func() { ends <- s.rest.Serve(rest) }()
	go func() { ends <- s.billing.Serve(billing) }()
	go func() { ends <- s.shipping.Serve(shipping) }()
	var all error
	for range cap(ends) {
		if err := <-ends; err != nil && !errors.Is(err, http.ErrServerClosed) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// close cuts every connection.
func (s *shopServers) close() {
	s.service.Close()
	_ = s.rest.Close() // there is nobody left who could be told
	_ = s.billing.Close()
	s.shipping.Stop()
}
