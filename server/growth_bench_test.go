package server_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/weftgraph/weft/server"
)

// BenchmarkGrowth measures whole requests, from the body to the answer, whose plans are known: one thing grows, the others stay as they
// are. Back ends answer over the loopback, at as little cost as can be, and that is measured with the rest.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			back := lists{"/items": {n, oneItem}}.back()
			benchmarkQuery(b, postsGateway(b, back), `{items{id sku name price stock}}`)
		})
	}
	for _, n := range []int{1, 2, 4, chainLength} {
		b.Run(fmt.Sprintf("depth=%d", n), func(b *testing.B) {
			benchmarkQuery(b, chainGateway(b), chainQuery(n))
		})
	}
	for _, n := range []int{5, 20, 80} {
		b.Run(fmt.Sprintf("fields=%d", n), func(b *testing.B) {
			gateway, query := wideGateway(b, n)
			benchmarkQuery(b, gateway, query)
		})
	}
	for _, n := range []int{1, 2, 4, 8, fanLength} {
		b.Run(fmt.Sprintf("connectors=%d", n), func(b *testing.B) {
			benchmarkQuery(b, fanGateway(b), fanQuery(n))
		})
	}
}

// benchmarkQuery measures a query that was answered before.
func benchmarkQuery(b *testing.B, gateway *server.Gateway, query string) {
	b.Helper()
	client, body := newAsking(b, gateway), bodyOf(query)
	for range 3 {
		if answer := client.ask(b, body); bytes.Contains(answer, []byte(`"errors"`)) || bytes.Contains(answer, []byte("null")) {
			b.Fatalf("%.300s", answer)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := client.send(body); err != nil {
			b.Fatal(err)
		}
	}
}
