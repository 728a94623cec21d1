package soap

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// stockReply is a reply with n items of some 150 bytes.
func stockReply(n int) []byte {
	var b strings.Builder
	b.WriteString(`<n:getStockResponse xmlns:n="http://ws.example.com/">`)
	for i := range n {
		fmt.Fprintf(&b, "\n  <return>\n    <sku>SKU-%06d</sku>\n    <available>%d</available>\n    <data>aGVsbG8gd29ybGQ=</data>\n    <extra><note>on the shelf</note></extra>\n  </return>", i, i)
	}
	b.WriteString("\n</n:getStockResponse>")
	return []byte(wrap(b.String()))
}

func BenchmarkRequest(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			s := getStock
			s.message = "arg0: $batch.id"
			f := s.fetcher(b, anyShape())
			env := &mapping.Env{}
			env.Vars[mapping.Batch] = parseValue(b, "["+strings.Repeat(`{"id":"SKU-1"},`, n-1)+`{"id":"SKU-1"}]`)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Request(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	settings := setup{wsdl: "billing/billing.wsdl"}.settings(b)
	for b.Loop() {
		source, err := Open(b.Context(), settings)
		if err != nil {
			b.Fatal(err)
		}
		if err := source.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestUnreadRowsCostNoAllocation(t *testing.T) {
	shape := anyShape()
	s := getStock
	s.selection = "$status"
	f := s.fetcher(t, shape)
	allocations := func(rows int) float64 {
		reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{}, Body: stockReply(rows)}
		return testing.AllocsPerRun(20, func() {
			if _, err := decode(f, shape, reply, &mapping.Env{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocations(1), allocations(1000); many > few+2 {
		t.Errorf("%v allocations for 1 row, %v for 1000", few, many)
	}
}
