package graph

import (
	"fmt"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
)

// maxSights bounds the visible parts of a schema that are remembered. Callers with equal rights share one.
const maxSights = 64

// sights makes and remembers what callers see of a schema, where introspection is limited to that.
type sights struct {
	rules   *permit.Rules
	schemas *otter.Cache[permit.Sight, *ast.Schema]
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
	return &sights{rules: rules, schemas: schemas}, nil
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
func (s *sights) sightOf(q *Query) permit.Sight {
	return s.rules.Sight(permit.Input{Caller: q.Caller, Header: q.Header, Failed: q.PolicyFailed})
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

// Check returns the errors of a query's text, as far as its sender may see them; none if the text is valid.
func (g *Generation) Check(q *Query) gqlerror.List {
	if _, errs := g.Prepare(q.Text); len(errs) > 0 {
		return g.asSeen(q, errs)
	}
	return nil
}

// asSeen are the errors of a document that is not valid for one who sees a part of the schema: they must not name what is not in it, as
// suggestions, types of fields and arguments would.
func (g *Generation) asSeen(q *Query, errs gqlerror.List) gqlerror.List {
	if g.sights == nil || !isInvalid(errs) {
		return errs
	}
	spelled, err := respell(q.Text)
	if err != nil {
		return errs
	}
	query, parseErr := parser.ParseQuery(&ast.Source{Input: spelled})
	if parseErr != nil {
		return errs
	}
	if seen := validate(g.sights.schema(g.sights.sightOf(q)), query, g.rules); len(seen) > 0 {
		g.personal.HideLiterals(query, seen)
		return seen
	}
	return gqlerror.List{codedError(CodeValidationFailed, "The document is not valid.")}
}

// isInvalid tells of errors that validation has found.
func isInvalid(errs gqlerror.List) bool {
	for _, err := range errs {
		if err.Extensions["code"] == CodeValidationFailed {
			return true
		}
	}
	return false
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
