//go:build !race

package grpc

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// soakCalls is how many calls are made to see that nothing is left of them.
const soakCalls = 10_000

// The race detector makes pools forget things, so that what is counted here would be its doing.

// TestScanningAllocatesNothingForRows needs other tests' allocations out of the way.
func TestScanningAllocatesNothingForRows(t *testing.T) {
	f, env := parcelFetcher(t, response.Auto), &mapping.Env{}
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

// TestRequestsAllocateNothingForElements counts the encoding alone: what a mapping makes is made of values. Base64 and field masks
// are decoded to texts of their own.
func TestRequestsAllocateNothingForElements(t *testing.T) {
	c := matrix(t)
	m := c.message(descriptor(t, c, "matrix.v1.Everything"))
	const element = `{"aString":"text","anInt64":"12345678901","aColor":"COLOR_RED","nested":{"aDouble":1.5,"strings":["a","b"]},` +
		`"byString":{"a":"b"},"timestamp":"2025-03-01T12:00:00Z","duration":"1.5s","int64Value":7}`
	allocations := func(elements int) float64 {
		v := parseValue(t, `{"children":[`+strings.TrimSuffix(strings.Repeat(element+",", elements), ",")+`]}`)
		return testing.AllocsPerRun(5, func() {
			if _, err := c.encodeMessage(m, v); err != nil {
				t.Fatal(err)
			}
		})
	}
	// The buffer grows.
	if few, many := allocations(10), allocations(1000); many > few+20 {
		t.Errorf("%v allocations for 10 messages, %v for 1000", few, many)
	}
}

// TestWholeMessagesAreWrittenWithoutAllocations scans one cell of each field; those with a google.protobuf.Any are decoded.
func TestWholeMessagesAreWrittenWithoutAllocations(t *testing.T) {
	c := matrix(t)
	for _, tt := range matrixCases {
		if strings.HasPrefix(tt.field, "any") {
			continue
		}
		data, err := encodeText(t, c, "matrix.v1.Everything", wrap(tt.field, tt.in))
		if err != nil {
			t.Fatal(err)
		}
		b := allOf(t, "Everything")
		dst := table.NewBuilder(b.shape, data)
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
