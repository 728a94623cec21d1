package plan

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// PartID numbers the parts of the answer: 0 is the first one, which has all that is not deferred.
type PartID uint8

// FirstPart is the part that has all that is not deferred.
const FirstPart PartID = 0

// maxParts bounds the parts of a plan. Further fragments are answered with what is around them, as if they had no @defer.
const maxParts = 64

// Number is what a part is called in printed plans: they count from 1.
func (id PartID) Number() int { return int(id) + 1 }

// PartSet is a set of parts, one bit for each.
type PartSet uint64

// Only is the set of one part.
func (id PartID) Only() PartSet { return 1 << id }

// Has tells whether a part is in the set.
func (s PartSet) Has(id PartID) bool { return s&id.Only() != 0 }

// ids are the parts of the set, in order.
func (s PartSet) ids() iter.Seq[PartID] {
	return func(yield func(PartID) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(PartID(bits.TrailingZeros64(uint64(s)))) {
				return
			}
		}
	}
}

// AtRoot is the Selection of a fragment among the operation's own fields.
const AtRoot = -1

// Deferral is one fragment with @defer at one position of the answer: the fields of its objects that nothing before it has are a part of
// their own. It is a part because they need fetches that what comes before does not wait for.
type Deferral struct {
	// Part is the fragment's part; Around is the one that the fragment stands in, which is answered before.
	Part, Around PartID
	// Label is what the client calls the fragment, or empty.
	Label string
	// Selection is the composite node whose objects have the fragment, or AtRoot; Layer holds the objects, and Tags limits them to some
	// concrete types.
	Selection int
	Layer     LayerID
	Tags      Tags
	// Fetches are those that have to be complete, in order, besides those that the parts before need.
	Fetches []FetchID
	// Path are the response keys that lead to the objects, for people.
	Path []string
}

// IsDeferred tells that the first part does not wait for a fetch.
func (p *Plan) IsDeferred(id FetchID) bool {
	return len(p.Deferrals) > 0 && !slices.Contains(p.First, id)
}

// deferral is a Deferral while it is planned, when it is not known whether it is a part.
type deferral struct {
	around    PartID
	label     string
	selection int
	layer     LayerID
	tags      Tags
}

// deferrals make the parts of the fragments of one position. Nil has none.
type deferrals struct {
	*builder
	selection int
	layer     LayerID
}

// add returns the part of a fragment with @defer: a new one, or the one around it when there are too many.
func (d *deferrals) add(directive *ast.Directive, tags tagSet, around PartID) PartID {
	if len(d.deferred) >= maxParts-1 {
		return around
	}
	x := deferral{around: around, selection: d.selection, layer: d.layer, tags: tags.orNil()}
	if a := directive.Arguments.ForName("label"); a != nil && a.Value.Kind != ast.Variable && a.Value.Kind != ast.NullValue {
		x.label = a.Value.Raw
	}
	d.deferred = append(d.deferred, x)
	return PartID(len(d.deferred))
}

// isWithin tells whether a part is another one, or in it.
func (d *deferrals) isWithin(part, other PartID) bool {
	if d == nil {
		return part == other
	}
	return d.builder.isWithin(part, other)
}

func (b *builder) isWithin(part, other PartID) bool {
	for part != other {
		if part == FirstPart {
			return false
		}
		part = b.deferred[part-1].around
	}
	return true
}

// partsOf returns the parts that have a field whose occurrences are in some parts: of two that are in each other, the outer one has it.
func (b *builder) partsOf(parts []PartID) PartSet {
	var all PartSet
	for _, id := range parts {
		all |= id.Only()
	}
	return b.outermost(all)
}

// outermost leaves out the parts that stand in others of the set.
func (b *builder) outermost(all PartSet) PartSet {
	if all.Has(FirstPart) {
		return FirstPart.Only()
	}
	if all&(all-1) == 0 {
		return all // there is one, as nearly always
	}
	out := all
	for id := range all.ids() {
		for around := b.deferred[id-1].around; around != FirstPart; around = b.deferred[around-1].around {
			if all.Has(around) {
				out &^= id.Only()
				break
			}
		}
	}
	return out
}

// divide decides which fragments with @defer are parts of their own, and which are answered with what is around them since they would not
// come later: they wait for nothing that does not have to be waited for before.
func (b *builder) divide() {
	if len(b.deferred) == 0 {
		return
	}
	d := divider{builder: b, into: make([]PartID, len(b.deferred)+1)}
	for i := range d.into {
		d.into[i] = PartID(i)
	}
	for d.joinOne() {
	}
	d.finish()
}

// divider is the state of divide.
type divider struct {
	*builder
	// into tells which part each fragment's fields are in: its own, or that of a fragment around it.
	into []PartID
	// needs are the fetches of each part.
	needs [][]bool
}

// joinOne lets one part be answered with the part around it, and tells whether there was one.
func (d *divider) joinOne() bool {
	d.measure()
	for i := range d.deferred {
		id := PartID(i + 1)
		if d.into[id] != id || !d.comesWith(id) {
			continue
		}
		for j, at := range d.into {
			if at == id {
				d.into[j] = d.around(id)
			}
		}
		return true
	}
	return false
}

