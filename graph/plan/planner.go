package plan

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// MaxNodes bounds the output program of one plan. Fragments that multiply reach it; real operations stay far below.
const MaxNodes = 50_000

// ErrTooLarge says that an operation expands to more than MaxNodes response fields.
var ErrTooLarge = errors.New("the operation is too large")

// Planner plans the operations of one graph. It is safe for concurrent use.
type Planner struct {
	graph *sdl.Graph
	// indexes has the suppliers for each set of labels of @override that was planned for; most graphs have no labels and one index.
	mu      sync.Mutex
	indexes map[sdl.Labels]*supply.Index
}

// maxIndexes bounds the sets of labels whose suppliers are remembered.
const maxIndexes = 64

// NewPlanner returns a planner for a graph.
func NewPlanner(g *sdl.Graph) *Planner {
	return &Planner{graph: g, indexes: map[sdl.Labels]*supply.Index{0: supply.NewIndex(g, 0)}}
}

// index returns the suppliers to choose from while labels are on.
func (p *Planner) index(on sdl.Labels) *supply.Index {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.indexes[on]
	if x == nil {
		x = supply.NewIndex(p.graph, on)
		if len(p.indexes) < maxIndexes {
			p.indexes[on] = x
		}
	}
	return x
}

// Plan plans an operation of a validated document under values of its conditions (see Conditions), while some labels of
// @override are on. It fails only with ErrTooLarge, or for an operation whose root type the graph does not have.
func (p *Planner) Plan(op *ast.OperationDefinition, conditions map[string]bool, on sdl.Labels) (*Plan, error) {
	return p.PlanFor(op, Choice{Conditions: conditions, Labels: on})
}

// Choice is what a plan of an operation is made for.
type Choice struct {
	// Conditions are the values of its conditions.
	Conditions map[string]bool
	// Labels are the labels of @override that are on.
	Labels sdl.Labels
	// Denials are what the caller may not read. Dry leaves the plan as it is without them, but for what it tells of them.
	Denials *Denials
	Dry     bool
}

// PlanFor is Plan for a caller who may not read everything.
func (p *Planner) PlanFor(op *ast.OperationDefinition, c Choice) (*Plan, error) {
	if c.Dry && c.Denials != nil {
		return p.planDry(op, c)
	}
	conditions, on := c.Conditions, c.Labels
	root := p.rootType(op.Operation)
	if root == 0 {
		return nil, fmt.Errorf("the graph has no %s type", op.Operation)
	}
	b := &builder{
		graph:      p.graph,
		index:      p.index(on),
		conditions: conditions,
		denials:    c.Denials.orNil(),
		plan:       &Plan{Name: op.Name, Kind: op.Operation, Root: root},
		loaders:    map[loaderKey]LoaderID{},
		anyAlias:   map[loaderKey]LoaderID{},
		fetches:    map[fetchKey]FetchID{},
		children:   map[childKey]*position{},
	}
	plain := p.conditionTexts(op, c)
	b.plan.Conditions = slices.Concat(plain, c.Denials.texts(func(d *Demand) string { return d.Text }))
	b.plan.discreet = slices.Concat(plain, c.Denials.texts(func(d *Demand) string { return d.Name }))
	b.plan.Layers = []Layer{{Type: root, Types: []string{p.graph.Type(root).Name}}}
	b.rows = []Range{{1, 1}}
	at := &position{builder: b, layer: 0, types: []sdl.TypeID{root}}
	b.plan.Output = b.root(at, op.SelectionSet)
	if b.err != nil {
		return nil, b.err
	}
	b.predict()
	b.schedule()
	b.divide()
	b.plan.Stream = b.stream()
	return b.plan, nil
}

// stream is the fetch that a subscription's events come from: the first of its root.
func (b *builder) stream() FetchID {
	for i := range b.plan.Fetches {
		if f := &b.plan.Fetches[i]; b.plan.Kind == ast.Subscription && f.On == 0 {
			return f.ID
		}
	}
	return NoFetch
}

// rootType returns the type of an operation's own fields, 0 where the graph has none.
func (p *Planner) rootType(op ast.Operation) sdl.TypeID {
	switch op {
	case ast.Mutation:
		return p.graph.Mutation
	case ast.Subscription:
		return p.graph.Subscription
	default:
		return p.graph.Query
	}
}

// conditionTexts says under which conditions a plan holds, besides what the caller may read.
func (p *Planner) conditionTexts(op *ast.OperationDefinition, c Choice) []string {
	conditions, on := c.Conditions, c.Labels
	var out []string
	for _, name := range Conditions(op) {
		if name == TakesParts {
			out = append(out, fmt.Sprintf("%s = %t", name, conditions[name]))
			continue
		}
		out = append(out, fmt.Sprintf("$%s = %t", name, conditions[name]))
	}
	for i, l := range p.graph.Labels {
		out = append(out, fmt.Sprintf("@override(label: %q) = %t", l.Text, on&(1<<i) != 0))
	}
	return out
}

// builder is the state of one planning.
type builder struct {
	graph      *sdl.Graph
	index      *supply.Index
	conditions map[string]bool
	denials    *Denials
	withholding
	plan *Plan
	// serial numbers the root fields of a mutation from 1, so that their loaders stay apart; it is 0 in queries.
	serial int
	// barrier are the fetches of the mutation's earlier root fields.
	barrier []FetchID
	loaders map[loaderKey]LoaderID
	// anyAlias has the first loader for each key without its alias.
	anyAlias map[loaderKey]LoaderID
	fetches  map[fetchKey]FetchID
	children map[childKey]*position
	// deferred are the fragments with @defer, whether their parts come later or not: the first has the part 1.
	deferred []deferral
	// rows estimates each layer's rows.
	rows  []Range
	nodes int
	err   error
}

// root plans the operation's own fields. Those of a mutation run one after another, each with everything below it
// ([GraphQL] 6.2.2).
func (b *builder) root(at *position, set ast.SelectionSet) []Node {
	if b.plan.Kind != ast.Mutation {
		return at.fields([]selected{{set, FirstPart}}, AtRoot)
	}
	var out []Node
	for i, e := range at.collect([]selected{{set, FirstPart}}, AtRoot) {
		b.serial = i + 1
		b.barrier = b.barrier[:0:0]
		for _, f := range b.plan.Fetches {
			b.barrier = append(b.barrier, f.ID)
		}
		out = append(out, at.entries([]entry{e})...)
	}
	return out
}

// count adds nodes to the program and tells whether it may grow on.
func (b *builder) count(n int) bool {
	b.nodes += n
	if b.nodes > MaxNodes && b.err == nil {
		b.err = ErrTooLarge
	}
	return b.err == nil
}
