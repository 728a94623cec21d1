package supply_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/supply"
)

// offer is a supplier as the tests write it: "search: name -> id, city @10" needs the name, gives two paths and costs ten calls.
type offer struct {
	name         string
	needs, gives []string
	calls        int
}

func readOffer(tb testing.TB, line string) offer {
	tb.Helper()
	o := offer{calls: 1}
	name, rest, _ := strings.Cut(line, ":")
	rest, calls, hasCalls := strings.Cut(rest, "@")
	if hasCalls {
		if _, err := fmt.Sscan(calls, &o.calls); err != nil {
			tb.Fatalf("%q: %v", line, err)
		}
	}
	needs, gives, _ := strings.Cut(rest, "->")
	o.name, o.needs, o.gives = strings.TrimSpace(name), words(needs), words(gives)
	return o
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
}

// solved is a solution by the suppliers' names.
type solved struct {
	suppliers  []string
	unsupplied []string
}

// solve runs Solve on offers; atHand and wanted are lists of dotted paths.
func solve(offers []offer, atHand, wanted string) solved {
	suppliers := make([]*supply.Supplier, len(offers))
	byID := map[supply.SupplierID]offer{}
	for i, o := range offers {
		s := &supply.Supplier{ID: supply.SupplierID(i + 1)}
		for _, n := range o.needs {
			s.Needs = append(s.Needs, strings.Split(n, "."))
		}
		suppliers[i], byID[s.ID] = s, o
	}
	gives := func(s *supply.Supplier, p supply.Path) bool {
		return slices.Contains(byID[s.ID].gives, strings.Join(p, "."))
	}
	problem := supply.Problem{
		AtHand: func(p supply.Path) bool { return slices.Contains(words(atHand), strings.Join(p, ".")) },
		Suppliers: func(p supply.Path) (out []*supply.Supplier) {
			for _, s := range suppliers {
				if gives(s, p) {
					out = append(out, s)
				}
			}
			return out
		},
		Calls: func(s *supply.Supplier) int { return byID[s.ID].calls },
	}
	for _, w := range words(wanted) {
		problem.Wanted = append(problem.Wanted, strings.Split(w, "."))
	}
	solution := supply.Solve(problem)
	var out solved
	for _, s := range solution.Suppliers {
		out.suppliers = append(out.suppliers, byID[s.ID].name)
	}
	for _, p := range solution.Unsupplied {
		out.unsupplied = append(out.unsupplied, strings.Join(p, "."))
	}
	return out
}

