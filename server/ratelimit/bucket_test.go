package ratelimit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

// model is a bucket as one would write it down: fractions, and no shortcut.
type model struct {
	limit, burst *big.Rat
	interval     *big.Rat
	tokens       *big.Rat
	filled       int64
}

func newModel(r rate) *model {
	whole := func(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
	return &model{limit: whole(r.limit), burst: whole(r.burst), interval: whole(r.interval), tokens: whole(r.burst)}
}

func (m *model) fill(now int64) {
	if now <= m.filled {
		return
	}
	come := new(big.Rat).SetInt64(now - m.filled)
	come.Mul(come, m.limit).Quo(come, m.interval)
	if m.tokens.Add(m.tokens, come); m.tokens.Cmp(m.burst) > 0 {
		m.tokens.Set(m.burst)
	}
	m.filled = now
}

// take takes tokens, or tells the first nanosecond at which they will be there.
func (m *model) take(n int64) (ok bool, wait *big.Int) {
	want := new(big.Rat).SetInt64(n)
	if m.tokens.Cmp(want) >= 0 {
		m.tokens.Sub(m.tokens, want)
		return true, nil
	}
	missing := new(big.Rat).Sub(want, m.tokens)
	missing.Mul(missing, m.interval).Quo(missing, m.limit)
	up := new(big.Int).Add(missing.Num(), new(big.Int).Sub(missing.Denom(), big.NewInt(1)))
	return false, up.Quo(up, missing.Denom())
}

// whole is what is there of whole tokens.
func (m *model) whole() int64 {
	n := new(big.Int)
	n.Div(m.tokens.Num(), m.tokens.Denom()) // rounded down, below 0, too
	return n.Int64()
}

func TestBucketsAreExact(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		numbers := []int64{1, 2, 3, 7, 60, 1000, 999_983, 1 << 53}
		times := []int64{1, 3, 1000, int64(time.Second), int64(time.Minute), 86_399_999_999_999, math.MaxInt64}
		r := newRate(&Rule{
			Limit: numbers[random.IntN(len(numbers))], Interval: time.Duration(times[random.IntN(len(times))]),
			Burst: numbers[random.IntN(len(numbers))] * int64(random.IntN(2)),
		})
		b, m, now := r.full(0), newModel(r), int64(0)
		for step := range 200 {
			if now += random.Int64N(1 + min(times[random.IntN(len(times))], r.interval, math.MaxInt64-1)); now < 0 {
				break // the end of time
			}
			early := now - random.Int64N(3) // clocks that were read before the lock was there
			r.fill(&b, early)
			m.fill(early)
			if b.tokens != m.whole() {
				t.Fatalf("seed %d, step %d: %+v has %d tokens, want %s", seed, step, r, b.tokens, m.tokens)
			}
			n := 1 + random.Int64N(min(r.burst, 100))
			wait := r.until(&b, n)
			taken, want := m.take(n)
			if taken != (wait == 0) || !taken && want.IsInt64() && want.Int64() != int64(wait) {
				t.Fatalf("seed %d, step %d: %+v waits %d for %d of %s, want %s", seed, step, r, wait, n, m.tokens, want)
			}
			if taken {
				b.tokens -= n
			}
		}
	}
}

func TestATokenIsThereWhenItWasPromised(t *testing.T) {
	t.Parallel()
	for _, r := range []rate{{7, int64(time.Second), 7}, {1000, int64(time.Minute), 1}, {1 << 53, 1, 5}, {1, math.MaxInt64, 1}, {3, 10, 2}} {
		b := r.full(0)
		b.tokens = 0
		wait := int64(r.until(&b, 1))
		early, late := b, b
		if r.fill(&early, wait-1); wait > 1 && early.tokens >= 1 {
			t.Errorf("%+v: it is there before %d", r, wait)
		}
		if r.fill(&late, wait); late.tokens < 1 {
			t.Errorf("%+v: it is not there at %d", r, wait)
		}
	}
}
