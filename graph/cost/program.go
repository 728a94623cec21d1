package cost

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// Weights where no `@cost` gives one.
const (
	objectWeight   = 1
	mutationWeight = 10
)

// Max is where costs end: what costs more, costs this.
const Max = 1 << 53

// Program works out the costs of one plan. It is immutable and safe for concurrent use.
type Program struct {
	graph    *sdl.Graph
	listSize float64
	base     float64
	root     []node
	// isConstant tells that the estimate does not depend on variables.
	isConstant bool
	// constant and failed are the estimate then.
	constant int64
	failed   error
}

// node is one node of the plan's output.
type node struct {
	tags plan.Tags
	// weight is what one value costs by itself, whatever its type; types are the weights by the value's type, by tag-1, where
	// the field has none of its own.
	weight float64
	types  []float64
	// layer has the rows of the values; isLeaf tells that the parent's rows have them.
	layer  plan.LayerID
	isLeaf bool
	// args are the arguments that cost something.
	args []argument
	size size
	// name is the field's.
	name  string
	nodes []node
}

// New makes the program of a plan of the graph. listSize is the size of lists that nothing is known of; 0 means DefaultListSize.
func New(g *sdl.Graph, p *plan.Plan, listSize int) *Program {
	if listSize <= 0 {
		listSize = DefaultListSize
	}
	c := compiler{graph: g, plan: p, isConstant: true}
	program := &Program{graph: g, listSize: float64(listSize), root: c.nodes(p.Output)}
	if p.Kind == ast.Mutation {
		program.base = mutationWeight
	}
	if program.isConstant = c.isConstant; program.isConstant {
		program.constant, program.failed = program.estimate(nil)
	}
	return program
}

// Estimate returns what the operation costs with these coerced variables. An error says which argument is missing that would tell
// the size of a list (`requireOneSlicingArgument`); then the estimate goes by what is usual.
func (p *Program) Estimate(vars map[string]value.Value) (int64, error) {
	if p.isConstant {
		return p.constant, p.failed
	}
	return p.estimate(vars)
}

// compiler makes nodes.
type compiler struct {
	graph      *sdl.Graph
	plan       *plan.Plan
	isConstant bool
}

func (c *compiler) nodes(list []plan.Node) []node {
	var out []node
	for i := range list {
		switch n := &list[i]; n.Kind {
		case plan.Typename, plan.System, plan.Nothing, plan.Withheld:
		default:
			if made := c.node(n); !made.isFree() {
				out = append(out, made)
			}
		}
	}
	return out
}

// isFree tells that the node never costs anything.
func (n *node) isFree() bool {
	return n.isLeaf && n.weight == 0 && len(n.args) == 0 && !n.size.requireOne
}

func (c *compiler) node(n *plan.Node) node {
	field := c.graph.Field(n.Field)
	out := node{tags: n.Tags, name: field.Name, isLeaf: n.Kind != plan.Composite}
	named := c.graph.Type(field.Named)
	switch {
	case field.Cost != nil:
		out.weight = float64(*field.Cost)
	case out.isLeaf:
		out.weight = typeWeight(named)
	}
	if !out.isLeaf {
		out.layer = n.Layers[len(n.Layers)-1]
		out.types = c.typeWeights(out.layer, named, field.Cost != nil)
		out.nodes = c.nodes(n.Nodes)
	}
	for i := range field.Args {
		c.argument(&out, &field.Args[i], n.Arguments)
	}
	c.size(&out, field, n.Arguments)
	return out
}

// typeWeights returns the weights of the types that rows of a layer may have, by tag-1.
func (c *compiler) typeWeights(layer plan.LayerID, declared *sdl.Type, isGiven bool) []float64 {
	names := c.plan.Layers[layer].Types
	weights := make([]float64, len(names))
	if isGiven {
		return weights // the field's own weight counts
	}
	for i, name := range names {
		t := declared
		if id := c.graph.TypeByName(name); id != 0 {
			t = c.graph.Type(id)
		}
		for _, possible := range t.Possible {
			weights[i] = max(weights[i], typeWeight(c.graph.Type(possible)))
		}
	}
	return weights
}

// typeWeight is the weight of a type that is not abstract.
func typeWeight(t *sdl.Type) float64 {
	switch {
	case t.Cost != nil:
		return float64(*t.Cost)
	case t.Kind == ast.Scalar || t.Kind == ast.Enum:
		return 0
	default:
		return objectWeight
	}
}

// size says how many values a field has.
type size struct {
	isList bool
	// slicing are the arguments that tell; assumed is the usual size, -1 when nobody says, and known whether anything of it is there.
	slicing    []slicing
	assumed    float64
	isKnown    bool
	requireOne bool
	// sized are the fields below that have that many values.
	sized []string
}

// slicing is an argument whose value is a size.
type slicing struct {
	arg   *sdl.Arg
	given *ast.Value
	path  []string
}

func (c *compiler) size(n *node, field *sdl.Field, given ast.ArgumentList) {
	n.size = size{isList: field.Type.Elem != nil, assumed: -1}
	said := field.Size
	if said == nil {
		return
	}
	n.size.isKnown, n.size.assumed, n.size.sized, n.size.requireOne = true, float64(said.Assumed), said.Sized, said.RequireOne
	for _, path := range said.Slicing {
		at := slices.IndexFunc(field.Args, func(a sdl.Arg) bool { return a.Name == path[0] })
		if at < 0 {
			continue
		}
		s := slicing{arg: &field.Args[at], path: path[1:]}
		if a := given.ForName(path[0]); a != nil {
			s.given = a.Value
		}
		c.reads(s.given)
		n.size.slicing = append(n.size.slicing, s)
	}
}

// reads notes that the estimate depends on a literal.
func (c *compiler) reads(v *ast.Value) {
	if v == nil || !c.isConstant {
		return
	}
	if v.Kind == ast.Variable {
		c.isConstant = false
		return
	}
	for _, child := range v.Children {
		c.reads(child.Value)
	}
}
