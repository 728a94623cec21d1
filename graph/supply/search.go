package supply

import "slices"

// maxSteps bounds the search of one position. Real positions need as many steps as they have wanted fields; only many
// suppliers that compete for many fields come near.
const maxSteps = 20_000

// search is a solution in the making.
type search struct {
	*universe

	chosen []choice
	// open are the items that nobody chosen gives in time.
	open []need
	cost cost
}

// choice is a supplier with the stage by which it has to run at the latest.
type choice struct {
	giver

	by int
}

// need is an item with the stage after which it has to be there. What a supplier needs is due one stage before the supplier
// itself, so that following needs ends: no supplier can wait for itself.
type need struct{ item, by int }

// cost orders solutions with the same number of stages: fewer calls, then fewer suppliers.
type cost struct{ calls, suppliers int }

func (c cost) less(d cost) bool {
	if c.calls != d.calls {
		return c.calls < d.calls
	}
	return c.suppliers < d.suppliers
}

// finder goes through the solutions and keeps the cheapest.
type finder struct {
	*universe

	steps int
	found bool
	best  search
}

// extend completes a search in every way that can still be the cheapest. An open item always has a giver who can be there in time,
// so that the first way leads to a solution without a step back.
func (f *finder) extend(s search) {
	f.steps++
	if f.found && (f.steps > maxSteps || !s.cost.less(f.best.cost)) {
		return
	}
	if len(s.open) == 0 {
		f.best, f.found = s, true
		return
	}
	n := s.tightest()
	for _, g := range f.items[n.item].givers {
		if f.stageOf(g) <= n.by {
			f.extend(s.with(g, n.by))
		}
	}
}

// tightest is the open item with the fewest givers: it branches least.
func (s *search) tightest() need {
	best := s.open[0]
	for _, n := range s.open[1:] {
		if len(s.items[n.item].givers) < len(s.items[best.item].givers) {
			best = n
		}
	}
	return best
}

// with returns the search with a giver who runs by a stage. One who was chosen for a later stage is moved, at no further cost.
func (s *search) with(g giver, by int) search {
	out := search{universe: s.universe, cost: s.cost, chosen: slices.Clone(s.chosen)}
	if i := slices.IndexFunc(out.chosen, func(c choice) bool { return c.Supplier == g.Supplier }); i >= 0 {
		out.chosen[i].by = by
	} else {
		out.chosen = append(out.chosen, choice{giver: g, by: by})
		out.cost.calls += s.problem.Calls(g.Supplier)
		out.cost.suppliers++
	}
	for _, n := range s.open {
		if n.by < by || !s.gives(g.Supplier, n.item) {
			out.open = append(out.open, n)
		}
	}
	for _, i := range g.needs {
		if n := (need{i, by - 1}); !out.has(n) && !slices.Contains(out.open, n) {
			out.open = append(out.open, n)
		}
	}
	return out
}

// has tells whether an item is there in time by what is at hand or by those chosen.
func (s *search) has(n need) bool {
	return s.items[n.item].stage == 0 ||
		slices.ContainsFunc(s.chosen, func(c choice) bool { return c.by <= n.by && s.gives(c.Supplier, n.item) })
}

func (u *universe) gives(s *Supplier, item int) bool {
	return slices.ContainsFunc(u.items[item].givers, func(g giver) bool { return g.Supplier == s })
}

// ordered are the suppliers of the cheapest solution, those who can start together next to each other.
func (f *finder) ordered() []*Supplier {
	var out []*Supplier
	for left := f.best.chosen; len(left) > 0; {
		var now []*Supplier
		var later []choice
		for _, c := range left {
			isWaiting := slices.ContainsFunc(c.needs, func(n int) bool {
				return f.items[n].stage > 0 && !slices.ContainsFunc(out, func(s *Supplier) bool { return f.gives(s, n) })
			})
			if isWaiting {
				later = append(later, c)
			} else {
				now = append(now, c.Supplier)
			}
		}
		out, left = append(out, now...), later
	}
	return out
}
