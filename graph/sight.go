package graph

import (
	"fmt"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
)

// maxSights bounds the visible parts of a schema that are remembered. Callers with equal rights share one.
const maxSights = 64

// sights makes and remembers what callers see of a schema, where introspection is limited to that.
type sights struct {
	rules   *permit.Rules
	schemas *otter.Cache[permit.Sight, *ast.Schema]
	// least is what everybody sees, whoever it is.
	least *ast.Schema
}

// newSights returns nil where everybody sees everything.
func newSights(rules *permit.Rules, a Authorization) (*sights, error) {
	if !a.VisibleOnly || a.DryRun || rules.IsEmpty() {
		return nil, nil //nolint:nilnil // nobody has to ask
	}
	schemas, err := otter.New(&otter.Options[permit.Sight, *ast.Schema]{MaximumSize: maxSights})
	if err != nil {
		return nil, fmt.Errorf("cache of visible schemas: %w", err)
	}
	return &sights{rules: rules, schemas: schemas, least: rules.Schema(rules.Least())}, nil
}

// schema is what is seen. It is shared and must not be changed.
func (s *sights) schema(of permit.Sight) *ast.Schema {
	if known, ok := s.schemas.GetIfPresent(of); ok {
		return known
	}
	made := s.rules.Schema(of)
	s.schemas.Set(of, made)
	return made
}

// sightOf tells what the sender of a query sees.
func (s *sights) sightOf(q *Query) permit.Sight { return s.rules.Sight(s.input(q)) }

// input is what it depends on.
func (*sights) input(q *Query) permit.Input {
	return permit.Input{Caller: q.Caller, Header: q.Header, Failed: q.PolicyFailed}
}

// sight tells what the run's caller sees; empty where everybody sees everything.
func (r *Run) sight() permit.Sight {
	if r.generation.sights == nil {
		return ""
	}
	if r.seen == "" {
		r.seen = r.generation.sights.sightOf(&Query{Caller: r.who, Header: r.header})
	}
	return r.seen
}

// introspects tells whether there is an introspection field among nodes or below them.
func introspects(nodes []plan.Node) bool {
	for i := range nodes {
		if nodes[i].Kind == plan.System || introspects(nodes[i].Nodes) {
			return true
		}
	}
	return false
}
