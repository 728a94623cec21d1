package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// manifestOf writes a manifest of n documents that are all different.
func manifestOf(tb testing.TB, n int) string {
	tb.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"d%d":"query Q%d($id: ID!) { a%d: user(id: $id) { id name } users { ...F } } fragment F on User { name }"`, i, i, i)
	}
	file := filepath.Join(tb.TempDir(), "manifest.json")
	if err := os.WriteFile(file, []byte("{"+b.String()[1:]+"}"), 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

// openTrusting opens a gateway with a manifest.
func openTrusting(tb testing.TB, manifest string) *server.Gateway {
	tb.Helper()
	gateway, diags := server.Open(tb.Context(), server.Definition{
		Documents: []sdl.Input{{File: "test.graphql", Text: document}}, Now: time.Unix(1, 0),
		Config: &config.Config{PersistedQueries: config.PersistedQueries{Enabled: true, Manifests: []string{manifest}}},
	})
	if gateway == nil {
		tb.Fatal(diags)
	}
	return gateway
}

func TestWorkOfLoadingGrowsWithTheManifest(t *testing.T) {
	allocs := func(n int) float64 {
		manifest := manifestOf(t, n)
		return testing.AllocsPerRun(1, func() { openTrusting(t, manifest).Close() })
	}
	if one, two := allocs(500), allocs(1000); two > 2.2*one {
		t.Errorf("%.0f allocations, and %.0f for twice the manifest", one, two)
	}
}

// BenchmarkTrustedDocuments loads a large manifest: documents are read, validated, planned and bound.
func BenchmarkTrustedDocuments(b *testing.B) {
	manifest := manifestOf(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		openTrusting(b, manifest).Close()
	}
}
