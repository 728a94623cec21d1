//go:build !race

package soap

import (
	"encoding/xml"
	"strconv"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// The race detector makes pools forget things, so that what is counted here would be its doing.

// TestScanningAllocatesNothingForRows needs other tests' allocations out of the way.
func TestScanningAllocatesNothingForRows(t *testing.T) {
	shape := ordersShape()
	f, env := ordersSetup(ordersSelection, response.Auto).fetcher(t, shape), &mapping.Env{}
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
	// The collector may empty a pool once.
	if few, many := allocations(100), allocations(1000); many > few+1 || many > fixed {
		t.Errorf("%v allocations for 100 rows, %v for 1000", few, many)
	}
}

// TestScanningIsFast guards the ratio of BenchmarkDecode, which is some 6.
func TestScanningIsFast(t *testing.T) {
	for _, rows := range []int{1, 100, 1000} {
		t.Run(strconv.Itoa(rows), func(t *testing.T) { scansFast(t, rows) }) //nolint:paralleltest // what is timed has to be alone
	}
}

func scansFast(t *testing.T, rows int) {
	t.Helper()
	const rounds, ratio = 12, 3
	shape, r := ordersShape(), ordersOf(rows)
	f, env, dst := ordersSetup(ordersSelection, response.Auto).fetcher(t, shape), &mapping.Env{}, table.NewBuilder(shape, r.Body)
	best := func(decode func() error) time.Duration {
		best := time.Hour
		for range rounds {
			begin := time.Now()
			if err := decode(); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(begin))
		}
		return best
	}
	scan := best(func() error {
		dst.Recycle(r.Body)
		_, err := f.Decode(r, env, dst)
		return err
	})
	library := best(func() error {
		var e ordersEnvelope
		return xml.Unmarshal(r.Body, &e)
	})
	if t.Logf("%v, encoding/xml %v", scan, library); library < ratio*scan {
		t.Errorf("scanning takes %v, encoding/xml %v", scan, library)
	}
}

// TestBenchmarkRepliesAreScanned keeps the benchmark honest: what it measures is a scan, with the same table as evaluating gives.
func TestBenchmarkRepliesAreScanned(t *testing.T) {
	b := bothOf(t, ordersSetup(ordersSelection, response.Auto), ordersShape())
	r := ordersOf(7)
	b.check(t, r)
	if !b.scans(r) {
		t.Error("not scanned")
	}
}
