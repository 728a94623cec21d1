package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/plan"
)

func TestConditionsAreTheVariablesThatDecideInOrderOfUse(t *testing.T) {
	t.Parallel()
	g := blog(t)
	for _, tt := range []struct {
		name, query string
		want        []string
	}{
		{"none", `{ posts { id } }`, nil},
		{"literals decide nothing", `{ posts @skip(if: true) { id @include(if: false) } }`, nil},
		{"variables of arguments decide nothing", `query($id: ID!) { user(id: $id) { id } }`, nil},
		{"each once, in order of use", `query($a: Boolean!, $b: Boolean!) { posts @include(if: $b) { id @skip(if: $a) title @skip(if: $b) } }`, []string{"b", "a"}},
		{
			"inline fragments, spreads and what is in them", `query($a: Boolean!, $b: Boolean!, $c: Boolean!) {
				posts { ... @include(if: $c) { id } ...F @skip(if: $a) } } fragment F on Post { title @include(if: $b) }`,
			[]string{"c", "a", "b"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, plan.Conditions(validated(t, g, tt.query))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// What a condition leaves out is not in the plan: neither its calls nor the keys for them.
func TestExcludedFieldsCostNothing(t *testing.T) {
	t.Parallel()
	g := blog(t)
	const query = `query($deep: Boolean!) { posts { title author @include(if: $deep) { group { name } } } }`
	for deep, want := range map[bool]int{true: 3, false: 1} {
		p := planned(t, g, query, map[string]bool{"deep": deep})
		if len(p.Fetches) != want {
			t.Errorf("deep=%t: %d fetches, want %d\n%s", deep, len(p.Fetches), want, p.AppendText(nil))
		}
	}
	shallow := planned(t, g, query, map[string]bool{"deep": false})
	if n := len(shallow.Loaders[0].Shape.Levels[0].Members); n != 1 {
		t.Errorf("the shape has %d members for one title", n)
	}
}
