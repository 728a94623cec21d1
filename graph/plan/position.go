package plan

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// position is one object position while it is planned: its layer, and what gives cells to the layer's rows so far. Aliases
// of one mapped field share a position.
type position struct {
	*builder
	layer  LayerID
	parent *position
	// field leads here from the parent for the types in parentTags; asked is the operation's field where it has a connector of its
	// own.
	field      *sdl.Field
	asked      *ast.Field
	parentTags tagSet
	// chain are the layers from the field's first to this one: more than one for lists of lists.
	chain []LayerID
	types []sdl.TypeID
	// provs are parallel to the layer's Providers.
	provs []provider
	// chosen are the suppliers picked for fields with connectors of their own.
	chosen map[chosenKey]*supply.Supplier
}

// provider is what planning knows of one provider of a layer.
type provider struct {
	loader LoaderID
	level  int
	out    *mapping.Output
	tags   tagSet
}

type chosenKey struct {
	tag  int
	name string
}

// childKey finds the position below a member, or below a fetch's value.
type childKey struct {
	layer    LayerID
	provider int
	member   int
	// isTypeless keeps the selections for which the rows' types do not matter from the others, where they have to be found out.
	isTypeless bool
}

// fields returns the nodes for selection sets at this position, which stand below a composite node.
func (p *position) fields(sets []selected, selection int) []Node {
	return p.entries(p.collect(sets, selection))
}

// collect merges selection sets at this position, which stand below a composite node.
func (p *position) collect(sets []selected, selection int) []entry {
	c := newCollector(p.builder, p.types)
	if p.conditions[TakesParts] {
		c.deferrals = &deferrals{builder: p.builder, selection: selection, layer: p.layer}
	}
	for _, s := range sets {
		c.walk(s.set, allTags(len(p.types)), s.part)
	}
	if p.denials == nil {
		return c.entries
	}
	return p.withhold(c.entries)
}

func (p *position) entries(es []entry) []Node {
	if !p.count(len(es)) {
		return nil
	}
	p.obtain(p.readable(es))
	var out []Node
	for i := range es {
		out = append(out, p.node(&es[i])...)
		if p.err != nil {
			return nil
		}
	}
	return out
}

// node returns the nodes of one entry: one where all its types agree on how the field is obtained, otherwise several with
// disjoint tags.
func (p *position) node(e *entry) []Node {
	switch {
	case e.isWithheld():
		return p.withheld(e)
	case e.name == "__typename":
		return []Node{p.base(e, nil, e.tags, Typename)}
	case e.isMeta():
		n := p.base(e, nil, e.tags, System)
		n.System = e.merged()
		return []Node{n}
	}
	var out []Node
	for left := e.tags; !left.isEmpty(); {
		r, same := p.route(e, left)
		left = left.minus(same)
		out = append(out, r.node(p, e, same))
	}
	return out
}

// route is how a field is obtained.
type route struct {
	field *sdl.Field
	// provider is the index of the provider that gives the field, -1 when none does.
	provider int
	// supplier is the field's own supplier where no provider gives it.
	supplier *supply.Supplier
}

// route finds how the first of the types obtains the field, and which of the others agree.
func (p *position) route(e *entry, tags tagSet) (route, tagSet) {
	var first route
	var same tagSet
	for i, in := range tags {
		if !in {
			continue
		}
		r := p.routeOf(i, e.name)
		if same == nil {
			first, same = r, make(tagSet, len(tags))
			same[i] = true
			continue
		}
		if r.supplier == nil && first.supplier == nil && r.provider == first.provider && r.field.Type.String() == first.field.Type.String() {
			same[i] = true
		}
	}
	return first, same
}

func (p *position) routeOf(tag int, name string) route {
	r := route{field: p.graph.Field(p.graph.FieldByName(p.types[tag], name)), provider: -1}
	if s := p.chosen[chosenKey{tag, name}]; s != nil {
		r.supplier = s
		return r
	}
	r.provider = p.giver(tag, supply.Path{name})
	return r
}

// node lays out the field for the types that share the route.
func (r route) node(p *position, e *entry, tags tagSet) Node {
	switch {
	case r.supplier != nil:
		return p.fetched(r, e, tags)
	case r.provider < 0:
		p.plan.Unsupplied = true
		p.tellOfUnsupplied(e, tags)
		return p.base(e, r.field, tags, Nothing)
	}
	pr := &p.provs[r.provider]
	sh := p.loaderAt(pr.loader).Shape
	if !p.isComposite(r.field.Named) {
		n := p.base(e, r.field, tags, Leaf)
		n.Provider = r.provider
		n.Member = p.leafMember(sh, pr.level, r.field, p.levelTags(pr, tags))
		return n
	}
	member := p.childMember(sh, pr.level, r.field, p.levelTags(pr, tags))
	return p.composite(e, r.field, tags, p.child(r.provider, member, r.field, tags, e.sets()))
}

// levelTags translates tags of the position to those of a provider's level: entity levels know a single type.
func (p *position) levelTags(pr *provider, tags tagSet) tagSet {
	l := &p.loaderAt(pr.loader).Shape.Levels[pr.level]
	if len(l.Types) == len(tags) {
		return tags
	}
	return allTags(len(l.Types))
}

func (p *position) layerAt(id LayerID) *Layer    { return &p.plan.Layers[id] }
func (p *position) loaderAt(id LoaderID) *Loader { return &p.plan.Loaders[id] }

