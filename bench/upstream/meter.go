package upstream

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Stats are the calls since the last reset.
type Stats struct {
	// Total is how many calls there were.
	Total int `json:"total"`
	// Waves is how often the upstream went from idle to busy: with a latency that is
	// the same for all, the number of calls that had to wait for each other.
	Waves int `json:"waves"`
	// Calls has them by route, such as "/users/{id}".
	Calls map[string]int `json:"calls"`
}

// Meter counts calls and lets each of them wait. It is safe for concurrent use.
type Meter struct {
	latency atomic.Int64 // nanoseconds

	mu       sync.Mutex
	inFlight int
	stats    Stats
}

// NewMeter returns a meter that has seen nothing and adds no latency.
func NewMeter() *Meter { return &Meter{stats: Stats{Calls: map[string]int{}}} }

// SetLatency makes every later call wait for d before it is answered.
func (m *Meter) SetLatency(d time.Duration) { m.latency.Store(int64(d)) }

// Stats returns what was counted since the last reset.
func (m *Meter) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Calls = maps.Clone(s.Calls)
	return s
}

// Reset forgets what was counted.
func (m *Meter) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats = Stats{Calls: map[string]int{}}
}

// begin counts a call and waits for the latency. Every begin has an end.
func (m *Meter) begin(route string) {
	m.mu.Lock()
	m.stats.Total++
	m.stats.Calls[route]++
	if m.inFlight == 0 {
		m.stats.Waves++
	}
	m.inFlight++
	m.mu.Unlock()
	if d := time.Duration(m.latency.Load()); d > 0 {
		<-time.After(d)
	}
}

func (m *Meter) end() {
	m.mu.Lock()
	m.inFlight--
	m.mu.Unlock()
}
