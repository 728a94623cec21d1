package server

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/resolvers/system"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
)

// figures tell the console of rate limits and API keys. What is told of keys is what `weft keys` tells, without anything that one could
// show a key by.
type figures struct {
	current *atomic.Pointer[served]
	now     func() time.Time
}

var _ system.Limits = figures{}

// RateLimits implements system.Limits.
func (f figures) RateLimits() []*model.RateLimit {
	known := f.current.Load().limiter.Figures()
	described := make([]*model.RateLimit, len(known))
	for i := range known {
		described[i] = describeLimit(&known[i])
	}
	return described
}

func describeLimit(f *ratelimit.Figure) *model.RateLimit {
	r := &f.Rule
	described := &model.RateLimit{
		Name: r.Name, Counts: unitOf(r.Unit), Fields: append([]string{}, r.Fields...), Conditional: !r.IsForAll(),
		Limit: r.Limit, Interval: r.Interval.Seconds(), Burst: cmp.Or(r.Burst, r.Limit),
		Admitted: int64(f.Admitted), Refused: int64(f.Refused), Tracked: f.Buckets, Crowded: f.IsCrowded,
	}
	for _, d := range r.Per {
		described.Per = append(described.Per, dimensionOf(d))
	}
	if len(r.Per) == 0 {
		described.Per = []model.RateLimitDimension{model.RateLimitDimensionEveryone}
	}
	return described
}

func unitOf(u ratelimit.Unit) model.RateLimitUnit {
	switch u {
	case ratelimit.Cost:
		return model.RateLimitUnitCost
	case ratelimit.Fields:
		return model.RateLimitUnitFields
	case ratelimit.Failures:
		return model.RateLimitUnitFailedAuthentications
	default:
		return model.RateLimitUnitRequests
	}
}

func dimensionOf(d ratelimit.Dimension) model.RateLimitDimension {
	switch d {
	case ratelimit.Caller:
		return model.RateLimitDimensionCaller
	case ratelimit.Key:
		return model.RateLimitDimensionKey
	case ratelimit.Owner:
		return model.RateLimitDimensionOwner
	case ratelimit.IP:
		return model.RateLimitDimensionIP
	case ratelimit.Operation:
		return model.RateLimitDimensionOperation
	case ratelimit.Field:
		return model.RateLimitDimensionField
	default:
		return model.RateLimitDimensionEveryone
	}
}

// usedKey is a key with what it has used.
type usedKey struct {
	key  *apikey.Key
	used quota.Usage
}

// APIKeys implements system.Limits.
func (f figures) APIKeys(most int) []*model.APIKey {
	described := []*model.APIKey{}
	now, i := f.now(), f.current.Load().issued
	if i.keys == nil {
		return described
	}
	all := make([]usedKey, 0, i.keys.Count())
	for k := range i.keys.All() {
		all = append(all, usedKey{k, i.ledger.Usage(k.ID)})
	}
	slices.SortFunc(all, func(a, b usedKey) int {
		return cmp.Or(b.used.Last.Compare(a.used.Last), b.key.Created.Compare(a.key.Created), cmp.Compare(a.key.ID, b.key.ID))
	})
	for n := range min(most, len(all)) {
		described = append(described, all[n].describe(now))
	}
	return described
}

// APIKeyCount implements system.Limits.
func (f figures) APIKeyCount() int {
	if keys := f.current.Load().issued.keys; keys != nil {
		return keys.Count()
	}
	return 0
}

// APIKey implements system.Limits.
func (f figures) APIKey(id string) *model.APIKey {
	i := f.current.Load().issued
	if i.keys == nil {
		return nil
	}
	k := i.keys.Find(id)
	if k == nil {
		return nil
	}
	one := usedKey{k, i.ledger.Usage(id)}
	return one.describe(f.now())
}

func (u *usedKey) describe(now time.Time) *model.APIKey {
	k := u.key
	described := &model.APIKey{
		ID: k.ID, Owner: k.Owner, State: stateOf(k, now), Scopes: append([]string{}, k.Scopes...),
		CreatedAt: k.Created, NotBefore: unlessZero(k.NotBefore), ExpiresAt: unlessZero(k.Expires), RevokedAt: unlessZero(k.Revoked),
		Secrets: k.Holding(now), LastUsedAt: unlessZero(u.used.Last),
		Today: describeUsage(u.used.Day, k.Quota.Day), ThisMonth: describeUsage(u.used.Month, k.Quota.Month),
		Total: describeUsage(u.used.Total, quota.Amount{}),
	}
	if k.Label != "" {
		described.Label = &k.Label
	}
	return described
}

func stateOf(k *apikey.Key, now time.Time) model.APIKeyState {
	if k.EndsSoon(now) {
		return model.APIKeyStateExpiring
	}
	switch k.State(now) {
	case apikey.Early:
		return model.APIKeyStateNotValidYet
	case apikey.Expired:
		return model.APIKeyStateExpired
	case apikey.Disabled:
		return model.APIKeyStateDisabled
	case apikey.Revoked:
		return model.APIKeyStateRevoked
	default:
		return model.APIKeyStateActive
	}
}

func describeUsage(used, limit quota.Amount) *model.KeyUsage {
	return &model.KeyUsage{Requests: spent(used.Requests, limit.Requests), Cost: spent(used.Cost, limit.Cost)}
}

func spent(used, limit int64) *model.Spent {
	s := &model.Spent{Used: used}
	if limit > 0 {
		left := max(0, limit-used)
		s.Quota, s.Left = &limit, &left
	}
	return s
}

func unlessZero(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
