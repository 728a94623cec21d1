//go:build !race

package soap

import (
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// The race detector makes pools forget things, so that what is counted here would be its doing.

// TestScanningAllocatesNothingForRows needs other tests' allocations out of the way.
func TestScanningAllocatesNothingForRows(t *testing.T) {
	shape := ordersShape()
	f, env := ordersSetup(ordersSelection, Auto).fetcher(t, shape), &mapping.Env{}
	allocations := func(rows int) float64 {
		r := ordersOf(rows)
		dst := table.NewBuilder(shape, r.Body)
		return testing.AllocsPerRun(20, func() {
			dst.Recycle(r.Body)
			if _, err := f.Decode(r, env, dst); err != nil {
				t.Fatal(err)
			}
		})
	}
	const fixed = 12 // for the reply as a whole
	if few, many := allocations(100), allocations(1000); few != many || many > fixed {
		t.Errorf("%v allocations for 100 rows, %v for 1000", few, many)
	}
}

// TestBenchmarkRepliesAreScanned keeps the benchmark honest: what it measures is a scan, with the same table as evaluating gives.
func TestBenchmarkRepliesAreScanned(t *testing.T) {
	b := bothOf(t, ordersSetup(ordersSelection, Auto), ordersShape())
	r := ordersOf(7)
	b.check(t, r)
	if !b.scans(r) {
		t.Error("not scanned")
	}
}