func TestSolveFindsTheCheapestClosure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		offers     []string
		atHand     string
		wanted     string
		want       string
		unsupplied string
	}{
		{"what is at hand needs nobody", []string{"a: id -> name"}, "id name", "id name", "", ""},
		{"one supplier for several fields", []string{"a: id -> name", "b: id -> name city"}, "id", "name city", "b", ""},
		{"nobody who gives nothing new", []string{"a: id -> name", "b: id -> city"}, "id name", "city", "b", ""},
		{"fewer calls among equals", []string{"slow: id -> name @10", "fast: id -> name @1"}, "id", "name", "fast", ""},
		{"the first where nothing differs", []string{"a: id -> name", "b: id -> name"}, "id", "name", "a", ""},
		{"fewer stages before fewer calls", []string{"far: id -> key", "near: id -> name @50", "last: key -> name"}, "id", "name", "near", ""},
		{"fewer calls before fewer suppliers", []string{"both: id -> a b @3", "a: id -> a", "b: id -> b"}, "id", "a b", "a b", ""},
		{"a greedy first step is taken back", []string{"most: id -> a b c @5", "ab: id -> a b", "cd: id -> c d"}, "id", "a b c d", "cd ab", ""},
		{"a hop over a key", []string{"c: sku -> name", "a: id -> sku"}, "id", "name", "a c", ""},
		{"a chain of hops", []string{"d: k3 -> name", "b: k1 -> k2", "c: k2 -> k3", "a: id -> k1"}, "id", "name", "a b c d", ""},
		{"two keys from two places", []string{"c: x y -> name", "a: id -> x", "b: id -> y"}, "id", "name", "a b c", ""},
		{"a hop serves two", []string{"a: id -> k", "b: k -> name", "c: k -> city"}, "id", "name city", "a b c", ""},
		{"the hop that gives a field, too", []string{"a: id -> k", "x: id -> k city", "b: k -> name"}, "id", "name city", "x b", ""},
		{"nested keys", []string{"a: org.id -> name"}, "org.id", "name", "a", ""},
		{"a nested key is not its parent", []string{"a: org.id -> name"}, "org", "name", "", "name"},
		{"a cycle is no solution", []string{"a: y -> x", "b: x -> y"}, "id", "x", "", "x"},
		{"a supplier that needs what it gives", []string{"a: x -> x"}, "id", "x", "", "x"},
		{"a way out of a cycle", []string{"a: y -> x", "b: x -> y", "c: id -> y"}, "id", "x", "c a", ""},
		{"a longer cycle", []string{"a: z -> x", "b: x -> y", "c: y -> z", "d: q -> z"}, "id", "x y z", "", "x y z"},
		{"two that wait for each other", []string{"a: p -> q r", "b: q -> p s", "c: id -> q @9"}, "id", "r s", "c b a", ""},
		{"nobody supplies it", nil, "id", "name", "", "name"},
		{"the rest is supplied", []string{"a: id -> name"}, "id", "name nope", "a", "nope"},
		{"a key that nobody supplies", []string{"a: key -> name", "b: id -> city"}, "id", "name city", "b", "name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var offers []offer
			for _, line := range tt.offers {
				offers = append(offers, readOffer(t, line))
			}
			got := solve(offers, tt.atHand, tt.wanted)
			want := solved{suppliers: strings.Fields(tt.want), unsupplied: strings.Fields(tt.unsupplied)}
			if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Every solution is one: each supplier's needs are there before it runs, everything wanted is there in the end but for what cannot be
// had at all, and nobody runs for nothing. Compared with trying every subset, no solution is cheaper.
func TestSolutionsOfRandomProblemsAreRightAndCheapest(t *testing.T) {
	t.Parallel()
	const rounds = 3_000
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := randomProblem(r)
		got := solve(p.offers, "k0", strings.Join(p.wanted, " "))
		have, cost, err := p.run(got.suppliers)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, p)
		}
		reachable := p.closure()
		for _, w := range p.wanted {
			if isLost := slices.Contains(got.unsupplied, w); isLost == reachable[w] || have[w] == isLost {
				t.Fatalf("seed %d: %s is reachable: %t, reported: %t, there: %t\n%s", seed, w, reachable[w], isLost, have[w], p)
			}
		}
		if best := p.cheapest(reachable); cost != best {
			t.Fatalf("seed %d: %v costs %v, the cheapest %v\n%s", seed, got.suppliers, cost, best, p)
		}
	}
}

// puzzle is a random problem with the key k0 at hand.
type puzzle struct {
	offers []offer
	wanted []string
}

