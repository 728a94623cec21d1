package graph_test

import (
	"testing"

	"github.com/weftgraph/weft/graph"
)

// BenchmarkBegin measures what a request pays before anything is executed, when its document and plan are remembered.
func BenchmarkBegin(b *testing.B) {
	g := newGeneration(b, graph.Limits{}, nil)
	q := graph.Query{
		Text:      `query($id: ID!, $with: Boolean!, $f: Filter) { user(id: $id, filter: $f) { id name @include(if: $with) friends { id } } }`,
		Variables: object(b, `{"id":1,"with":true,"f":{"max":3,"tags":["a","b"]}}`),
	}
	b.ReportAllocs()
	for b.Loop() {
		run, errs := g.Begin(q)
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		run.Close()
	}
}

// BenchmarkPrepare measures parsing and validation of a document that is not remembered.
func BenchmarkPrepare(b *testing.B) {
	g := newGeneration(b, graph.Limits{}, nil)
	const invalid = `{ user(id: 1) { id name friends { id } x } }` // and therefore never remembered
	b.ReportAllocs()
	for b.Loop() {
		if _, errs := g.Prepare(invalid); len(errs) == 0 {
			b.Fatal("no error")
		}
	}
}
