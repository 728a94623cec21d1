package server_test

import (
	"testing"
)

// allocationBudgets are what the requests of the scenarios may allocate, from the body to the answer, the calls over the loopback
// included: about 15 % more than was measured, which is what stands beside each. Ten times the rows may cost so many more.
//
//	greet     3, for the header of the answer
//	posts    49, for one call: its context, URL and reply, and the run itself
//	rows     49 and 26 more: 100,000 rows are more than memory is kept for
//	nested   98, for two calls and ten keys, each an object for the mapping of the second call
//	distinct 92, for two calls and a variable
//	deep    388, for four calls and 120 keys
//	big     283 and 11 more, for two calls and 100 keys; its answer is then longer than buffers that are kept
func allocationBudgets() map[string]struct{ budget, growth float64 } {
	return map[string]struct{ budget, growth float64 }{
		"greet":    {4, 0},
		"posts":    {57, 2},
		"nested":   {113, 2},
		"distinct": {106, 2},
		"deep":     {446, 3},
		"big":      {325, 16},
		"rows":     {57, 32},
	}
}

// allocations counts those of one request in a process that has answered some before.
func (s scenario) allocations(t *testing.T, times int) float64 {
	t.Helper()
	client, bodies := newAsking(t, postsGateway(t, s.back(times))), s.bodies()
	asked := 0
	next := func() {
		if err := client.send(bodies[asked%len(bodies)]); err != nil {
			t.Fatal(err)
		}
		asked++
	}
	for range 2 * len(bodies) {
		next()
	}
	return testing.AllocsPerRun(30, next)
}

// What a request costs are its calls and its keys, and not its rows.
func TestAllocationsOfRequestsDoNotDependOnRows(t *testing.T) {
	// Not parallel: allocations are counted for the whole process.
	if hasRaceDetector {
		t.Skip("the race detector makes pools forget things")
	}
	const more = 10
	budgets := allocationBudgets()
	for _, s := range scenarios() {
		allowed, ok := budgets[s.name]
		if !ok {
			t.Fatalf("%s has no budget", s.name)
		}
		few, many := s.allocations(t, 1), s.allocations(t, more)
		t.Logf("%s: %.0f, and %.0f with %d times the rows", s.name, few, many, more)
		if few > allowed.budget {
			t.Errorf("%s: %.0f allocations, the budget is %.0f", s.name, few, allowed.budget)
		}
		if many-few > allowed.growth {
			t.Errorf("%s: %.0f allocations, and %.0f with %d times the rows", s.name, few, many, more)
		}
	}
}
