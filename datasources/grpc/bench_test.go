package grpc

import (
	"context"
	"fmt"
	"testing"

	gogrpc "google.golang.org/grpc"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// shipmentsReply has n shipments of some 120 bytes, of which two fields and the key are asked for.
func shipmentsReply(tb testing.TB, c *contract, n int) []byte {
	tb.Helper()
	entries := make([]value.Value, n)
	for i := range entries {
		entries[i] = parseValue(tb, fmt.Sprintf(`{"orderId":"order-%d","shipment":{"status":"SENT","eta":"2025-03-01","weightGrams":%d,
			"labels":{"zone":"7"},"events":["picked","packed","handed over"],"carrier":"Parcel Post International"}}`, i, 1000+i))
	}
	data, err := c.encodeMessage(c.message(descriptor(tb, c, "shipping.v1.BatchGetShipmentsResponse")),
		value.Object([]value.Field{{Name: "shipments", Value: value.Array(entries)}}))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func BenchmarkRequest(b *testing.B) {
	s := openSource(b, datasources.Settings{}, shippingSource(b), Options{})
	f := prepare(b, s, batchConnector(b), batchShape())
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			keys := make([]value.Value, n)
			for i := range keys {
				keys[i] = value.Object([]value.Field{{Name: "id", Value: value.Int(int64(i))}})
			}
			env := &mapping.Env{}
			env.Vars[mapping.Batch] = value.Array(keys)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Request(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCall(b *testing.B) {
	s := openSource(b, datasources.Settings{}, shippingSource(b), Options{})
	data := shipmentsReply(b, s.contract, 100)
	o := serveRaw(b, func(gogrpc.ServerStream) ([]byte, error) { return data, nil })
	f := prepare(b, openSource(b, datasources.Settings{}, shippingSource(b), o), batchConnector(b), batchShape())
	env := &mapping.Env{}
	env.Vars[mapping.Batch] = value.Array(nil)
	request, err := f.Request(env)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Do(context.Background(), request); err != nil { //nolint:usetesting // a benchmark's own would be checked each time
			b.Fatal(err)
		}
	}
}

func TestDecodingAllocatesLittlePerRow(t *testing.T) {
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	f := prepare(t, s, batchConnector(t), batchShape()).(*fetcher)
	allocations := func(rows int) float64 {
		data := shipmentsReply(t, s.contract, rows)
		return testing.AllocsPerRun(20, func() {
			if _, err := s.contract.decodeMessage(f.reader, data); err != nil {
				t.Fatal(err)
			}
		})
	}
	// Two objects of two allocations each, and the digits of a number.
	if few, many := allocations(100), allocations(1100); many-few > 5.1*1000 {
		t.Errorf("%v allocations for 100 rows, %v for 1100", few, many)
	}
}
