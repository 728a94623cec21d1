// Package stock is an executable for tests.
package stock

import "context"

// Resolver resolves what tests ask. Products whose id is in Broken fail with that error.
type Resolver struct {
	// Read is called with the ids of products that are asked for; it may be nil.
	Read   func(ctx context.Context, ids []string) error
	Broken map[string]error
	// Ended is called when a subscription's resolver is done; it may be nil.
	Ended func()
}

func (r *Resolver) end() {
	if r.Ended != nil {
		r.Ended()
	}
}
