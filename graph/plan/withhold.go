package plan

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
)

// What the caller may not read is not an error of any back end: nothing is fetched for it. Neither is anything fetched for an object that is null
// whatever the back ends say, because a field of it that may not be null may not be read. Where it matters whether an object exists, since its
// unreadable fields may be null, that is found out.

// maxDenied bounds the paths that a plan names; MoreDenied counts the rest. Of those that are told of on some occasion, more are named: who does
// not see the types that are denied must not learn of them by a number.
const (
	maxDenied     = 100
	maxOccasional = 1000
)

// withholding is the state of what is done with denials.
type withholding struct {
	// path leads to the fields that are being planned.
	path []string
	// isUnsupplied tells that they are below a field that nobody supplies: there are no objects of any type.
	isUnsupplied bool
	// occasion is what has to be there to tell of them, innermost last.
	occasion Occasion
	// occasions has the index in Plan.Occasions.
	occasions map[string]int
	// told has the index in Plan.Denied by path, -1 for those that are only counted.
	told map[string]int
	// voids remembers whether the value of a field is always null, by the first of its occurrences.
	voids map[*ast.Field]voided
	// looked counts the fields that were looked at to find out.
	looked int
}

// voided is what is known of the value of a field with these occurrences.
type voided struct {
	asts   []*ast.Field
	on     sdl.TypeID
	isVoid bool
}

// planDry plans as if the caller might read everything, and tells what it may not.
func (p *Planner) planDry(op *ast.OperationDefinition, c Choice) (*Plan, error) {
	c.Dry = false
	strict, err := p.PlanFor(op, c)
	if err != nil {
		return nil, err
	}
	c.Denials = nil
	out, err := p.PlanFor(op, c)
	if err != nil {
		return nil, err
	}
	out.discreet = strict.discreet
	out.Conditions, out.Denied, out.MoreDenied, out.IsDry = strict.Conditions, strict.Denied, strict.MoreDenied, true
	for i := range out.Denied {
		out.Denied[i].Part, out.Denied[i].Occasions = FirstPart, nil // parts and layers are others
	}
	return out, nil
}

// enter notes that what is below a field is planned next.
func (b *builder) enter(e *entry, f *sdl.Field) {
	if b.denials == nil {
		return
	}
	b.path = append(b.path, e.key)
	for range listDepth(f.Type) {
		b.path = append(b.path, AnyElement)
	}
}

func (b *builder) leave(f *sdl.Field) {
	if b.denials != nil {
		b.path = b.path[:len(b.path)-1-listDepth(f.Type)]
	}
}

// readable returns the entries that are fetched.
func (p *position) readable(es []entry) []entry {
	if p.denials == nil || !slices.ContainsFunc(es, func(e entry) bool { return e.isWithheld() }) {
		return es
	}
	var out []entry
	for i := range es {
		if !es[i].isWithheld() {
			out = append(out, es[i])
		}
	}
	return out
}

// withhold marks what is null whatever the back ends say. A field of a mutation is executed nevertheless, and that of a subscription has events.
func (p *position) withhold(es []entry) []entry {
	if p.conditions[TakesParts] || p.parent == nil && p.plan.Kind != ast.Query {
		return es // a null in a deferred fragment does not become that of the object
	}
	doomed := p.doomed(p.types, es)
	var out []entry
	for i := range es {
		e := es[i]
		if e.isDenied || len(e.asts) == 0 {
			out = append(out, e)
			continue
		}
		isVoid := e.tags.and(doomed)
		for tag, in := range e.tags.minus(doomed) {
			isVoid[tag] = isVoid[tag] || in && p.isVoid(p.types[tag], &e)
		}
		if rest := e.tags.minus(isVoid); !rest.isEmpty() {
			kept := e
			kept.tags = rest
			out = append(out, kept)
		}
		if !isVoid.isEmpty() {
			e.tags, e.isVoid = isVoid, true
			out = append(out, e)
		}
	}
	return out
}

// doomed returns the types whose objects are null because of a field that may not be null and may not be read.
func (b *builder) doomed(types []sdl.TypeID, es []entry) tagSet {
	out := make(tagSet, len(types))
	for i := range es {
		e := &es[i]
		for tag, in := range e.tags {
			if in && !out[tag] && b.isNonNull(types[tag], e) {
				out[tag] = e.isDenied || b.isVoid(types[tag], e)
			}
		}
	}
	return out
}

func (b *builder) isNonNull(t sdl.TypeID, e *entry) bool {
	if e.isMeta() {
		return e.name == typenameField
	}
	return b.graph.Field(b.graph.FieldByName(t, e.name)).Type.NonNull
}

