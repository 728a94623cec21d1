// Package quota counts what each key uses in a day and in a month, and says when that is enough. Days and months are those of UTC.
//
// What is counted survives the process. A key with a quota is granted a little in advance, in the file, before anything of it is used: so a
// process that is killed has never let more through than the quota, and what was granted and not used is lost, at most a hundredth of what
// was left of the quota, and at most maxAdvance. Figures without a quota are written every flushPeriod, and lose that much.
package quota

import (
	"fmt"
	"math"
	"time"
)

// Amount is what is used, or may be.
type Amount struct {
	// Requests are operations: each one of a batch, each one over a WebSocket, a subscription once.
	Requests int64 `json:"requests,omitempty"`
	// Cost is what they were estimated to cost.
	Cost int64 `json:"cost,omitempty"`
}

func (a Amount) plus(b Amount) Amount {
	return Amount{sum(a.Requests, b.Requests), sum(a.Cost, b.Cost)}
}

func (a Amount) atLeast(b Amount) Amount {
	return Amount{max(a.Requests, b.Requests), max(a.Cost, b.Cost)}
}

// sum adds numbers that are not negative. What is beyond all numbers is the largest one.
func sum(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Quota is what a key may use. A zero field is without a limit.
type Quota struct {
	Day   Amount `json:"day,omitzero"`
	Month Amount `json:"month,omitzero"`
}

// IsZero tells that there is no limit.
func (q Quota) IsZero() bool { return q == Quota{} }

// Usage is what a key has used.
type Usage struct {
	// Day and Month are those of now, Total is everything since the figures began.
	Day, Month, Total Amount
	// Last is when it was last used; zero if it never was.
	Last time.Time
}

// Period is a day or a month.
type Period string

// The periods.
const (
	Day   Period = "day"
	Month Period = "month"
)

// Exceeded says which limit does not let something through.
type Exceeded struct {
	Period Period
	// IsCost tells that the limit is one of cost, rather than of requests.
	IsCost bool
	Limit  int64
	// Left is what the period still has.
	Left int64
	// Wait is the time until the period is over.
	Wait time.Duration
}

// Error says it to a client.
func (e *Exceeded) Error() string {
	limit := fmt.Sprintf("%d requests", e.Limit)
	if e.IsCost {
		limit = fmt.Sprintf("a cost of %d", e.Limit)
	}
	return fmt.Sprintf("The quota of the API key is %s a %s, and %d is left.", limit, e.Period, e.Left)
}
