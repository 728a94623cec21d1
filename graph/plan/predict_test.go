package plan_test

import (
	"testing"

	"github.com/weftgraph/weft/graph/plan"
)

func TestPredictionBoundsTheCalls(t *testing.T) {
	t.Parallel()
	g := blog(t)
	for _, tt := range []struct {
		name, query string
		// fetches are the predictions of the fetches in their order, calls that of the plan.
		fetches []plan.Range
		calls   plan.Range
	}{
		{"a root field is one call", `{ posts { id } }`, []plan.Range{{Min: 1, Max: 1}}, plan.Range{Min: 1, Max: 1}},
		{"what is computed is no call", `{ me { id } }`, []plan.Range{{}}, plan.Range{}},
		{
			"one row is one call, or none where it may be null", `{ user(id: 1) { badge } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Min: 0, Max: 1}},
			plan.Range{Min: 1, Max: 2},
		},
		{
			"nothing bounds the calls below a list", `{ posts { likes author { badge } } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Max: plan.Unbounded}, {Max: plan.Unbounded}},
			plan.Range{Min: 1, Max: plan.Unbounded},
		},
		{
			"@listSize does: 15 posts are two batches of ten, and fifteen authors", `{ top { likes author { badge } } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Max: 2}, {Max: 15}},
			plan.Range{Min: 1, Max: 18},
		},
		{
			"a batch without a bound is one call for any number of rows", `{ posts { author { group { name } } } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Max: plan.Unbounded}, {Max: 1}},
			plan.Range{Min: 1, Max: plan.Unbounded},
		},
		{
			"some rows of a union may be of another type", `{ feed { ... on Note { author { name } } } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Max: plan.Unbounded}},
			plan.Range{Min: 1, Max: plan.Unbounded},
		},
		{
			"equal reads are predicted once", `{ a: posts { id } b: posts { title } c: posts { id } }`,
			[]plan.Range{{Min: 1, Max: 1}},
			plan.Range{Min: 1, Max: 1},
		},
		{
			"writes are never shared", `mutation { a: like(id: 1) { id } b: like(id: 1) { id } }`,
			[]plan.Range{{Min: 1, Max: 1}, {Min: 1, Max: 1}},
			plan.Range{Min: 2, Max: 2},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := planned(t, g, tt.query, nil)
			if len(p.Fetches) != len(tt.fetches) {
				t.Fatalf("%d fetches, want %d\n%s", len(p.Fetches), len(tt.fetches), p.AppendText(nil))
			}
			for i, want := range tt.fetches {
				if got := p.Fetches[i].Calls; got != want {
					t.Errorf("fetch %d: %s, want %s", i+1, got, want)
				}
			}
			if p.Calls != tt.calls {
				t.Errorf("in all %s, want %s", p.Calls, tt.calls)
			}
		})
	}
}
