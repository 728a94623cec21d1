package ratelimit

import (
	"math"
	"math/bits"
	"time"
)

// rate is how buckets of a rule fill. Its numbers are positive.
type rate struct {
	// limit tokens come in each interval (nanoseconds), at an even pace; burst is the most that there are.
	limit, interval, burst int64
}

func newRate(r *Rule) rate {
	burst := r.Burst
	if burst <= 0 {
		burst = r.Limit
	}
	return rate{max(r.Limit, 1), max(int64(r.Interval), 1), max(burst, 1)}
}

// bucket is a bucket of tokens. Its arithmetic is exact: a token takes interval/limit nanoseconds to come, which is rarely a whole number.
type bucket struct {
	// tokens are those that are there, negative in debt, and part what has come of the next one, in units of 1/interval.
	tokens int64
	part   uint64
	// filled is the time until which tokens have come (nanoseconds since some moment).
	filled int64
}

func (r *rate) full(now int64) bucket { return bucket{tokens: r.burst, filled: now} }

// fill adds what has come until now. Callers read the clock before they get at the bucket, so that it may seem to go back.
func (r *rate) fill(b *bucket, now int64) {
	passed := now - b.filled
	if passed <= 0 {
		return
	}
	b.filled = now
	missing := uint64(r.burst - b.tokens) // there are never more than burst
	hi, lo := bits.Mul64(uint64(passed), uint64(r.limit))
	lo, carry := bits.Add64(lo, b.part, 0)
	hi += carry
	if hi >= uint64(r.interval) {
		*b = r.full(now) // more than any number of tokens
		return
	}
	come, part := bits.Div64(hi, lo, uint64(r.interval))
	if come >= missing {
		*b = r.full(now)
		return
	}
	b.tokens, b.part = b.tokens+int64(come), part
}

// isFull tells that the bucket is as one that has never been asked.
func (r *rate) isFull(b bucket, now int64) bool {
	r.fill(&b, now)
	return b.tokens >= r.burst
}

// until is how long it takes until there are so many tokens in a bucket that has been filled. It is rounded up.
func (r *rate) until(b *bucket, tokens int64) time.Duration {
	if b.tokens >= tokens {
		return 0
	}
	hi, lo := bits.Mul64(uint64(tokens-b.tokens), uint64(r.interval))
	lo, borrow := bits.Sub64(lo, b.part, 0)
	hi -= borrow
	lo, carry := bits.Add64(lo, uint64(r.limit-1), 0)
	hi += carry
	if hi >= uint64(r.limit) {
		return math.MaxInt64
	}
	wait, _ := bits.Div64(hi, lo, uint64(r.limit))
	return time.Duration(min(wait, math.MaxInt64))
}
