package traffic

import "time"

// HistorySeconds is how far back a history reaches.
const HistorySeconds = 180

// history has the last seconds in a ring. The zero history is empty; its owner guards it.
type history [HistorySeconds]second

// second is what ended within one second of the clock.
type second struct {
	unix         int64
	count, fails uint32
	sum, max     time.Duration
}

// History is what happened lately, second by second.
type History struct {
	// From is the first second. The last one is complete: the second that is passing is not shown.
	From time.Time
	// Counts and Errors have one number per second, Mean and Max one latency: 0 where nothing was measured.
	Counts, Errors []int
	Mean, Max      []time.Duration
}

// at returns the second of a moment, empty when it has just begun.
func (h *history) at(unix int64) *second {
	s := &h[uint64(unix)%HistorySeconds]
	if s.unix != unix {
		*s = second{unix: unix}
	}
	return s
}

func (s *second) add(d time.Duration) {
	s.count++
	s.sum += d
	s.max = max(s.max, d)
}

// before returns the given number of seconds before now, at most as many as are kept.
func (h *history) before(now time.Time, seconds int) History {
	// One less than the ring has: the second that is passing holds a place.
	seconds = min(max(seconds, 0), HistorySeconds-1)
	first := now.Unix() - int64(seconds)
	out := History{
		From:   time.Unix(first, 0),
		Counts: make([]int, seconds),
		Errors: make([]int, seconds),
		Mean:   make([]time.Duration, seconds),
		Max:    make([]time.Duration, seconds),
	}
	for i := range seconds {
		s := h[uint64(first+int64(i))%HistorySeconds]
		if s.unix != first+int64(i) {
			continue
		}
		out.Counts[i], out.Errors[i], out.Max[i] = int(s.count), int(s.fails), s.max
		if s.count > 0 {
			out.Mean[i] = s.sum / time.Duration(s.count)
		}
	}
	return out
}
