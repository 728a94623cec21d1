package supply

import "strings"

// Problem asks which suppliers have to run so that every wanted item is at hand.
type Problem struct {
	// Wanted are the paths to obtain.
	Wanted []Path
	// AtHand tells whether a path is given already.
	AtHand func(Path) bool
	// Suppliers lists the suppliers that give a path, in order of preference. The Problem's owner decides which suppliers are
	// allowed.
	Suppliers func(Path) []*Supplier
	// Calls estimates the calls that a supplier costs at this position.
	Calls func(*Supplier) int
}

// Solution is the cheapest set of suppliers that was found.
type Solution struct {
	// Suppliers are in an order in which each comes after those that it needs.
	Suppliers []*Supplier
	// Unsupplied are wanted paths that nothing supplies.
	Unsupplied []Path
}

// Solve finds the cheapest solution: the one with the fewest stages, then the fewest calls, then the fewest suppliers. Wanted paths
// that cannot be obtained at all are reported and left out.
func Solve(p Problem) Solution {
	u := newUniverse(p)
	var out Solution
	s := search{universe: u}
	stages := 0
	for _, w := range p.Wanted {
		i := u.item(w)
		switch u.items[i].stage {
		case 0:
		case never:
			out.Unsupplied = append(out.Unsupplied, w)
		default:
			s.open = append(s.open, need{item: i})
			stages = max(stages, u.items[i].stage)
		}
	}
	// Running everything that can run gives each item at its earliest stage, so that the latest of these is the least number of
	// stages. Only the calls are left to be minimised.
	for i := range s.open {
		s.open[i].by = stages
	}
	best := finder{universe: u}
	best.extend(s)
	out.Suppliers = best.ordered()
	return out
}

// never is the stage of what cannot be obtained.
const never = int(^uint(0) >> 1)

// universe are the items that can matter to a problem: those wanted, and whatever leads to them.
type universe struct {
	problem Problem
	items   []item
	byPath  map[string]int
}

// item is a path with those who give it.
type item struct {
	// stage is the earliest after which the item can be there: 0 for what is at hand.
	stage  int
	givers []giver
}

// giver is one supplier of an item.
type giver struct {
	*Supplier

	needs []int
}

// newUniverse gathers the items and works out their stages.
func newUniverse(p Problem) *universe {
	u := &universe{problem: p, byPath: map[string]int{}}
	for _, w := range p.Wanted {
		u.item(w)
	}
	// The stages are a fixed point: none lasts longer than there are items, and a cycle that nothing leads into stays at never.
	for changed := true; changed; {
		changed = false
		for i := range u.items {
			it := &u.items[i]
			for _, g := range it.givers {
				if stage := u.stageOf(g); stage < it.stage {
					it.stage, changed = stage, true
				}
			}
		}
	}
	return u
}

// item returns the number of a path, and adds it with everything that leads to it when it is new.
func (u *universe) item(p Path) int {
	key := strings.Join(p, ".")
	if i, ok := u.byPath[key]; ok {
		return i
	}
	i := len(u.items)
	u.byPath[key] = i
	u.items = append(u.items, item{stage: never})
	if u.problem.AtHand(p) {
		u.items[i].stage = 0
		return i
	}
	var givers []giver
	for _, s := range u.problem.Suppliers(p) {
		g := giver{Supplier: s, needs: make([]int, len(s.Needs))}
		for j, n := range s.Needs {
			g.needs[j] = u.item(n)
		}
		givers = append(givers, g)
	}
	u.items[i].givers = givers
	return i
}

// stageOf is the earliest stage in which a giver can run.
func (u *universe) stageOf(g giver) int {
	stage := 0
	for _, n := range g.needs {
		stage = max(stage, u.items[n].stage)
	}
	if stage == never {
		return never
	}
	return stage + 1
}
