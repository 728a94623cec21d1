package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/plan"
)

// waits returns everything that a fetch waits for, directly or not.
func waits(p *plan.Plan, id plan.FetchID) []plan.FetchID {
	var out []plan.FetchID
	for _, a := range p.Fetches[id].After {
		out = append(out, a)
		out = append(out, waits(p, a)...)
	}
	return out
}

// Root fields of a mutation run one after another ([GraphQL] 6.2.2): the calls of one wait for every call below those before it,
// and share none with them.
func TestRootFieldsOfAMutationFormBarriers(t *testing.T) {
	t.Parallel()
	p := planned(t, blog(t), `mutation {
		one: like(id: 1) { likes author { name group { name } posts { title } } }
		two: like(id: 1) { likes author { name } }
		three: like(id: 2) { id }
	}`, nil)
	var roots []plan.FetchID
	for i := range p.Fetches {
		if p.Fetches[i].On == 0 {
			roots = append(roots, p.Fetches[i].ID)
		}
	}
	if len(roots) != 3 {
		t.Fatalf("%d root fetches\n%s", len(roots), p.AppendText(nil))
	}
	root := func(id plan.FetchID) plan.FetchID {
		all := append(waits(p, id), id)
		slices.Sort(all)
		return slices.MaxFunc(all, func(a, b plan.FetchID) int {
			return slices.Index(roots, a) - slices.Index(roots, b)
		})
	}
	users := map[plan.LoaderID]plan.FetchID{}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		mine := root(f.ID)
		for j := range p.Fetches {
			if other := &p.Fetches[j]; root(other.ID) < mine && !slices.Contains(waits(p, f.ID), other.ID) {
				t.Errorf("fetch %d does not wait for fetch %d of an earlier field\n%s", f.ID.Number(), other.ID.Number(), p.AppendText(nil))
			}
		}
		if known, ok := users[f.Loader]; ok && known != mine {
			t.Errorf("fetch %d shares a loader with another root field", f.ID.Number())
		}
		users[f.Loader] = mine
	}
}

// A plan's fetches are numbered so that each comes after those that it waits for, and every stage holds what the one before made
// possible.
func TestStagesFollowFromWhatFetchesWaitFor(t *testing.T) {
	t.Parallel()
	g := blog(t)
	for _, query := range []string{
		`{ posts { title author { name group { name } badge } } top { likes } me { posts { author { group { id name } } } } }`,
		`mutation { one: like(id: 1) { likes author { group { name } } } two: like(id: 2) { author { badge } } }`,
		`{ feed { ... on Post { likes author { posts { likes } } } ... on Note { author { group { name } } } } user(id: 3) { badge } }`,
	} {
		p := planned(t, g, query, nil)
		stage := map[plan.FetchID]int{}
		for i, ids := range p.Stages {
			for _, id := range ids {
				stage[id] = i
			}
		}
		if len(stage) != len(p.Fetches) {
			t.Errorf("%d fetches are in stages, there are %d", len(stage), len(p.Fetches))
		}
		for i := range p.Fetches {
			f := &p.Fetches[i]
			want := 0
			for _, a := range f.After {
				want = max(want, stage[a]+1)
				if a >= f.ID {
					t.Errorf("fetch %d comes before fetch %d, for which it waits", f.ID.Number(), a.Number())
				}
			}
			if stage[f.ID] != want {
				t.Errorf("fetch %d is in stage %d, could be in %d", f.ID.Number(), stage[f.ID], want)
			}
		}
	}
}

func TestPlansAreDeterministic(t *testing.T) {
	t.Parallel()
	const query = `{ feed { __typename ... on Post { title likes author { name badge } } ... on Note { author { group { name } } } } me { name } }`
	first := planned(t, blog(t), query, nil)
	for range 20 {
		again := planned(t, blog(t), query, nil)
		if a, b := string(first.AppendJSON(nil)), string(again.AppendJSON(nil)); a != b {
			t.Fatalf("two plans of one query:\n%s\n%s", a, b)
		}
	}
}

// wide is a query of about n fields on several levels, half of them below type conditions.
func wide(n int) string {
	var b strings.Builder
	b.WriteString("{ ")
	for i := range n / 20 {
		fmt.Fprintf(&b, `
			p%[1]d: posts { id title likes author { id name group { id name } badge } }
			f%[1]d: feed { __typename ... on Post { id title likes author { name } } ... on Note { id text author { name } } }`, i)
	}
	b.WriteString(" }")
	return b.String()
}

// BenchmarkPlanningCold plans an operation of 200 fields, which a server does once for each query document.
func BenchmarkPlanningCold(b *testing.B) {
	g := blog(b)
	doc, planner := validated(b, g, wide(200)), plan.NewPlanner(g)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := planner.Plan(doc, nil, 0); err != nil {
			b.Fatal(err)
		}
	}
}
