package oidc

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/weftgraph/weft/graph/caller"
)

const (
	// maxRemembered bounds the memory of tokens that were checked (bytes, estimated), maxRefused the number of those that were refused.
	maxRemembered = 32 << 20
	maxRefused    = 4096
	// perToken is what remembering a token costs beside its claims, which take some times as much memory as their text (bytes).
	perToken, perByte = 500, 3
)

// digest is the SHA-256 of a token. Tokens themselves are not kept: they are secrets.
type digest = [sha256.Size]byte

// remembered are tokens that were checked. It is safe for concurrent use.
type remembered struct {
	good    *otter.Cache[digest, *checked]
	refused *otter.Cache[digest, refusedUntil]
}

// refusedUntil is a token that an issuer does not know.
type refusedUntil struct {
	why   *reason
	until time.Time
}

func newRemembered() (*remembered, error) {
	good, err := otter.New(&otter.Options[digest, *checked]{
		MaximumWeight: maxRemembered,
		Weigher:       func(_ digest, c *checked) uint32 { return uint32(perToken + perByte*c.size) },
	})
	if err != nil {
		return nil, fmt.Errorf("memory of tokens: %w", err)
	}
	refused, err := otter.New(&otter.Options[digest, refusedUntil]{MaximumSize: maxRefused})
	if err != nil {
		return nil, fmt.Errorf("memory of tokens: %w", err)
	}
	return &remembered{good, refused}, nil
}

// find returns what is known of a token, or nothing.
func (r *remembered) find(ctx context.Context, token digest, now time.Time) (*checked, *reason) {
	if c, ok := r.good.GetIfPresent(token); ok {
		if c.holds(ctx, now) {
			return c, nil
		}
		r.good.Invalidate(token)
		return nil, nil
	}
	if c, ok := r.refused.GetIfPresent(token); ok && now.Before(c.until) {
		return nil, c.why
	}
	return nil, nil
}

// keepRefused remembers for a while that a token is refused.
func (r *remembered) keepRefused(token digest, why *reason, until time.Time) {
	r.refused.Set(token, refusedUntil{why, until})
}

// checked is what is known of a token that is good. It is immutable: who shows the token at the same time shares it.
type checked struct {
	who *caller.Caller
	// until is when it ends; zero if it does not.
	until time.Time
	// keys have the key that has signed it, which is to be among them; nil if none has.
	keys *keys
	mark thumbprint
	// holder is what whoever shows it has to prove. It is asked every time: what is known of a token is the same on all connections.
	holder confirmation
	// of are the counts of its issuer.
	of *counts
	// size is what the token has in bytes.
	size int
}

// holds tells whether a token is still good: it has not ended, and its issuer has the key that has signed it. Keys that cannot be had now are
// no answer: then the token is checked like a new one.
func (c *checked) holds(ctx context.Context, now time.Time) bool {
	if !c.until.IsZero() && !now.Before(c.until) {
		return false
	}
	if c.keys == nil {
		return true
	}
	set, why := c.keys.get(ctx)
	return why == nil && set.has(c.mark)
}
