package ratelimit

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/weftgraph/weft/server/admission"
)

// claims are what one request wants of buckets: of all together, or of none. They are used by one goroutine, until release.
type claims struct {
	list []claim
	// keys has the keys of all.
	keys []byte
}

// claim is what is wanted of one bucket.
type claim struct {
	limit  *limit
	shard  *shard
	tokens int64
	// field is the one that is counted apart, empty if none is.
	field string
	// from and to are where the key is.
	from, to int
	place    int
	// before is the bucket before anything was taken.
	before bucket
	// isShort tells that the bucket does not have enough.
	isShort bool
}

//nolint:gochecknoglobals // a pool is shared by definition
var pool = sync.Pool{New: func() any { return &claims{} }}

// longestKept bounds what is kept for another request.
const longestKept = 4 << 10

func takeClaims() *claims {
	c, ok := pool.Get().(*claims)
	if !ok {
		return &claims{}
	}
	return c
}

// claimOf is what is asked of some limits. Whoever gets it releases it.
func claimOf(limits []*limit, a *admission.Asked) *claims {
	c := takeClaims()
	c.addAll(limits, a)
	return c
}

func (c *claims) addAll(limits []*limit, a *admission.Asked) {
	for _, one := range limits {
		c.add(one, a)
	}
}

func (c *claims) release() {
	clear(c.list)
	c.list, c.keys = c.list[:0], c.keys[:0]
	if cap(c.keys) <= longestKept && cap(c.list) <= longestKept/16 {
		pool.Put(c)
	}
}

// add adds what a limit counts of a request, if anything.
func (c *claims) add(l *limit, a *admission.Asked) {
	if !l.isForAll && !l.isFor(a) {
		return
	}
	switch l.Unit {
	case Cost:
		c.addTokens(l, a, "", a.Operation.Cost())
	case Fields:
		c.addFields(l, a)
	default:
		c.addTokens(l, a, "", 1)
	}
}

func (c *claims) addFields(l *limit, a *admission.Asked) {
	isApart := slices.Contains(l.Per, Field)
	sum := int64(0)
	for _, f := range l.Fields {
		n := int64(a.Operation.Occurrences(f))
		if isApart {
			c.addTokens(l, a, f, n)
		}
		sum += n
	}
	if !isApart {
		c.addTokens(l, a, "", sum)
	}
}

func (c *claims) addTokens(l *limit, a *admission.Asked, field string, tokens int64) {
	if tokens <= 0 {
		return
	}
	from := len(c.keys)
	key, ok := l.appendKey(c.keys, a, field)
	if c.keys = key; !ok {
		return
	}
	c.list = append(c.list, claim{limit: l, shard: l.table.shard(key[from:]), tokens: tokens, field: field, from: from, to: len(key)})
}

// lock locks the shards of all claims, always in the same order, and finds the buckets.
func (c *claims) lock(now int64) {
	slices.SortFunc(c.list, func(a, b claim) int { return cmp.Compare(a.shard.number, b.shard.number) })
	hasNew := false
	for i := range c.list {
		one := &c.list[i]
		if !c.sharesShard(i) {
			one.shard.mu.Lock()
		}
		var isKept bool
		if one.place, isKept = one.shard.find(c.key(one)); !isKept {
			hasNew = true
			one.shard.forget(&one.limit.rate, now)
		}
	}
	// To forget changes places, and all of it comes before anything is new: what is new is full, and would be forgotten.
	for i := range c.list {
		if !hasNew {
			break
		}
		one := &c.list[i]
		one.place = one.shard.place(&one.limit.rate, c.key(one), now)
	}
}

func (c *claims) unlock() {
	for i := range c.list {
		if !c.sharesShard(i) {
			c.list[i].shard.mu.Unlock()
		}
	}
}

// sharesShard tells that a claim is for a bucket in the same shard as the one before it.
func (c *claims) sharesShard(i int) bool { return i > 0 && c.list[i].shard == c.list[i-1].shard }

func (c *claims) key(one *claim) []byte { return c.keys[one.from:one.to] }

