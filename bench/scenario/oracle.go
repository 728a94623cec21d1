package scenario

import (
	"context"
	"fmt"

	"github.com/weftgraph/weft/bench/account"
	"github.com/weftgraph/weft/bench/upstream"
)

// row is an object of an answer.
type row = map[string]any

// Oracle knows right answers: it asks the upstream itself, one question at a time. It is
// for one goroutine. The first error stays, and what is answered after it is worthless.
type Oracle struct {
	upstream *upstream.Client
	account  *account.Service
	known    map[string][]row
	err      error
}

// NewOracle returns an oracle that asks an upstream.
func NewOracle(ctx context.Context, up *upstream.Client) (*Oracle, error) {
	at, err := up.Addresses(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking where the shop is: %w", err)
	}
	service, err := account.New(account.Addresses{REST: at.ShopREST, Shipping: at.ShopShipping, Billing: at.ShopBilling})
	if err != nil {
		return nil, err
	}
	return &Oracle{upstream: up, account: service, known: map[string][]row{}}, nil
}

// Close ends its connections.
func (o *Oracle) Close() error { return o.account.Close() }

// rows returns the list that the mock answers. It is asked once for each target.
func (o *Oracle) rows(ctx context.Context, target string) []row {
	if known, isKnown := o.known[target]; isKnown || o.err != nil {
		return known
	}
	var out []row
	o.err = o.upstream.GetJSON(ctx, target, &out)
	o.known[target] = out
	return out
}

// page returns the account page, which another hand has written: if it and a gateway
// agree, both are right.
func (o *Oracle) page(ctx context.Context, id int) any {
	if o.err != nil {
		return nil
	}
	p, err := o.account.Page(ctx, id)
	o.err = err
	return p
}
