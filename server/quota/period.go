package quota

import "time"

// count is what was used in one period. Periods are numbered: days since 1970, and months since year 0.
type count struct {
	number int
	used   Amount
	// granted is what the file says may have been used, where there are limits; promised is what it is being made to say.
	granted, promised Amount
}

// calendar numbers periods of one kind.
type calendar struct {
	period Period
	// number returns that of a time in UTC, begins when a period begins.
	number func(time.Time) int
	begins func(number int) time.Time
}

const secondsOfDay = 24 * 60 * 60

func days() calendar {
	return calendar{
		period: Day,
		number: func(t time.Time) int { return int(floor(t.Unix(), secondsOfDay)) },
		begins: func(n int) time.Time { return time.Unix(int64(n)*secondsOfDay, 0).UTC() },
	}
}

func months() calendar {
	return calendar{
		period: Month,
		number: func(t time.Time) int { return t.UTC().Year()*12 + int(t.UTC().Month()) - 1 },
		begins: func(n int) time.Time { return time.Date(0, time.Month(n+1), 1, 0, 0, 0, 0, time.UTC) },
	}
}

func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// roll begins a new period if the time has one. A clock that goes back begins none: as long as it is not more than a period behind, what
// comes is counted in the later one. If it is, it was wrong before, and what was counted is taken over to the period that it shows now. So
// whoever sets a clock back gains nothing, and one that was years ahead for a moment does not lock anybody out.
func (c *count) roll(cal calendar, now time.Time) {
	switch n := cal.number(now); {
	case n > c.number:
		*c = count{number: n}
	case n < c.number-1:
		c.number = n
	}
}

// fits returns the limit that n more would exceed, or nil.
func (c *count) fits(cal calendar, limit, n Amount, now time.Time) *Exceeded {
	exceeded := Exceeded{Period: cal.period, Wait: cal.begins(c.number + 1).Sub(now)}
	switch {
	case limit.Requests > 0 && sum(c.used.Requests, n.Requests) > limit.Requests:
		exceeded.Limit, exceeded.Left = limit.Requests, max(0, limit.Requests-c.used.Requests)
	case limit.Cost > 0 && sum(c.used.Cost, n.Cost) > limit.Cost:
		exceeded.IsCost, exceeded.Limit, exceeded.Left = true, limit.Cost, max(0, limit.Cost-c.used.Cost)
	default:
		return nil
	}
	return &exceeded
}

// isGranted tells that the file allows n more.
func (c *count) isGranted(limit, n Amount) bool {
	return (limit.Requests <= 0 || sum(c.used.Requests, n.Requests) <= c.granted.Requests) &&
		(limit.Cost <= 0 || sum(c.used.Cost, n.Cost) <= c.granted.Cost)
}

// promise has the next line grant n more, and something for those that follow.
func (c *count) promise(limit, n Amount) {
	c.promised = c.promised.atLeast(Amount{
		ahead(sum(c.used.Requests, n.Requests), limit.Requests),
		ahead(sum(c.used.Cost, n.Cost), limit.Cost),
	})
}

// grant takes over what a line has promised, unless another period has begun since.
func (c *count) grant(written count) {
	if c.number == written.number {
		c.granted = c.granted.atLeast(written.promised)
	}
}

// maxAdvance is the most that is granted in advance.
const maxAdvance = 1000

// ahead returns what is to be granted when an amount is needed: that, and a hundredth of what is left then. Nothing is without a limit, since
// nobody waits for it.
func ahead(needed, limit int64) int64 {
	if limit <= 0 {
		return 0
	}
	return needed + max(0, min((limit-needed)/100, maxAdvance))
}