// isVoid tells whether a field that may be read is null in all rows of a type: it is a single object, of types that are all doomed. Telling
// so saves fetches, and is given up where it would cost too much: then the nulls are found in the answer.
func (b *builder) isVoid(t sdl.TypeID, e *entry) bool {
	if e.isMeta() || len(e.asts[0].SelectionSet) == 0 {
		return false
	}
	f := b.graph.Field(b.graph.FieldByName(t, e.name))
	if f.Type.Elem != nil || !b.isComposite(f.Named) || b.looked > MaxNodes {
		return false
	}
	known, ok := b.voids[e.asts[0]]
	if ok && known.on == f.Named && slices.Equal(known.asts, e.asts) {
		return known.isVoid
	}
	types := b.graph.Type(f.Named).Possible
	es := b.collect(types, e.sets())
	b.looked += len(es)
	isVoid := len(types) > 0 && b.doomed(types, es).isFull()
	if b.voids == nil {
		b.voids = map[*ast.Field]voided{}
	}
	b.voids[e.asts[0]] = voided{e.asts, f.Named, isVoid}
	return isVoid
}

// withheld returns the nodes of an entry that is not fetched: one for each type that the field is declared with.
func (p *position) withheld(e *entry) []Node {
	if e.isMeta() {
		n := p.base(e, nil, e.tags, Withheld)
		n.NonNull = e.name == typenameField
		p.plan.Voids = p.plan.Voids || n.NonNull
		p.only(e.tags, func() { p.tellOf(e, e.tags, p.types) })
		return []Node{n}
	}
	p.only(e.tags, func() { p.tellOf(e, e.tags, p.types) })
	var out []Node
	for left := e.tags; !left.isEmpty(); {
		var f *sdl.Field
		same := make(tagSet, len(left))
		for tag, in := range left {
			if !in {
				continue
			}
			of := p.graph.Field(p.graph.FieldByName(p.types[tag], e.name))
			if f == nil {
				f = of
			}
			same[tag] = of.Type.String() == f.Type.String()
		}
		left = left.minus(same)
		n := p.base(e, f, same, Withheld)
		p.plan.Voids = p.plan.Voids || n.NonNull
		out = append(out, n)
	}
	return out
}

// tellOf tells of an entry that may not be read, or of those below one that is not planned.
func (b *builder) tellOf(e *entry, tags tagSet, types []sdl.TypeID) {
	if b.denials == nil {
		return
	}
	first := types[slices.Index(tags, true)]
	switch {
	case e.isDenied:
		b.tell(e, b.graph.Type(first).Name+"."+e.name)
		return
	case e.isMeta() || len(e.asts[0].SelectionSet) == 0:
		return
	}
	// The types may declare the field with different ones.
	var seen []sdl.TypeID
	for tag, in := range tags {
		if !in {
			continue
		}
		f := b.graph.Field(b.graph.FieldByName(types[tag], e.name))
		if !slices.Contains(seen, f.Named) {
			seen = append(seen, f.Named)
			b.enter(e, f)
			b.tellBelow(b.graph.Type(f.Named).Possible, e.sets())
			b.leave(f)
		}
	}
}

// tellOfUnsupplied tells of what is below an entry that nobody supplies, if it may not be read whatever there is: there is no occasion for more.
func (p *position) tellOfUnsupplied(e *entry, tags tagSet) {
	if len(p.occasion) > 0 || !tags.isFull() {
		return
	}
	p.isUnsupplied = true
	p.tellOf(e, tags, p.types)
	p.isUnsupplied = false
}

func (b *builder) tellBelow(types []sdl.TypeID, sets []ast.SelectionSet) {
	es := b.collect(types, sets)
	if !b.count(len(es)) {
		return
	}
	for i := range es {
		if !b.isUnsupplied || es[i].tags.isFull() {
			b.tellOf(&es[i], es[i].tags, types)
		}
	}
}

// tell adds a denial, unless its path has been told of.
func (b *builder) tell(e *entry, coordinate string) {
	path := append(slices.Clone(b.path), e.key)
	key := strings.Join(path, ".")
	parts := b.partsOf(e.parts)
	if at, ok := b.told[key]; ok {
		if at >= 0 {
			b.plan.Denied[at].Parts |= parts
			b.addOccasion(&b.plan.Denied[at])
		}
		return
	}
	if b.told == nil {
		b.told = map[string]int{}
	}
	if n := len(b.plan.Denied); n >= maxOccasional || n >= maxDenied && len(b.occasion) == 0 {
		b.told[key] = -1
		b.plan.MoreDenied++
		return
	}
	b.told[key] = len(b.plan.Denied)
	x := Denial{Path: path, Coordinate: coordinate, Parts: parts}
	if at := e.asts[0].Position; at != nil {
		x.Line, x.Column = at.Line, at.Column
	}
	if len(b.occasion) > 0 {
		x.Occasions = []int{b.occasionID()}
	}
	b.plan.Denied = append(b.plan.Denied, x)
}