// fetched lays out a field with a connector of its own.
func (p *position) fetched(r route, e *entry, tags tagSet) Node {
	f := p.fieldFetch(r.supplier, e.asts[0], tags)
	if p.isComposite(r.field.Named) {
		child := p.valueOf(f, r.supplier, r.field, tags, e.sets())
		child.asked = e.asts[0]
		return p.composite(e, r.field, tags, child)
	}
	n := p.base(e, r.field, tags, Leaf)
	n.Provider = p.joined(f, r.supplier, tags)
	return n
}

// base makes the node of an entry with what does not depend on how the field is obtained. The field is nil for introspection.
func (p *position) base(e *entry, f *sdl.Field, tags tagSet, kind NodeKind) Node {
	n := Node{Kind: kind, Key: e.key, Tags: tags.orNil(), Parts: p.partsOf(e.parts)}
	n.Literal = append(strconv.AppendQuote(nil, e.key), ':')
	if len(e.asts) > 0 && e.asts[0].Position != nil {
		n.Line, n.Column = e.asts[0].Position.Line, e.asts[0].Position.Column
	}
	if f == nil {
		return n
	}
	n.Field = f.ID
	if len(e.asts) > 0 {
		n.Arguments = e.asts[0].Arguments
	}
	n.Coordinate = p.graph.Type(f.Parent).Name + "." + f.Name
	n.Type, n.NonNull = f.Type.String(), f.Type.NonNull
	n.Quote = f.Type.Elem == nil && f.Type.NamedType == "ID"
	for t := f.Type; t.Elem != nil; t = t.Elem {
		n.Lists++
		n.ElemNonNull = append(n.ElemNonNull, t.Elem.NonNull)
	}
	return n
}

// composite makes the node of a composite field, whose own fields are obtained at the child position.
func (p *position) composite(e *entry, f *sdl.Field, tags tagSet, child *position) Node {
	n := p.base(e, f, tags, Composite)
	n.Layers = child.chain
	n.Selection = p.plan.Selections
	p.plan.Selections++
	p.enter(e, f)
	p.only(tags, func() { n.Nodes = child.fields(e.selected(), n.Selection) })
	p.leave(f)
	return n
}

// child returns the position below a composite member of one of this position's providers, for some selections.
func (p *position) child(prov, member int, f *sdl.Field, tags tagSet, sets []ast.SelectionSet) *position {
	pr := p.provs[prov]
	out := p.outputOf(&pr, tags, f.Name)
	key := childKey{p.layer, prov, member, p.isTypeless(f.Named, out, sets)}
	if c := p.children[key]; c != nil {
		c.parentTags = c.parentTags.or(tags)
		return c
	}
	sh := p.loaderAt(pr.loader).Shape
	m := &sh.Levels[pr.level].Members[member]
	first := Provider{Kind: ByMember, Fetch: p.layerAt(p.layer).Providers[prov].Fetch, Level: m.Child, From: prov, Member: member}
	c := p.newPosition(f, tags, first, pr.loader, out)
	p.children[key] = c
	c.settleType(key.isTypeless)
	return c
}

// outputOf is what a provider gives below a field: what it gives for the first of the types that it gives it for.
func (p *position) outputOf(pr *provider, tags tagSet, name string) *mapping.Output {
	for i, in := range tags {
		if in && (pr.tags == nil || pr.tags[i]) {
			if out := supply.Field(pr.out, p.graph.Type(p.types[i]).Name, name); out != nil {
				return out
			}
		}
	}
	return nil
}

// valueOf returns the position of a composite value that a fetch gives for this position's rows, for some selections.
func (p *position) valueOf(f FetchID, s *supply.Supplier, field *sdl.Field, tags tagSet, sets []ast.SelectionSet) *position {
	key := childKey{p.layer, -1, int(f), p.isTypeless(field.Named, s.Gives, sets)}
	if c := p.children[key]; c != nil {
		return c
	}
	first := Provider{Kind: ByFetch, Fetch: f}
	c := p.newPosition(field, tags, first, p.plan.Fetches[f].Loader, s.Gives)
	p.children[key] = c
	c.settleType(key.isTypeless)
	return c
}

// newPosition adds the layers of a composite value, whose first provider is given, and returns the position of its objects.
func (p *position) newPosition(f *sdl.Field, tags tagSet, first Provider, loader LoaderID, out *mapping.Output) *position {
	sh := p.loaderAt(loader).Shape
	c := &position{builder: p.builder, parent: p, field: f, parentTags: tags, chosen: map[chosenKey]*supply.Supplier{}}
	parent, prov, t := p.layer, first, f.Type
	levels := levelChain(sh, first.Level)
	for i, level := range levels {
		layer := Layer{
			ID:        LayerID(len(p.plan.Layers)),
			Parent:    parent,
			Type:      f.Named,
			Field:     f.ID,
			List:      t.Elem != nil,
			Providers: []Provider{prov},
			Types:     p.objectLevel(f.Named).Types,
		}
		if i < len(levels)-1 { // the rows are inner lists, and their elements the rows of the only child layer
			layer.Types = []string{""}
			prov = Provider{Kind: ByMember, Fetch: prov.Fetch, Level: sh.Levels[level].Members[0].Child}
		}
		p.plan.Layers = append(p.plan.Layers, layer)
		rows := rowsBelow(p.rows[parent], t, f.ListSize)
		if i == 0 && !tags.isFull() {
			rows.Min = 0 // the parents may all be of other types
		}
		p.rows = append(p.rows, rows)
		c.chain = append(c.chain, layer.ID)
		parent = layer.ID
		if t.Elem != nil {
			t = t.Elem
		}
	}
	c.layer = parent
	c.types = p.graph.Type(f.Named).Possible
	c.provs = []provider{{loader: loader, level: levels[len(levels)-1], out: out}}
	return c
}
