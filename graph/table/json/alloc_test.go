//go:build !race

package json_test

import (
	"testing"

	"github.com/weftgraph/weft/graph/table"
)

// The race detector makes pools forget things, so that what is counted here would be its doing.

// TestScanAllocatesForTablesAndNotForRows needs the collector's and other tests' allocations out of the way.
func TestScanAllocatesForTablesAndNotForRows(t *testing.T) {
	shape := usersShape()
	_, program := compile(t, usersMapping, shape)
	for _, c := range []struct {
		rows   int
		budget float64
	}{
		// The table, its levels, the builder, and per level two slices that grow by guess.
		{1, 10}, {100, 16}, {1000, 24}, {10000, 32},
	} {
		body := users(c.rows)
		got := testing.AllocsPerRun(20, func() {
			b := table.NewBuilder(shape, body)
			if err := program.Scan(b); err != nil {
				t.Fatal(err)
			}
		})
		if got > c.budget {
			t.Errorf("%d rows: %.0f allocations, the budget is %.0f", c.rows, got, c.budget)
		}
	}
}
