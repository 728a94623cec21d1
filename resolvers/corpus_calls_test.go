package resolvers_test

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/plan"
)

// checkPrediction holds the plan to what it says of its calls, in all and of each loader. Failures may only make fewer of them.
func checkPrediction(t *testing.T, p *plan.Plan, calls []seenCall, failed bool) {
	t.Helper()
	if n := len(calls); !isWithin(n, p.Calls, failed) {
		t.Errorf("%d calls were made, %s were predicted", n, p.Calls)
	}
	made := map[plan.LoaderID]int{}
	for _, call := range calls {
		made[plan.LoaderID(call.loader)]++
	}
	predicted := map[plan.LoaderID]plan.Range{}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		sum := predicted[f.Loader]
		if sum.Max == plan.Unbounded || f.Calls.Max == plan.Unbounded {
			sum.Max = plan.Unbounded
		} else {
			sum.Max += f.Calls.Max
		}
		predicted[f.Loader] = sum // keys that another fetch has asked for are not asked again: there is no lower bound
	}
	for loader, sum := range predicted {
		if n := made[loader]; !isWithin(n, sum, failed) {
			t.Errorf("%d calls were made for %s, at most %d were predicted", n, p.Loaders[loader].Coordinate, sum.Max)
		}
	}
}

func isWithin(calls int, r plan.Range, failed bool) bool {
	return (r.Max == plan.Unbounded || calls <= r.Max) && (calls >= r.Min || failed)
}

// checkOrder holds the calls to the plan's order: a fetch starts when those that it waits for have been answered. Loaders that
// several fetches share are left out, since their calls cannot be told apart.
func checkOrder(t *testing.T, p *plan.Plan, calls []seenCall) {
	t.Helper()
	uses := map[plan.LoaderID]int{}
	for i := range p.Fetches {
		uses[p.Fetches[i].Loader]++
	}
	first, last := map[plan.LoaderID]int{}, map[plan.LoaderID]int{}
	for i, call := range calls {
		id := plan.LoaderID(call.loader)
		if _, ok := first[id]; !ok {
			first[id] = i
		}
		last[id] = i
	}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		began, called := first[f.Loader]
		for _, a := range f.After {
			before := p.Fetches[a].Loader
			if ended, ok := last[before]; called && ok && uses[f.Loader] == 1 && uses[before] == 1 && ended > began {
				t.Errorf("fetch %d did not wait for %d", f.ID.Number(), a.Number())
			}
		}
	}
}

// callsText lists calls by the first stage in which their loader runs, and in the order of their texts where they are
// concurrent.
func callsText(p *plan.Plan, calls []seenCall) string {
	if len(calls) == 0 {
		return "none\n"
	}
	stages := map[int]int{}
	for i, stage := range slices.Backward(p.Stages) {
		for _, fetch := range stage {
			stages[int(p.Fetches[fetch].Loader)] = i
		}
	}
	sort.SliceStable(calls, func(i, j int) bool {
		a, b := calls[i], calls[j]
		switch {
		case stages[a.loader] != stages[b.loader]:
			return stages[a.loader] < stages[b.loader]
		case a.loader != b.loader:
			return a.loader < b.loader
		default:
			return a.text < b.text
		}
	})
	var b strings.Builder
	for _, call := range calls {
		b.WriteString(call.text)
	}
	return b.String()
}

// seen returns the calls so far.
func (b *backend) seen() []seenCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.calls)
}
