package plan

import "slices"

// schedule works out what every fetch waits for, groups the fetches into stages, and renumbers them so that each comes after those
// that it waits for.
func (b *builder) schedule() {
	p := b.plan
	stage := make([]int, len(p.Fetches))
	for i := range p.Fetches {
		f := &p.Fetches[i]
		f.After = b.waitsFor(f)
		// A fetch is planned after those that give its keys and its parents, so that their stages are known.
		for _, a := range f.After {
			stage[i] = max(stage[i], stage[a]+1)
		}
	}
	order := make([]int, len(p.Fetches))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return stage[x] - stage[y] })
	renumber(p, order)
	for at, old := range order {
		for len(p.Stages) <= stage[old] {
			p.Stages = append(p.Stages, nil)
		}
		p.Stages[stage[old]] = append(p.Stages[stage[old]], FetchID(at))
	}
}

// waitsFor lists the fetches that make the rows of the parents' layer and its key columns, and what a mutation's order demands.
func (b *builder) waitsFor(f *Fetch) []FetchID {
	layer := &b.plan.Layers[f.On]
	out := slices.Clone(f.After)
	add := func(id FetchID) {
		if id != NoFetch && id != f.ID && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(layer.Providers) > 0 {
		add(layer.Providers[0].Fetch)
	}
	if layer.TypeFrom > 0 && len(f.Tags) > 0 {
		add(layer.Providers[layer.TypeFrom].Fetch)
	}
	for _, k := range f.Keys {
		if k.Provider >= 0 {
			add(layer.Providers[k.Provider].Fetch)
		}
	}
	slices.Sort(out)
	return out
}

// renumber puts the fetches into a new order and rewrites every reference to them.
func renumber(p *Plan, order []int) {
	at := make([]FetchID, len(order))
	fetches := make([]Fetch, len(order))
	for i, old := range order {
		at[old] = FetchID(i)
		fetches[i] = p.Fetches[old]
	}
	moved := func(id FetchID) FetchID {
		if id == NoFetch {
			return id
		}
		return at[id]
	}
	for i := range fetches {
		f := &fetches[i]
		f.ID = FetchID(i)
		for j, a := range f.After {
			f.After[j] = moved(a)
		}
		slices.Sort(f.After)
		for _, a := range f.After {
			fetches[a].Before = append(fetches[a].Before, f.ID)
		}
	}
	for i := range p.Layers {
		for j := range p.Layers[i].Providers {
			pr := &p.Layers[i].Providers[j]
			pr.Fetch = moved(pr.Fetch)
		}
	}
	p.Fetches = fetches
}
