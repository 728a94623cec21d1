package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/valyala/fasthttp"
)

// Addresses are where the services of an upstream are, as a source of a graph spells
// them.
type Addresses struct {
	// Mock is the base URL of the mocked REST service.
	Mock string `json:"mock"`
	// ShopREST, ShopShipping and ShopBilling are the back ends of the example shop.
	ShopREST     string `json:"shopRest"`
	ShopShipping string `json:"shopShipping"`
	ShopBilling  string `json:"shopBilling"`
}

// Running is an upstream that listens.
type Running struct {
	meter     *Meter
	addresses Addresses
	mock      *fasthttp.Server
	shop      *shopServers
	ended     chan error
}

// Start listens for the mock at an address such as "127.0.0.1:4010", where port 0 is a
// free one, and for the shop at free ports of 127.0.0.1. When it returns, connections
// are accepted.
func Start(ctx context.Context, address string) (*Running, error) {
	meter := NewMeter()
	mock, err := newMock(meter)
	if err != nil {
		return nil, err
	}
	const anyPort = "127.0.0.1:0"
	listeners, err := listen(ctx, address, anyPort, anyPort, anyPort)
	if err != nil {
		return nil, err
	}
	r := &Running{
		meter: meter,
		addresses: Addresses{
			Mock:         "http://" + listeners[0].Addr().String(),
			ShopREST:     "http://" + listeners[1].Addr().String(),
			ShopShipping: "grpc://" + listeners[2].Addr().String(),
			ShopBilling:  "http://" + listeners[3].Addr().String() + billingPath,
		},
		shop:  newShop(meter),
		ended: make(chan error, 2),
	}
	r.mock = &fasthttp.Server{Handler: r.control(mock.serve), Name: "upstream", NoDefaultDate: true}
	go func() { r.ended <- r.mock.Serve(listeners[0]) }()
	go func() { r.ended <- r.shop.serve(listeners[1], listeners[2], listeners[3]) }()
	return r, nil
}

// listen opens all or none.
func listen(ctx context.Context, addresses ...string) ([]net.Listener, error) {
	var config net.ListenConfig
	var out []net.Listener
	for _, a := range addresses {
		l, err := config.Listen(ctx, "tcp", a)
		if err != nil {
			for _, open := range out {
				_ = open.Close() // nothing was accepted
			}
			return nil, fmt.Errorf("listening for the upstream: %w", err)
		}
		out = append(out, l)
	}
	return out, nil
}

// Addresses returns where the services are.
func (r *Running) Addresses() Addresses { return r.addresses }

// Wait returns when ctx is done or a service has ended by itself, which is an error.
func (r *Running) Wait(ctx context.Context) error {
	select {
	case err := <-r.ended:
		return errors.Join(errors.New("the upstream has ended"), err)
	case <-ctx.Done():
		return nil
	}
}

// Close ends all services and returns when their ports are free. Connections on which
// nothing was ever asked, as net/http opens some, are left to the process's end. It does
// not matter whether ctx is done.
func (r *Running) Close(ctx context.Context) error {
	const patience = time.Second
	r.shop.close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := r.mock.ShutdownWithContext(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
