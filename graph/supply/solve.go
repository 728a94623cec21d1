package supply

import (
	"slices"
	"strings"
)

// maxSteps bounds the search of one position. Real positions need as many steps as they have wanted fields; only many
// suppliers that compete for many fields come near.
const maxSteps = 20_000

// Problem asks which suppliers have to run so that every wanted item is at hand.
type Problem struct {
	// Wanted are the paths to obtain.
	Wanted []Path
	// AtHand tells whether a path is given already.
	AtHand func(Path) bool
	// Suppliers lists the suppliers that may give a path, in order of preference. The Problem's owner decides which suppliers are
	// allowed.
	Suppliers func(Path) []*Supplier
	// Gives tells whether a supplier gives a path.
	Gives func(*Supplier, Path) bool
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

// Solve finds the cheapest solution. Wanted paths that cannot be obtained at all are reported and left out.
func Solve(p Problem) Solution {
	s := solver{problem: p}
	var open, lost []Path
	for _, w := range p.Wanted {
		switch {
		case p.AtHand(w):
		case s.obtainable(w):
			open = append(open, w)
		default:
			lost = append(lost, w)
		}
	}
	s.search(nil, open)
	return Solution{Suppliers: s.best, Unsupplied: lost}
}

type solver struct {
	problem  Problem
	steps    int
	best     []*Supplier
	bestCost cost
	found    bool
	can      map[string]bool
}

// cost orders solutions: fewer stages, then fewer calls, then fewer suppliers.
type cost struct{ stages, calls, suppliers int }

func (c cost) less(d cost) bool {
	if c.stages != d.stages {
		return c.stages < d.stages
	}
	if c.calls != d.calls {
		return c.calls < d.calls
	}
	return c.suppliers < d.suppliers
}

// obtainable tells whether a path can be obtained at all. It is a forward closure, so that cycles of needs do not count.
func (s *solver) obtainable(w Path) bool {
	if s.can == nil {
		s.can = map[string]bool{}
	}
	key := strings.Join(w, ".")
	if known, ok := s.can[key]; ok {
		return known
	}
	ok := s.reach(w, map[string]bool{})
	s.can[key] = ok
	return ok
}

func (s *solver) reach(w Path, visiting map[string]bool) bool {
	if s.problem.AtHand(w) {
		return true
	}
	key := strings.Join(w, ".")
	if visiting[key] || len(visiting) > 64 {
		return false
	}
	visiting[key] = true
	defer delete(visiting, key)
	for _, c := range s.problem.Suppliers(w) {
		if !slices.ContainsFunc(c.Needs, func(n Path) bool { return !s.reach(n, visiting) }) {
			return true
		}
	}
	return false
}

// search extends the chosen suppliers until nothing is open. Every branch adds one supplier.
func (s *solver) search(chosen []*Supplier, open []Path) {
	s.steps++
	if s.steps > maxSteps && s.found {
		return
	}
	if len(open) == 0 {
		s.offer(chosen)
		return
	}
	if s.found && s.bound(chosen).stages > 0 && s.bestCost.less(s.bound(chosen)) {
		return
	}
	item := s.tightest(open)
	for _, c := range s.problem.Suppliers(open[item]) {
		if slices.Contains(chosen, c) || slices.ContainsFunc(c.Needs, func(n Path) bool { return !s.obtainable(n) }) {
			continue
		}
		s.search(append(slices.Clip(chosen), c), s.remaining(chosen, c, open))
		if s.steps > maxSteps && s.found {
			return
		}
	}
}

// bound is a cost that no extension of the chosen suppliers can undercut in calls: stages are not known before the end.
func (s *solver) bound(chosen []*Supplier) cost {
	if s.bestCost.stages > 1 {
		return cost{} // a solution with fewer stages may still cost more calls
	}
	c := cost{stages: 1, suppliers: len(chosen)}
	for _, x := range chosen {
		c.calls += s.problem.Calls(x)
	}
	return c
}

// tightest picks the open item with the fewest suppliers: it branches least.
func (s *solver) tightest(open []Path) int {
	best, fewest := 0, int(^uint(0)>>1)
	for i, p := range open {
		if n := len(s.problem.Suppliers(p)); n < fewest {
			best, fewest = i, n
		}
		if fewest <= 1 {
			break
		}
	}
	return best
}

// remaining is what stays open once c is chosen, too.
func (s *solver) remaining(chosen []*Supplier, c *Supplier, open []Path) []Path {
	var out []Path
	for _, p := range open {
		if !s.problem.Gives(c, p) {
			out = append(out, p)
		}
	}
	for _, n := range c.Needs {
		given := s.problem.AtHand(n) ||
			slices.ContainsFunc(chosen, func(x *Supplier) bool { return s.problem.Gives(x, n) }) ||
			slices.ContainsFunc(out, func(p Path) bool { return slices.Equal(p, n) })
		if !given {
			out = append(out, n)
		}
	}
	return out
}

// offer orders the chosen suppliers by stages and keeps them if they are cheaper than the best so far.
func (s *solver) offer(chosen []*Supplier) {
	ordered, stages, ok := s.order(chosen)
	if !ok {
		return
	}
	c := cost{stages: stages, suppliers: len(chosen)}
	for _, x := range chosen {
		c.calls += s.problem.Calls(x)
	}
	if !s.found || c.less(s.bestCost) {
		s.best, s.bestCost, s.found = ordered, c, true
	}
}

// order sorts suppliers into stages; it fails when they wait for each other.
func (s *solver) order(chosen []*Supplier) (ordered []*Supplier, stages int, ok bool) {
	left := slices.Clone(chosen)
	for len(left) > 0 {
		var now, later []*Supplier
		for _, c := range left {
			ready := !slices.ContainsFunc(c.Needs, func(n Path) bool {
				return !s.problem.AtHand(n) && !slices.ContainsFunc(ordered, func(x *Supplier) bool { return s.problem.Gives(x, n) })
			})
			if ready {
				now = append(now, c)
			} else {
				later = append(later, c)
			}
		}
		if len(now) == 0 {
			return nil, 0, false
		}
		ordered = append(ordered, now...)
		left = later
		stages++
	}
	return ordered, stages, true
}
