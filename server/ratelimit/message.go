package ratelimit

import (
	"fmt"
	"strings"
	"time"
)

// message tells a client what there was too much of. field is the one that is counted apart, if there is one.
func (r *Rule) message(field string) string {
	switch r.Unit {
	case Cost:
		return fmt.Sprintf("The operations cost too much: the rate limit %q is %d in %s.", r.Name, r.Limit, interval(r.Interval))
	case Fields:
		return fmt.Sprintf("%s too often: the rate limit %q is %d in %s.", r.selected(field), r.Name, r.Limit, interval(r.Interval))
	case Failures:
		return fmt.Sprintf("Too many requests with credentials that are no good: the rate limit %q is %d in %s.", r.Name, r.Limit, interval(r.Interval))
	default:
		return fmt.Sprintf("Too many requests: the rate limit %q is %d in %s.", r.Name, r.Limit, interval(r.Interval))
	}
}

// tooMuch tells that one operation has more than a bucket ever has.
func (r *Rule) tooMuch(tokens int64, field string) string {
	burst := newRate(r).burst
	if r.Unit == Cost {
		return fmt.Sprintf("The operation costs %d, and the rate limit %q lets %d through at once.", tokens, r.Name, burst)
	}
	return fmt.Sprintf("%s %d times, and the rate limit %q lets %d through at once.", r.selected(field), tokens, r.Name, burst)
}

// maxNamed is how many fields a message names.
const maxNamed = 3

// selected begins a sentence about the field that is counted apart, or about all that are counted together.
func (r *Rule) selected(field string) string {
	switch n := len(r.Fields); {
	case field != "":
		return field + " is selected"
	case n == 1:
		return r.Fields[0] + " is selected"
	case n > maxNamed:
		return fmt.Sprintf("%s and %d other fields are selected", r.Fields[0], n-1)
	}
	return strings.Join(r.Fields[:len(r.Fields)-1], ", ") + " and " + r.Fields[len(r.Fields)-1] + " are selected"
}

// interval writes an interval as one would say it: "1m" and not "1m0s".
func interval(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
