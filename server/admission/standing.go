package admission

import (
	"strconv"
	"strings"
	"time"
)

// MaxStandings bounds the limits that one answer tells of.
const MaxStandings = 8

// maxInteger is the largest Integer that a header field may have (RFC 9651, section 3.3.1).
const maxInteger = 999_999_999_999_999

// Standing is what is left of a limit, for the fields RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-09).
type Standing struct {
	// Rule names the limit: printable ASCII without quotes and backslashes.
	Rule string
	// Policy is the rule's item of RateLimit-Policy, such as `"callers";q=1000;w=60`.
	Policy string
	// Remaining is what may be used now, Reset how long it takes until all of the limit may be used again, or, if the limit IsRefusing, until
	// it will not refuse what was asked any more.
	Remaining  int64
	Reset      time.Duration
	IsRefusing bool
}

// PolicyItem returns an item of RateLimit-Policy: so much of a unit in each window. The unit of requests is not named.
func PolicyItem(rule, unit string, quota int64, window time.Duration) string {
	item := `"` + rule + `";q=` + strconv.FormatInt(min(quota, maxInteger), 10)
	if unit != "" {
		item += `;qu="` + unit + `"`
	}
	return item + ";w=" + strconv.FormatInt(Seconds(window), 10)
}

// Seconds rounds a time up to whole seconds, as header fields have it.
func Seconds(d time.Duration) int64 {
	seconds := int64(max(d, 0) / time.Second)
	if d > 0 && d%time.Second > 0 { // not by adding to d, which may be the longest time that there is
		seconds++
	}
	return seconds
}

// Standings collect the limits that one answer tells of. The zero value is empty; a nil one collects nothing. It is used by one goroutine
// at a time.
type Standings struct {
	list [MaxStandings]Standing
	n    int
}

// Add notes how a limit stands. Of a limit that is added again the last one counts, as long as it is not better: one that refuses is worse
// than one that does not. Of more than MaxStandings those count that refuse, and then those that have least left.
func (s *Standings) Add(added Standing) {
	if s == nil {
		return
	}
	for i := range s.list[:s.n] {
		if known := &s.list[i]; known.Rule == added.Rule {
			if !known.isTighterThan(&added) {
				*known = added
			}
			return
		}
	}
	if s.n < len(s.list) {
		s.list[s.n] = added
		s.n++
		return
	}
	// What has most left says least. The one that takes its place is the last, so that the order stays that of the rules.
	loosest := 0
	for i := range s.list {
		if s.list[loosest].isTighterThan(&s.list[i]) {
			loosest = i
		}
	}
	if added.isTighterThan(&s.list[loosest]) {
		copy(s.list[loosest:], s.list[loosest+1:])
		s.list[len(s.list)-1] = added
	}
}

// isTighterThan tells that a client has to heed this limit more than another one.
func (s *Standing) isTighterThan(o *Standing) bool {
	if s.IsRefusing != o.IsRefusing {
		return s.IsRefusing
	}
	return s.Remaining < o.Remaining
}

// AddAll adds the limits of another collection.
func (s *Standings) AddAll(o *Standings) {
	for _, added := range o.list[:o.n] {
		s.Add(added)
	}
}

// IsEmpty tells that there is nothing to tell.
func (s *Standings) IsEmpty() bool { return s.n == 0 }

// Policies is the value of RateLimit-Policy, empty if there is none.
func (s *Standings) Policies() string {
	if s.n == 1 {
		return s.list[0].Policy
	}
	items := make([]string, s.n)
	for i := range items {
		items[i] = s.list[i].Policy
	}
	return strings.Join(items, ", ")
}

// Limits is the value of RateLimit, empty if there is none.
func (s *Standings) Limits() string {
	buf := make([]byte, 0, 64)
	for i := range s.list[:s.n] {
		if i > 0 {
			buf = append(buf, ", "...)
		}
		l := &s.list[i]
		buf = append(append(append(buf, '"'), l.Rule...), `";r=`...)
		buf = strconv.AppendInt(buf, min(max(l.Remaining, 0), maxInteger), 10)
		buf = strconv.AppendInt(append(buf, ";t="...), Seconds(l.Reset), 10)
	}
	return string(buf)
}
