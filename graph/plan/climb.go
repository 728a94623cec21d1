package plan

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/supply"
)

// climb looks above a position for what nothing supplies at it: an object without a key of its own (an address, a price) is
// completed by another supplier of its parent, whose value for the same field then gives cells to the same rows. Lists are matched by
// index (Connectors specification 5.2 and 6.3, merging).
func (p *position) climb(tag int, w supply.Path) bool {
	if p.parent == nil || len(p.chain) > 1 {
		return false
	}
	full := append(supply.Path{p.field.Name}, w...)
	found := false
	for i, in := range p.parentTags {
		if !in {
			continue
		}
		if prov := p.parent.reach(i, full); prov >= 0 {
			p.mirror(i, prov)
			found = true
		} else if p.mirrorField(i, tag, w) {
			found = true
		}
	}
	return found
}

// climbForKeys looks above a position for the keys of a supplier that would give a path, and tells whether it has found those of one. What can be
// had at the position itself is not looked for. Keys are few and each is looked for at most once, so that the cost stays linear in the depth.
func (p *position) climbForKeys(tag int, w supply.Path, es []entry) bool {
	k := keyClimber{position: p, tag: tag, es: es, looked: map[string]bool{}}
	return k.find(w)
}

// keyClimber looks above a position for keys, and for the keys of those who would give these.
type keyClimber struct {
	*position

	tag    int
	es     []entry
	looked map[string]bool
}

func (k *keyClimber) find(w supply.Path) bool {
	key := strings.Join(w, ".")
	if k.looked[key] {
		return false
	}
	k.looked[key] = true
	return slices.ContainsFunc(k.suppliers(k.tag, w, k.es), func(s *supply.Supplier) bool {
		// Nothing is missing where another path has needed the same keys before.
		isLost := slices.ContainsFunc(k.missing(s), func(n supply.Path) bool { return !k.climb(k.tag, n) && !k.find(n) })
		return !isLost && len(k.missing(s)) == 0
	})
}

// missing returns the keys of a supplier that cannot be had at the position.
func (k *keyClimber) missing(s *supply.Supplier) []supply.Path {
	return k.solve(k.tag, s.Needs, k.es).Unsupplied
}

// reach returns the provider that gives a path, attaching suppliers or climbing further where none does.
func (p *position) reach(tag int, w supply.Path) int {
	if i := p.giver(tag, w); i >= 0 {
		return i
	}
	s := supply.Solve(supply.Problem{
		Wanted: []supply.Path{w},
		AtHand: func(w supply.Path) bool { return p.giver(tag, w) >= 0 },
		Suppliers: func(w supply.Path) []*supply.Supplier {
			var out []*supply.Supplier
			for _, s := range p.suppliers(tag, w, nil) {
				if s.IsEntity() {
					out = append(out, s)
				}
			}
			return out
		},
		Calls: p.callsOf,
	})
	for _, x := range s.Suppliers {
		p.attach(tag, x, nil)
	}
	if len(s.Unsupplied) > 0 && !p.climb(tag, w) {
		return -1
	}
	return p.giver(tag, w)
}

// mirror lets a provider of the parent give cells to this position's rows, through its own member for the field.
func (p *position) mirror(parentTag, prov int) {
	pr := &p.parent.provs[prov]
	tags := oneTag(len(p.parent.types), parentTag)
	sh := p.loaderAt(pr.loader).Shape
	member := p.childMember(sh, pr.level, p.field, p.parent.levelTags(pr, tags))
	layer := p.layerAt(p.layer)
	for _, have := range layer.Providers {
		if have.Kind == ByMember && have.From == prov && have.Member == member {
			return
		}
	}
	level := sh.Levels[pr.level].Members[member].Child
	layer.Providers = append(layer.Providers, Provider{
		Kind: ByMember, Fetch: p.layerAt(p.parent.layer).Providers[prov].Fetch, Level: level, From: prov, Member: member,
	})
	p.provs = append(p.provs, provider{loader: pr.loader, level: level, out: p.parent.outputOf(pr, tags, p.field.Name)})
}

// mirrorField lets another supplier of the parent's field give cells to this position's rows.
func (p *position) mirrorField(parentTag, tag int, w supply.Path) bool {
	id := p.graph.FieldByName(p.parent.types[parentTag], p.field.Name)
	for _, sid := range p.index.OfField(id) {
		s := p.index.Supplier(sid)
		if !supply.HasPath(s.Gives, p.graph.Type(p.types[tag]).Name, w) || !p.parent.hasKeys(parentTag, s) {
			continue
		}
		f := p.parent.fieldFetch(s, p.asked, oneTag(len(p.parent.types), parentTag))
		layer := p.layerAt(p.layer)
		layer.Providers = append(layer.Providers, Provider{Kind: ByFetch, Fetch: f})
		p.provs = append(p.provs, provider{loader: p.plan.Fetches[f].Loader, out: s.Gives})
		return true
	}
	return false
}

func (p *position) hasKeys(tag int, s *supply.Supplier) bool {
	for _, n := range s.Needs {
		if p.giver(tag, n) < 0 {
			return false
		}
	}
	return true
}
