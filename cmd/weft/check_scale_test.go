package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shopOf writes a document with some types and connectors, shaped like the documents of people: half of the connectors are lists of
// entities, the other half complete these in batches; the types that are no entities are values of theirs.
func shopOf(types, connectors int) string {
	entities := connectors / 2
	values := (types - entities) / entities
	var b strings.Builder
	b.WriteString(`extend schema
  @link(url: "https://specs.apollo.dev/connect/v0.3", import: ["@connect", "@source"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
  @source(name: "api", http: { baseURL: "http://api.test/v1", headers: [{ name: "x-tenant", value: "{$config.tenant}" }] })

type Query {
`)
	var parts strings.Builder
	for v := range values {
		fmt.Fprintf(&parts, " part%d { id name size }", v)
	}
	for i := range entities {
		fmt.Fprintf(&b, `  "Some of them."
  find%d(first: Int = 10, name: String): [T%d]
    @connect(source: "api", http: { GET: "/t%d", queryParams: "n: $args.first q: $args.name" }, selection: "$.items { id name: title }")
`, i, i, i)
	}
	b.WriteString("}\n")
	for i := range entities {
		fmt.Fprintf(&b, `type T%d @key(fields: "id")
  @connect(source: "api", http: { POST: "/t%d/_mget", body: "ids: $batch.id" }, batch: { maxSize: 50 },
    selection: "$.found { id name: title size%s }")
{
  "The id."
  id: ID!
  name: String
  size: Int
`, i, i, parts.String())
		for v := range values {
			fmt.Fprintf(&b, "  part%d: V%d_%d\n", v, i, v)
		}
		b.WriteString("}\n")
		for v := range values {
			fmt.Fprintf(&b, "type V%d_%d { id: ID! name: String size: Int }\n", i, v)
		}
	}
	return b.String()
}

// check runs `weft check` on a document and returns what it prints.
func check(tb testing.TB, file string, flags ...string) (output string, err error) {
	tb.Helper()
	var out strings.Builder
	root := newRoot()
	root.SetArgs(append([]string{"check", file}, flags...))
	root.SetOut(&out)
	root.SetErr(io.Discard)
	err = root.ExecuteContext(tb.Context())
	return out.String(), err
}

// shopFile writes a document of shopOf to a file.
func shopFile(tb testing.TB, types, connectors int) string {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "shop.graphql")
	if err := os.WriteFile(file, []byte(shopOf(types, connectors)), 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

// TestBigDocumentsAreClean keeps the benchmark honest.
func TestBigDocumentsAreClean(t *testing.T) {
	t.Parallel()
	for _, rules := range []string{"all", "connectors"} {
		output, err := check(t, shopFile(t, 50, 20), "--format", "json", "--rules", rules)
		if err != nil || output != "[]\n" {
			t.Errorf("rules %s: %v: %s", rules, err, output)
		}
	}
}

// TestWorkOfCheckGrowsWithTheDocument compares the allocations for a document and for one of twice its size.
func TestWorkOfCheckGrowsWithTheDocument(t *testing.T) {
	allocs := func(types, connectors int) float64 {
		file := shopFile(t, types, connectors)
		return testing.AllocsPerRun(1, func() {
			if output, err := check(t, file); err != nil {
				t.Fatal(err, output)
			}
		})
	}
	one, two := allocs(500, 200), allocs(1000, 400)
	if two > 2.2*one {
		t.Errorf("%.0f allocations, and %.0f for twice the document", one, two)
	}
}

// BenchmarkCheck checks documents of half and full size: the time by type must not grow.
func BenchmarkCheck(b *testing.B) {
	for _, rules := range []string{"all", "connectors"} {
		for _, size := range []struct{ types, connectors int }{{2500, 1000}, {5000, 2000}} {
			b.Run(fmt.Sprintf("rules=%s/types=%d/connectors=%d", rules, size.types, size.connectors), func(b *testing.B) {
				file := shopFile(b, size.types, size.connectors)
				b.ReportAllocs()
				for b.Loop() {
					if output, err := check(b, file, "--rules", rules); err != nil {
						b.Fatal(err, output)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size.types), "µs/type")
			})
		}
	}
}
