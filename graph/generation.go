package graph

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

// Params are what a Generation is made from.
type Params struct {
	// Number counts the generations of a process, from 1.
	Number int
	// Graph is the graph.
	Graph *sdl.Graph
	// Bind prepares plans for execution.
	Bind Bind
	// System makes an executor that answers `__schema` and `__type` of a schema; see resolvers/system. When it is nil
	// introspection is switched off.
	System func(*ast.Schema) graphql.ExecutableSchema
	// Limits bound the query documents.
	Limits Limits
	// Trust says which documents are registered. They are validated and planned while the generation is built.
	Trust Trust
	// Cost says what is done with the costs of operations.
	Cost cost.Control
	// Rules are what the graph demands of its callers; nil demands nothing. Authorization says what is done about fields that a caller may not
	// read; where it is off, the rules are not heeded.
	Rules         *permit.Rules
	Authorization Authorization
	// Personal are the elements whose values are not shown in messages and logs.
	Personal *personal.Marks
	// Now is the time of loading.
	Now time.Time
	// Draw gives a number in [0, 1) for each label of @override and request; nil means a random one.
	Draw func() float64
}

// Generation is a graph with everything that is derived from it: planner, documents and plans. It is immutable, but for its
// caches, and safe for concurrent use.
type Generation struct {
	number    int
	loadedAt  time.Time
	graph     *sdl.Graph
	limits    Limits
	cost      cost.Control
	personal  *personal.Marks
	rules     []core.Rule
	planner   *plan.Planner
	documents *documents
	bind      Bind
	system    *introspection
	draw      func() float64
	life      *lifetime
	trust     Trust
	trusted   *trusted

	access        *permit.Rules
	authorization Authorization
	// sights are what callers see of the schema, nil where that is everything.
	sights *sights
}

// NewGeneration builds a generation. It touches no network.
func NewGeneration(p Params) (*Generation, error) {
	docs, err := newDocuments()
	if err != nil {
		return nil, err
	}
	g := &Generation{
		number:    p.Number,
		loadedAt:  p.Now,
		graph:     p.Graph,
		limits:    p.Limits.withDefaults(),
		cost:      p.Cost,
		personal:  p.Personal,
		rules:     validationRules(),
		planner:   plan.NewPlanner(p.Graph),
		documents: docs,
		bind:      p.Bind,
		draw:      p.Draw,
		life:      newLifetime(),

		access:        p.Rules,
		authorization: p.Authorization,
	}
	if p.Authorization.Off {
		g.access = nil
	}
	if g.sights, err = newSights(g.access, p.Authorization); err != nil {
		return nil, err
	}
	if g.draw == nil {
		g.draw = rand.Float64 // which requests take part in a rollout is no secret
	}
	if p.System == nil {
		g.rules = append(g.rules, noIntrospection())
	} else if g.system, err = newIntrospection(p.System, p.Graph.Schema, g.sights); err != nil {
		return nil, err
	}
	g.trust = Trust{Only: p.Trust.Only || p.Trust.ByID, ByID: p.Trust.ByID, Log: p.Trust.Log}
	if len(p.Trust.Documents) > 0 || g.trust.Only {
		g.trusted = newTrusted(g, p.Trust)
	}
	return g, nil
}

// Number counts the generations of the process, from 1.
func (g *Generation) Number() int { return g.number }

// LoadedAt returns when the generation was loaded.
func (g *Generation) LoadedAt() time.Time { return g.loadedAt }

// Authorization returns what is done about fields that a caller may not read.
func (g *Generation) Authorization() Authorization { return g.authorization }

// Graph returns the graph that is served.
func (g *Generation) Graph() *sdl.Graph { return g.graph }

// Prepare parses and validates a query document, or remembers it. The errors are complete with code and location:
// GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, LIMIT_EXCEEDED (`extensions.limit` names the limit),
// OPERATION_RESOLUTION_FAILURE for an empty text, or DOCUMENT_NOT_TRUSTED. A text that says what a registered document says is that
// document.
func (g *Generation) Prepare(text string) (*Document, gqlerror.List) {
	if g.trusted != nil {
		return g.documents.get(text, g.prepareAmong)
	}
	return g.documents.get(text, g.prepare)
}

// drawLabels decides for one request which labels of @override are on.
func (g *Generation) drawLabels() sdl.Labels {
	var on sdl.Labels
	for i, l := range g.graph.Labels {
		if g.draw()*100 < l.Percent {
			on |= 1 << i
		}
	}
	return on
}

// plan makes the plan of an operation for a choice of what it depends on and binds it. A panic must not be remembered with the plan, where the
// next reload would find it: it becomes an error.
func (g *Generation) plan(op *Operation, c plan.Choice) (_ *Prepared, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("plan operation %q: panic: %v\n%s", op.def.Name, p, debug.Stack())
		}
	}()
	p, err := g.planner.PlanFor(op.def, c)
	if errors.Is(err, plan.ErrTooLarge) {
		return nil, limitError(limitPlannedFields, plan.MaxNodes, "The operation has too many fields once its fragments are expanded")
	}
	if err != nil {
		return nil, fmt.Errorf("plan operation %q: %w", op.def.Name, err)
	}
	bound, err := g.bind(p)
	if err != nil {
		return nil, fmt.Errorf("bind operation %q: %w", op.def.Name, err)
	}
	return newPrepared(op, p, bound, g.sights != nil), nil
}
