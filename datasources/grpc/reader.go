package grpc

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// reader says which fields of a message are read, and under which names. What it does not mention is passed over. It is
// immutable once it is made.
type reader struct {
	message *message
	plans   []plan
	// dense finds the plan of a small field number: 1 + its index, or 0. Larger numbers are in sparse.
	dense  []int32
	sparse map[protowire.Number]int
	// oneofs are the indexes of the first plans of oneofs.
	oneofs map[int]int
}

// plan is how one field is read.
type plan struct {
	field *field
	// names are those of the object's properties; none for a member of a oneof that nobody reads, but that unsets another
	// one by its presence.
	names []string
	// zero is the value of a field that is not set; MISSING for one with presence.
	zero value.Value
	// below reads messages, also those in a list or map.
	below *reader
	// keys are the keys of a map that are read; nil for all.
	keys []string
	// oneof is the index of the first plan of the field's oneof; nothing for others.
	oneof int
}

// maxDense bounds the field numbers that are found by index.
const maxDense = 128

// add appends a plan.
func (r *reader) add(p plan) {
	f := p.field
	if !f.isList && !f.isMap && !f.hasPresence {
		p.zero = f.zero()
	}
	p.oneof = len(r.plans)
	if f.oneof != 0 {
		if first, ok := r.oneofs[f.oneof]; ok {
			p.oneof = first
		} else {
			if r.oneofs == nil {
				r.oneofs = map[int]int{}
			}
			r.oneofs[f.oneof] = p.oneof
		}
	}
	r.plans = append(r.plans, p)
	if f.number >= maxDense {
		if r.sparse == nil {
			r.sparse = map[protowire.Number]int{}
		}
		r.sparse[f.number] = len(r.plans) - 1
		return
	}
	for len(r.dense) <= int(f.number) {
		r.dense = append(r.dense, 0)
	}
	r.dense[f.number] = int32(len(r.plans))
}

// find returns the index of a field's plan, or -1.
func (r *reader) find(n protowire.Number) int {
	if int(n) < len(r.dense) {
		return int(r.dense[n]) - 1
	}
	if i, ok := r.sparse[n]; ok {
		return i
	}
	return -1
}

// newReader returns the reader of what the paths name. Properties that the message does not have are left out: they are
// MISSING to whoever reads them.
func (c *contract) newReader(m *message, paths *mapping.Paths) *reader {
	if m.form == formMessages {
		// The type is the binding's own: it is not kept among the contract's.
		r := &reader{message: m}
		r.add(plan{field: m.fields[0], names: []string{m.fields[0].jsonName}, below: c.newReader(m.row(), paths)})
		return r
	}
	if m.form != formObject || paths.Whole && len(paths.Children) == 0 {
		return c.whole(m)
	}
	r := &reader{message: m}
	oneofs := map[int]bool{}
	plans := make([]plan, len(m.fields))
	for _, child := range paths.Children {
		f := m.byName[child.Name]
		if f == nil {
			continue
		}
		p := &plans[f.index]
		p.field = f
		p.names = append(p.names, child.Name)
		oneofs[f.oneof] = true
	}
	for i, f := range m.fields {
		p := &plans[i]
		switch {
		case paths.Whole && !slices.Contains(p.names, f.jsonName):
			p.field, p.names = f, append([]string{f.jsonName}, p.names...)
		case p.field == nil && f.oneof != 0 && oneofs[f.oneof]:
			r.add(plan{field: f})
			continue
		case p.field == nil:
			continue
		}
		c.readBelow(p, pathsOf(m, f, paths))
		r.add(*p)
	}
	return r
}

// pathsOf returns what is read below a field, by whichever of its names.
func pathsOf(m *message, f *field, paths *mapping.Paths) *mapping.Paths {
	below := &mapping.Paths{Whole: paths.Whole}
	for _, child := range paths.Children {
		if m.byName[child.Name] == f {
			below = below.Merge(child.Paths)
		}
	}
	return below
}

// readBelow fills in how the messages of a field are read.
func (c *contract) readBelow(p *plan, paths *mapping.Paths) {
	f := p.field
	if !f.isMap {
		if f.message != nil {
			p.below = c.newReader(f.message, paths)
		}
		return
	}
	below := &mapping.Paths{Whole: paths.Whole}
	if !paths.Whole {
		p.keys = []string{}
	}
	for _, child := range paths.Children {
		below = below.Merge(child.Paths)
		if !paths.Whole {
			p.keys = append(p.keys, child.Name)
		}
	}
	if f.value.message != nil {
		p.below = c.newReader(f.value.message, below)
	}
}

// element is what a list or map consists of, and the field itself otherwise.
func (f *field) element() *field {
	if f.isMap {
		return f.value
	}
	return f
}

// pathsOfPicks is what a scannable selection reads, which after pruning may be less than all that it could.
func pathsOfPicks(p *mapping.Pick) *mapping.Paths {
	below := &mapping.Paths{Whole: p.Leaf}
	for _, f := range p.Fields {
		below = below.Merge(pathsOfPicks(f.Pick))
	}
	for _, inline := range p.Inline {
		below = below.Merge(pathsOfPicks(inline))
	}
	for _, name := range slices.Backward(p.Path) {
		below = &mapping.Paths{Children: []mapping.PathChild{{Name: name, Paths: below}}}
	}
	return below
}
