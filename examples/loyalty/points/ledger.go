package points

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
)

// Ledger is the programme's book. A real one would be a database; this one is in memory. It is safe for concurrent use.
type Ledger struct {
	// Read is called before the ledger is read, with the customers that are looked for; an error is the result of the reading. It
	// is where a database would be. Nil does nothing. It must not be changed once the ledger is in use.
	Read func(ctx context.Context, ids []string) error

	mu     sync.RWMutex
	awards map[string][]Award
}

// thisYear is the year of new awards: the example has no clock.
const thisYear = 2025

// NewLedger returns a ledger in which every third customer of the shop is a member, from customer 1 on.
func NewLedger() *Ledger {
	l := &Ledger{awards: map[string][]Award{}}
	const customers, apart = 50, 3
	for n := 1; n <= customers; n += apart {
		l.awards[strconv.Itoa(n)] = []Award{
			{Points: 10 * n, Reason: "welcome", Year: thisYear - 1},
			{Points: 25 * n, Reason: "purchases", Year: thisYear},
		}
	}
	return l
}

// Users reads customers, in the order of their ids.
func (l *Ledger) Users(ctx context.Context, ids []string) ([]*User, error) {
	if err := l.read(ctx, ids); err != nil {
		return nil, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	users := make([]*User, len(ids))
	for i, id := range ids {
		users[i] = &User{ID: id, awards: slices.Clone(l.awards[id])}
	}
	return users, nil
}

// Best reads the members with the most points.
func (l *Ledger) Best(ctx context.Context, limit int) ([]*Standing, error) {
	if err := l.read(ctx, nil); err != nil {
		return nil, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	ids := slices.SortedFunc(maps.Keys(l.awards), func(a, b string) int {
		return cmp.Or(total(l.awards[b])-total(l.awards[a]), cmp.Compare(a, b))
	})
	var best []*Standing
	for i, id := range ids[:min(max(limit, 0), len(ids))] {
		// The id is all that Weft takes of an entity here; it asks for the rest by _entities.
		best = append(best, &Standing{Rank: i + 1, Points: total(l.awards[id]), User: &User{ID: id}})
	}
	return best, nil
}

// Award gives points to a customer, who is a member from then on.
func (l *Ledger) Award(id string, points int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.awards[id] = append(l.awards[id], Award{Points: points, Reason: reason, Year: thisYear})
}

// IsSuspended tells whether a membership rests: that of customer 13.
func (*Ledger) IsSuspended(id string) bool { return id == "13" }

func (l *Ledger) read(ctx context.Context, ids []string) error {
	if l.Read == nil {
		return nil
	}
	return l.Read(ctx, ids)
}