// around returns the part around a part, as it is divided so far.
func (d *divider) around(id PartID) PartID { return d.into[d.deferred[id-1].around] }

// comesWith tells whether a part is complete as soon as those around it are. What is computed takes no time.
func (d *divider) comesWith(id PartID) bool {
	for f, isNeeded := range d.needs[id] {
		if isNeeded && !d.isKnown(id, FetchID(f)) && d.plan.Loaders[d.plan.Fetches[f].Loader].Source != "" {
			return false
		}
	}
	return true
}

// isKnown tells whether a part around another one waits for a fetch.
func (d *divider) isKnown(id PartID, f FetchID) bool {
	for id != FirstPart {
		id = d.around(id)
		if d.needs[id][f] {
			return true
		}
	}
	return false
}

// measure finds the fetches that each part needs, as they are divided so far.
func (d *divider) measure() {
	d.needs = make([][]bool, len(d.into))
	for i := range d.needs {
		d.needs[i] = make([]bool, len(d.plan.Fetches))
	}
	d.walk(d.plan.Output, 0)
	// Fetches are in order, so that what they wait for comes before them.
	for _, needs := range d.needs {
		for f, isNeeded := range slices.Backward(needs) {
			if !isNeeded {
				continue
			}
			for _, a := range d.plan.Fetches[f].After {
				needs[a] = true
			}
		}
	}
}

func (d *divider) walk(nodes []Node, id LayerID) {
	for i := range nodes {
		n := &nodes[i]
		n.Parts = d.joined(n.Parts)
		switch n.Kind {
		case Leaf:
			d.need(n.Parts, d.plan.Layers[id].Providers[n.Provider].Fetch)
		case Composite:
			for _, l := range n.Layers {
				layer := &d.plan.Layers[l]
				d.need(n.Parts, layer.Providers[0].Fetch)
				if layer.TypeFrom > 0 {
					d.need(n.Parts, layer.Providers[layer.TypeFrom].Fetch)
				}
			}
			d.walk(n.Nodes, n.Layers[len(n.Layers)-1])
		}
	}
}

func (d *divider) need(parts PartSet, f FetchID) {
	if f == NoFetch {
		return
	}
	for id := range parts.ids() {
		d.needs[id][f] = true
	}
}

// joined returns the parts of a node as they are divided so far.
func (d *divider) joined(parts PartSet) PartSet {
	var all PartSet
	for id := range parts.ids() {
		all |= d.into[id].Only()
	}
	return d.outermost(all)
}

// finish numbers the parts that are left, and writes them into the plan.
func (d *divider) finish() {
	d.measure()
	numbers := make([]PartID, len(d.into))
	for i := range d.deferred {
		id := PartID(i + 1)
		if d.into[id] != id {
			continue
		}
		x := &d.deferred[i]
		part := Deferral{
			Part: PartID(len(d.plan.Deferrals) + 1), Around: numbers[d.around(id)], Label: x.label,
			Selection: x.selection, Layer: x.layer, Tags: x.tags,
		}
		for f, isNeeded := range d.needs[id] {
			if isNeeded && !d.isKnown(id, FetchID(f)) {
				part.Fetches = append(part.Fetches, FetchID(f))
			}
		}
		numbers[id] = part.Part
		d.plan.Deferrals = append(d.plan.Deferrals, part)
	}
	for i := range d.into {
		d.into[i] = numbers[d.into[i]]
	}
	d.settleDenied()
	d.settle(d.plan.Output, FirstPart.Only(), nil)
	if len(d.plan.Deferrals) == 0 {
		return
	}
	for f, isNeeded := range d.needs[FirstPart] {
		if isNeeded {
			d.plan.First = append(d.plan.First, FetchID(f))
		}
	}
}

// settleDenied says which parts have each denial, and which of them tells of it: the first.
func (d *divider) settleDenied() {
	for i := range d.plan.Denied {
		x := &d.plan.Denied[i]
		var parts PartSet
		for id := range x.Parts.ids() {
			parts |= d.into[id].Only()
		}
		x.Parts = parts
		x.Part = FirstPart
		if parts != 0 {
			x.Part = PartID(bits.TrailingZeros64(uint64(parts)))
		}
	}
}

// settle gives the nodes of objects that are in some parts the numbers of the parts that are left, and returns those that anything among them
// is in.
func (d *divider) settle(nodes []Node, around PartSet, path []string) PartSet {
	var all PartSet
	for i := range nodes {
		n := &nodes[i]
		var parts PartSet
		for id := range n.Parts.ids() {
			parts |= d.into[id].Only()
		}
		n.Parts, n.IsCut = parts, parts != around
		if n.Kind == Composite {
			below := slices.Concat(path, []string{n.Key})
			for j := range d.plan.Deferrals {
				if x := &d.plan.Deferrals[j]; x.Selection == n.Selection {
					x.Path = below
				}
			}
			n.Below = d.settle(n.Nodes, n.Parts, below)
		}
		all |= n.Parts | n.Below
	}
	return all
}
