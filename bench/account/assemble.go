package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// Addresses are where the shop's back ends are, as its graph spells them: "grpc://…" for
// shipping, "http://…" for the others.
type Addresses struct{ REST, Shipping, Billing string }

// Service makes account pages. It is safe for concurrent use.
type Service struct {
	rest    rest
	billing billing
	conn    *grpc.ClientConn
	parcels shippingpb.ShippingClient
	stock   shippingpb.InventoryClient
}

// New returns a service that calls the back ends at the addresses. It connects with the
// first page.
func New(a Addresses) (*Service, error) {
	const idle = 1024 // connections are kept for as many callers as a load has
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: idle, MaxIdleConnsPerHost: idle, DisableCompression: true}}
	conn, err := grpc.NewClient(strings.TrimPrefix(a.Shipping, "grpc://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("the shipping service at %q: %w", a.Shipping, err)
	}
	return &Service{
		rest:    rest{client: client, base: a.REST},
		billing: billing{client: client, address: a.Billing},
		conn:    conn,
		parcels: shippingpb.NewShippingClient(conn),
		stock:   shippingpb.NewInventoryClient(conn),
	}, nil
}

// Close ends the connections.
func (s *Service) Close() error {
	s.rest.client.CloseIdleConnections()
	return s.conn.Close()
}

// Page makes the page of a customer. A page is whole or an error.
func (s *Service) Page(ctx context.Context, id int) (Page, error) {
	var u *user
	var orders []order
	first, firstCtx := errgroup.WithContext(ctx)
	first.Go(func() (err error) {
		u, err = s.rest.user(firstCtx, id)
		return err
	})
	first.Go(func() (err error) {
		orders, err = s.rest.orders(firstCtx, id)
		return err
	})
	switch err := first.Wait(); {
	case errors.Is(err, errNotFound):
		return Page{}, nil
	case err != nil:
		return Page{}, err
	}
	d, err := s.details(ctx, orders)
	if err != nil {
		return Page{}, err
	}
	page := &User{Name: u.Name, Email: u.Email, Orders: make([]Order, 0, len(orders))}
	for i := range orders {
		page.Orders = append(page.Orders, d.order(&orders[i]))
	}
	return Page{User: page}, nil
}

// details is what the orders of a page refer to, by key.
type details struct {
	products  map[string]string // SKU → name
	stock     map[string]*Inventory
	shipments map[int64]*Shipment
	invoices  map[int64]*Invoice
}

// details asks four back ends at the same time, each of them once.
func (s *Service) details(ctx context.Context, orders []order) (details, error) {
	var d details
	if len(orders) == 0 {
		return d, nil
	}
	ids := make([]int64, 0, len(orders))
	var skus []string
	seen := map[string]bool{}
	for _, o := range orders {
		ids = append(ids, o.ID)
		for _, l := range o.Lines {
			if !seen[l.SKU] {
				seen[l.SKU] = true
				skus = append(skus, l.SKU)
			}
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		d.products, err = s.rest.productNames(ctx, skus)
		return err
	})
	group.Go(func() (err error) {
		d.stock, err = s.inventories(ctx, skus)
		return err
	})
	group.Go(func() (err error) {
		d.shipments, err = s.shipments(ctx, ids)
		return err
	})
	group.Go(func() (err error) {
		d.invoices, err = s.billing.invoices(ctx, ids)
		return err
	})
	return d, group.Wait()
}

func (d details) order(o *order) Order {
	lines := make([]Line, 0, len(o.Lines))
	for _, l := range o.Lines {
		line := Line{Quantity: l.Quantity, UnitPrice: l.UnitPrice}
		if name, isKnown := d.products[l.SKU]; isKnown {
			line.Product = &Product{Name: name, Inventory: d.stock[l.SKU]}
		}
		lines = append(lines, line)
	}
	return Order{
		ID:       strconv.FormatInt(o.ID, 10),
		PlacedAt: o.PlacedAt,
		Status:   o.Status,
		Total:    o.Total,
		Lines:    lines,
		Shipment: d.shipments[o.ID],
		Invoice:  d.invoices[o.ID],
	}
}
