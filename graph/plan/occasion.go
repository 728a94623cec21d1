package plan

import (
	"fmt"
	"slices"
)

// Where some types of a position may be read and others not, nothing is withheld from rows of those that may. What is denied is told of then only
// if there are other rows.

// only does something that concerns rows of some types of the position.
func (p *position) only(tags tagSet, do func()) {
	if p.denials == nil || tags.isFull() {
		do()
		return
	}
	p.occasion = append(p.occasion, Rows{p.layer, Tags(tags)})
	do()
	p.occasion = p.occasion[:len(p.occasion)-1]
}

// addOccasion adds the present occasion to those of a denial.
func (b *builder) addOccasion(x *Denial) {
	switch {
	case len(x.Occasions) == 0: // it is told in any case
	case len(b.occasion) == 0:
		x.Occasions = nil
	default:
		if id := b.occasionID(); !slices.Contains(x.Occasions, id) {
			x.Occasions = append(x.Occasions, id)
		}
		if b.isAlways(x.Occasions) {
			x.Occasions = nil
		}
	}
}

// isAlways tells whether occasions hold together for all types of one layer: what is denied by each type is denied by all of them.
func (b *builder) isAlways(occasions []int) bool {
	all := map[LayerID]tagSet{}
	for _, id := range occasions {
		o := b.plan.Occasions[id]
		if len(o) > 1 {
			continue // it also depends on what is above
		}
		tags := tagSet(o[0].Tags)
		if before, ok := all[o[0].Layer]; ok {
			tags = tags.or(before)
		}
		if all[o[0].Layer] = tags; tags.isFull() {
			return true
		}
	}
	return false
}

// occasionID is the index of the present occasion in the plan.
func (b *builder) occasionID() int {
	key := fmt.Sprint(b.occasion)
	if id, ok := b.occasions[key]; ok {
		return id
	}
	if b.occasions == nil {
		b.occasions = map[string]int{}
	}
	id := len(b.plan.Occasions)
	b.occasions[key] = id
	rows := slices.Clone(b.occasion)
	slices.Reverse(rows)
	b.plan.Occasions = append(b.plan.Occasions, rows)
	return id
}
