//go:build !race

package grpc

import (
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// The race detector makes pools forget things, so that what is counted here would be its doing.

// TestScanningAllocatesNothingForRows needs other tests' allocations out of the way.
func TestScanningAllocatesNothingForRows(t *testing.T) {
	f, env := parcelFetcher(t, Auto), &mapping.Env{}
	allocations := func(rows int) float64 {
		r := &datasources.Reply{Body: parcels(t, rows)}
		b := table.NewBuilder(parcelShape(), r.Body)
		return testing.AllocsPerRun(20, func() {
			b.Recycle(r.Body)
			if _, err := f.Decode(r, env, b); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocations(100), allocations(1000); few != many || many > 0 {
		t.Errorf("%v allocations for 100 rows, %v for 1000", few, many)
	}
}

// TestWholeMessagesAreWrittenWithoutAllocations scans one cell of each field that is no google.protobuf.Any.
func TestWholeMessagesAreWrittenWithoutAllocations(t *testing.T) {
	c := matrix(t)
	for _, tt := range matrixCases {
		if tt.field == "any" {
			continue
		}
		data, err := encodeText(t, c, "matrix.v1.Everything", wrap(tt.field, tt.in))
		if err != nil {
			t.Fatal(err)
		}
		selection, shape := allFields(t, "Everything")
		b, dst := both(t, "Everything", selection, shape), table.NewBuilder(shape, data)
		got := testing.AllocsPerRun(5, func() {
			dst.Recycle(data)
			if !b.scan.program.scan(data, dst) {
				t.Fatal("not scanned")
			}
		})
		if got > 0 {
			t.Errorf("%s=%s: %v allocations", tt.field, tt.in, got)
		}
	}
}
