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
	keys := p.keyColumns(p.loaderAt(loader).Key, tags)
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