func randomProblem(r *rand.Rand) puzzle {
	var p puzzle
	items := make([]string, 2+r.IntN(5))
	for i := range items {
		items[i] = fmt.Sprintf("k%d", i)
	}
	pick := func(n int) []string {
		var out []string
		for range n {
			if k := items[r.IntN(len(items))]; !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
		return out
	}
	for i := range 1 + r.IntN(8) {
		p.offers = append(p.offers, offer{
			name: fmt.Sprintf("s%d", i), needs: pick(r.IntN(3)), gives: pick(1 + r.IntN(3)), calls: 1 + r.IntN(4),
		})
	}
	p.wanted = pick(1 + r.IntN(4))
	return p
}

func (p puzzle) String() string {
	var b strings.Builder
	for _, o := range p.offers {
		fmt.Fprintf(&b, "%s: %v -> %v @%d\n", o.name, o.needs, o.gives, o.calls)
	}
	fmt.Fprintf(&b, "wanted: %v", p.wanted)
	return b.String()
}

func (p puzzle) offer(name string) offer {
	return p.offers[slices.IndexFunc(p.offers, func(o offer) bool { return o.name == name })]
}

// run carries a solution out, as many suppliers in each stage as are ready.
func (p puzzle) run(names []string) (have map[string]bool, cost [3]int, err error) {
	have = map[string]bool{"k0": true}
	left := slices.Clone(names)
	order := 0
	for stage := 1; len(left) > 0; stage++ {
		var now, later []string
		for _, name := range left {
			if slices.ContainsFunc(p.offer(name).needs, func(n string) bool { return !have[n] }) {
				later = append(later, name)
			} else {
				now = append(now, name)
			}
		}
		if len(now) == 0 {
			return nil, cost, fmt.Errorf("%v never get ready", later)
		}
		for _, name := range now {
			if names[order] != name {
				return nil, cost, fmt.Errorf("%v is not in the order of stages", names)
			}
			order++
			cost[1] += p.offer(name).calls
			cost[2]++
			for _, g := range p.offer(name).gives {
				have[g] = true
			}
		}
		cost[0], left = stage, later
	}
	return have, cost, nil
}

// closure is what can be had at all.
func (p puzzle) closure() map[string]bool {
	have := map[string]bool{"k0": true}
	for again := true; again; {
		again = false
		for _, o := range p.offers {
			if slices.ContainsFunc(o.needs, func(n string) bool { return !have[n] }) {
				continue
			}
			for _, g := range o.gives {
				again = again || !have[g]
				have[g] = true
			}
		}
	}
	return have
}

// cheapest tries every subset of the suppliers and returns the least cost: stages, calls, suppliers.
func (p puzzle) cheapest(reachable map[string]bool) [3]int {
	best := [3]int{1 << 30}
	for subset := range 1 << len(p.offers) {
		var names []string
		for i, o := range p.offers {
			if subset>>i&1 == 1 {
				names = append(names, o.name)
			}
		}
		have, cost, err := p.run(p.ordered(names))
		if err != nil {
			continue
		}
		if !slices.ContainsFunc(p.wanted, func(w string) bool { return reachable[w] && !have[w] }) && slices.Compare(cost[:], best[:]) < 0 {
			best = cost
		}
	}
	return best
}

// ordered puts suppliers into the order of stages; those that never get ready come last.
func (p puzzle) ordered(names []string) []string {
	have := map[string]bool{"k0": true}
	var out []string
	for {
		var now []string
		for _, name := range names {
			if !slices.Contains(out, name) && !slices.ContainsFunc(p.offer(name).needs, func(n string) bool { return !have[n] }) {
				now = append(now, name)
			}
		}
		if len(now) == 0 {
			break
		}
		for _, name := range now {
			out = append(out, name)
			for _, g := range p.offer(name).gives {
				have[g] = true
			}
		}
	}
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// With very many competitors the search stops at a bound and the answer is still a solution.
func TestSearchAmongManyCompetitorsEnds(t *testing.T) {
	t.Parallel()
	var p puzzle
	for i := range 30 {
		field := fmt.Sprintf("f%d", i)
		p.wanted = append(p.wanted, field)
		for j := range 30 {
			p.offers = append(p.offers, offer{
				name: fmt.Sprintf("s%d_%d", i, j), needs: []string{"k0"}, gives: []string{field, fmt.Sprintf("f%d", (i+j)%30)}, calls: 1 + (i*j)%7,
			})
		}
	}
	got := solve(p.offers, "k0", strings.Join(p.wanted, " "))
	have, _, err := p.run(got.suppliers)
	if err != nil || len(got.unsupplied) > 0 {
		t.Fatalf("%v, unsupplied %v", err, got.unsupplied)
	}
	for _, w := range p.wanted {
		if !have[w] {
			t.Errorf("%s is not there", w)
		}
	}
}

// A long chain of hops, and rings of suppliers around it, are followed to their end.
func TestLongChainsOfHopsAreFollowed(t *testing.T) {
	t.Parallel()
	const hops = 40
	var offers []offer
	for i := range hops {
		offers = append(offers, readOffer(t, fmt.Sprintf("s%d: k%d -> k%d", i, i, i+1)), readOffer(t, fmt.Sprintf("back%d: k%d -> k%d", i, i+1, i)))
	}
	got := solve(offers, "k0", fmt.Sprintf("k%d", hops))
	if len(got.suppliers) != hops || len(got.unsupplied) > 0 || got.suppliers[0] != "s0" {
		t.Errorf("got %+v", got)
	}
}
