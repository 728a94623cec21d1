package scenario

import (
	"context"
	"errors"
	"slices"

	"github.com/weftgraph/weft/examples/shop"
)

// customers is how many customers of the shop have orders: 1 to 48.
const customers = 48

// page returns the account page of the shop: six calls by three protocols. Each request
// is about another customer, so that sharing between requests is of little help.
func page() (Scenario, error) {
	queries, err := shop.Queries()
	if err != nil {
		return Scenario{}, err
	}
	i := slices.IndexFunc(queries, func(q shop.Query) bool { return q.Name == "my-account" })
	if i < 0 {
		return Scenario{}, errors.New("the shop has no query my-account")
	}
	return Scenario{
		Name: "page", About: "the shop's account page: REST, gRPC and SOAP; customers differ", Graph: Shop, IDs: customers,
		Query:  queries[i].Text,
		answer: func(ctx context.Context, o *Oracle, id int) any { return o.page(ctx, id) },
	}, nil
}