// take takes everything that is wanted, or nothing, and then says why.
func (c *claims) take(now int64, s *admission.Standings) *admission.Refused {
	if len(c.list) == 0 {
		return nil
	}
	c.lock(now)
	defer c.unlock()
	var refused *admission.Refused
	for i := range c.list {
		one := &c.list[i]
		b := one.bucket(now)
		if b.tokens < one.tokens {
			refused = worse(refused, one.refuse(b))
		} else {
			b.tokens -= one.tokens
		}
	}
	if refused != nil {
		c.giveBack()
	}
	c.count(refused == nil)
	for i := range c.list {
		c.list[i].stand(s)
	}
	return refused
}

// giveBack has the buckets be as they were.
func (c *claims) giveBack() {
	// The last first: several claims may be for one bucket that is shared.
	for i := len(c.list) - 1; i >= 0; i-- {
		*c.list[i].shard.bucket(c.list[i].place) = c.list[i].before
	}
}

// count counts the decision for each limit once, however many of its buckets it was about. A limit that had enough counts nothing if
// another one has refused.
func (c *claims) count(isAdmitted bool) {
	var last *limit
	for i := range c.list {
		l := c.list[i].limit
		if l == last { // claims are in the order of their shards, so that those of a limit are together
			continue
		}
		switch {
		case isAdmitted:
			l.figures.admitted.Add(1)
		case c.list[i].isShort:
			l.figures.refused.Add(1)
		default:
			continue
		}
		last = l
	}
}

// bucket returns the claim's bucket as it is now, and notes how it is.
func (c *claim) bucket(now int64) *bucket {
	b := c.shard.bucket(c.place)
	c.limit.rate.fill(b, now)
	c.before = *b
	return b
}

// stand tells how the bucket is: when it will be full again, or, if it has refused, when it will have what is wanted.
func (c *claim) stand(s *admission.Standings) {
	if s == nil {
		return
	}
	b, rate := c.shard.bucket(c.place), &c.limit.rate
	until := rate.burst
	if c.isShort && c.tokens <= rate.burst {
		until = c.tokens
	}
	s.Add(admission.Standing{
		Rule: c.limit.Name, Policy: c.limit.policy, Remaining: max(b.tokens, 0), Reset: rate.until(b, until), IsRefusing: c.isShort,
	})
}

// look tells whether anything would be refused, and takes nothing.
func (c *claims) look(now int64, s *admission.Standings) *admission.Refused {
	if len(c.list) == 0 {
		return nil
	}
	c.lock(now)
	defer c.unlock()
	var refused *admission.Refused
	for i := range c.list {
		if b := c.list[i].bucket(now); b.tokens < c.list[i].tokens {
			refused = worse(refused, c.list[i].refuse(b))
			c.list[i].stand(s)
		}
	}
	if refused != nil {
		c.count(false)
	}
	return refused
}

// charge takes what has been used already, whether it is there or not: a bucket may be in debt as far as its burst. Otherwise many at the
// same time would get more than few.
func (c *claims) charge(now int64) {
	if len(c.list) == 0 {
		return
	}
	c.lock(now)
	defer c.unlock()
	for i := range c.list {
		b := c.list[i].bucket(now)
		b.tokens = max(b.tokens-c.list[i].tokens, -c.list[i].limit.rate.burst)
	}
	c.count(true)
}

// refuse says why the claim's bucket does not have enough.
func (c *claim) refuse(b *bucket) *admission.Refused {
	l := c.limit
	c.isShort = true
	r := &admission.Refused{
		Rule: l.Name, Limit: l.Limit, Remaining: b.tokens, RetryAfter: l.rate.until(b, c.tokens),
		Message: l.message(c.field), IsShared: c.place == crowded,
	}
	if c.tokens > l.rate.burst {
		r.IsTooMuch, r.RetryAfter, r.Message = true, 0, l.tooMuch(c.tokens, c.field)
		if l.Unit == Cost {
			r.Cost, r.MaxCost = c.tokens, l.rate.burst
		}
	}
	return r
}

// worse is the refusal that lasts longer.
func worse(a, b *admission.Refused) *admission.Refused {
	wait := func(r *admission.Refused) time.Duration {
		if r.IsTooMuch {
			return 1<<63 - 1
		}
		return r.RetryAfter
	}
	if a == nil || wait(b) > wait(a) {
		return b
	}
	return a
}
