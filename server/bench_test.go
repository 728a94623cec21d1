package server_test

import (
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// BenchmarkHandler measures whole requests without the network, for a graph without back ends: one whose answer is known by its bytes,
// and one that is executed.
func BenchmarkHandler(b *testing.B) {
	gateway, diags := server.Open(b.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
	})
	if gateway == nil {
		b.Fatal(diags)
	}
	b.Cleanup(gateway.Close)
	client := newAsking(b, gateway)
	for _, request := range []struct{ name, body string }{
		{"constant", `{"query":"{ __typename }"}`},
		{"executed", `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"x"}}`},
	} {
		b.Run(request.name, func(b *testing.B) {
			body := []byte(request.body)
			b.ReportAllocs()
			for b.Loop() {
				if err := client.send(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
