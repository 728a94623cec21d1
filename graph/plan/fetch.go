package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// fetchKey tells fetches apart: one loader runs at most once for the rows of one layer and type.
type fetchKey struct {
	layer  LayerID
	loader LoaderID
	on     sdl.TypeID
}

// entityFetch attaches an entity supplier: its rows are joined to those of the position.
func (p *position) entityFetch(s *supply.Supplier, tags tagSet) {
	f := p.fetch(s, p.loader(s, nil), tags)
	p.joined(f, s, tags)
}

// fieldFetch returns the fetch of a field's value with the arguments that an occurrence of the field gives.
func (p *position) fieldFetch(s *supply.Supplier, field *ast.Field, tags tagSet) FetchID {
	return p.fetch(s, p.loader(s, field), tags)
}

func (p *position) fetch(s *supply.Supplier, loader LoaderID, tags tagSet) FetchID {
	key := fetchKey{p.layer, loader, s.On}
	if id, ok := p.fetches[key]; ok {
		return id
	}
	// The keys come first: obtaining one may attach fetches of its own.
	keys := p.keyColumns(s, tags)
	f := Fetch{
		ID:     FetchID(len(p.plan.Fetches)),
		Loader: loader,
		On:     p.layer,
		Tags:   tags.orNil(),
		Field:  s.Field,
		Keys:   keys,
	}
	if p.layer == 0 {
		f.After = p.barrier
	}
	p.plan.Fetches = append(p.plan.Fetches, f)
	p.fetches[key] = f.ID
	return f.ID
}

// joined makes a fetch's single values a provider of this position's rows and returns the provider's index.
func (p *position) joined(f FetchID, s *supply.Supplier, tags tagSet) int {
	layer := p.layerAt(p.layer)
	for i, have := range layer.Providers {
		if have.Kind == ByKey && have.Fetch == f {
			return i
		}
	}
	if p.layer == 0 && len(layer.Providers) == 0 {
		// The root has no provider of its own rows; index 0 stays free for it.
		layer.Providers = append(layer.Providers, Provider{Kind: ByKey, Fetch: NoFetch})
		p.provs = append(p.provs, provider{tags: make(tagSet, len(p.types))})
	}
	layer.Providers = append(layer.Providers, Provider{Kind: ByKey, Fetch: f})
	pr := provider{loader: p.plan.Fetches[f].Loader, tags: tags}
	if s.IsEntity() {
		pr.out = s.Gives
	}
	p.provs = append(p.provs, pr)
	return len(layer.Providers) - 1
}

// keyColumns locates the key paths of a supplier in this position's rows.
func (p *position) keyColumns(s *supply.Supplier, tags tagSet) []KeyColumn {
	tag := 0
	for i, in := range tags {
		if in {
			tag = i
			break
		}
	}
	var out []KeyColumn
	for _, need := range s.Needs {
		out = append(out, p.keyColumn(tag, need))
	}
	return out
}

func (p *position) keyColumn(tag int, need supply.Path) KeyColumn {
	c := KeyColumn{Provider: -1, Required: p.isRequired(p.types[tag], need)}
	if i := p.giver(tag, need); i >= 0 {
		pr := &p.provs[i]
		c.Provider, c.Member = i, keyMember(p.loaderAt(pr.loader).Shape, pr.level, need, false)
		return c
	}
	if own := p.chosen[chosenKey{tag, need[0]}]; own != nil {
		tags := oneTag(len(p.types), tag)
		f := p.fieldFetch(own, nil, tags)
		c.Provider = p.joined(f, own, tags)
		// The value of a leaf field is the only member of its level, Member 0.
		if below := need[1:]; len(below) > 0 {
			pr := &p.provs[c.Provider]
			c.Member = keyMember(p.loaderAt(pr.loader).Shape, pr.level, below, false)
		}
	}
	return c
}

// isRequired tells whether a key path is declared non-null, so that a row without it is not asked for (Connectors specification, 5.3).
func (b *builder) isRequired(on sdl.TypeID, p supply.Path) bool {
	f := b.fieldAt(on, p)
	return f != nil && f.Type.NonNull
}
