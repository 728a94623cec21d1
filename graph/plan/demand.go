package plan

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
)

// Demand is one thing that an operation demands of its caller. Whether the caller meets it is a condition of the plan, as the variables of
// @skip and @include are.
type Demand struct {
	*permit.Demand
	// Text names the first field that demands it, such as "User.email"; with its arguments where the demand reads them. Name is the same without
	// their values, which the client has written.
	Text, Name string
	// Field and Arguments are the field and what the operation gives it, where the demand reads arguments; otherwise Field is 0.
	Field     sdl.FieldID
	Arguments []Arg
	key       demandKey
}

// demandKey tells the demands of one operation apart: those that read arguments are one for each set of them.
type demandKey struct {
	id        int
	field     sdl.FieldID
	arguments string
}

// Demands are what an operation demands of its caller, in the order of first use, each once. They are immutable; nil is nothing. They may have
// some that no row of the answer meets, since they are found without a plan.
type Demands struct {
	graph *sdl.Graph
	rules *permit.Rules
	List  []Demand
}

// NewDemands returns what an operation of a validated document demands, nil if that is nothing.
func NewDemands(g *sdl.Graph, rules *permit.Rules, op *ast.OperationDefinition) *Demands {
	if rules.IsEmpty() {
		return nil
	}
	f := demandFinder{
		Demands: &Demands{graph: g, rules: rules},
		known:   map[demandKey]bool{}, fragments: map[string]bool{}, plain: map[plainField]bool{},
	}
	f.walk(op.SelectionSet)
	if len(f.List) == 0 {
		return nil
	}
	return f.Demands
}

// demandFinder goes through an operation.
type demandFinder struct {
	*Demands
	known     map[demandKey]bool
	fragments map[string]bool
	// plain are the fields that have been looked at and read no arguments, so that a second look finds nothing.
	plain map[plainField]bool
}

// plainField is a field as a document reads it.
type plainField struct{ on, name string }

func (f *demandFinder) walk(set ast.SelectionSet) {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			f.field(s)
			f.walk(s.SelectionSet)
		case *ast.InlineFragment:
			f.walk(s.SelectionSet)
		case *ast.FragmentSpread:
			if s.Definition != nil && !f.fragments[s.Name] {
				f.fragments[s.Name] = true
				f.walk(s.Definition.SelectionSet)
			}
		}
	}
}

func (f *demandFinder) field(s *ast.Field) {
	if s.ObjectDefinition == nil {
		return
	}
	at := plainField{s.ObjectDefinition.Name, s.Name}
	if f.plain[at] {
		return
	}
	isPlain := true
	for _, t := range f.graph.Type(f.graph.TypeByName(at.on)).Possible {
		if d, key := f.of(s, t); d != nil {
			isPlain = isPlain && key.field == 0
			f.add(d, key, f.graph.Type(t).Name+"."+s.Name, s)
		}
	}
	f.plain[at] = isPlain
}

func (f *demandFinder) add(d *permit.Demand, key demandKey, text string, s *ast.Field) {
	if f.known[key] {
		return
	}
	f.known[key] = true
	found := Demand{Demand: d, Text: text, Name: text, Field: key.field, key: key}
	if key.field != 0 {
		found.Arguments = argumentsOf(f.graph.Field(key.field), s)
		found.Text += "(" + strings.TrimSuffix(strings.ReplaceAll(key.arguments, ";", ", "), ", ") + ")"
		var names []string
		for _, a := range found.Arguments {
			if a.Value != nil || a.Default != nil {
				names = append(names, a.Name)
			}
		}
		found.Name += "(" + strings.Join(names, ", ") + ")"
	}
	f.List = append(f.List, found)
}

// of returns what an occurrence of a field demands in rows of a concrete type, nil if that is nothing. What the interfaces demand through which a
// document may read the field, the types that implement them demand as well.
func (d *Demands) of(s *ast.Field, t sdl.TypeID) (*permit.Demand, demandKey) {
	if s.Name == typenameField {
		of := d.rules.OfType(t)
		if of == nil {
			return nil, demandKey{}
		}
		return of, demandKey{id: of.ID()}
	}
	id := d.graph.FieldByName(t, s.Name)
	of := d.rules.OfField(id)
	if of == nil {
		return nil, demandKey{}
	}
	key := demandKey{id: of.ID()}
	if of.ReadsArguments() {
		key.field, key.arguments = id, argumentText(argumentsOf(d.graph.Field(id), s))
	}
	return of, key
}

// Denials are the demands of an operation that the caller does not meet: what the plan must not fetch. They are immutable; nil denies nothing.
type Denials struct {
	demands *Demands
	unmet   map[demandKey]bool
}

// Unmet returns the denials where the demands are met or not as isMet says, by their index.
func (d *Demands) Unmet(isMet func(int) bool) *Denials {
	if d == nil {
		return nil
	}
	out := &Denials{demands: d, unmet: map[demandKey]bool{}}
	for i := range d.List {
		if !isMet(i) {
			out.unmet[d.List[i].key] = true
		}
	}
	return out
}

// orNil returns nil where everything may be read, so that planning does not look.
func (d *Denials) orNil() *Denials {
	if d == nil || len(d.unmet) == 0 {
		return nil
	}
	return d
}

// has tells whether an occurrence of a field may not be read in rows of a type. A position whose concrete types do not matter has an interface in
// their place: there all of them count.
func (d *Denials) has(s *ast.Field, t sdl.TypeID) bool {
	return slices.ContainsFunc(d.demands.graph.Type(t).Possible, func(concrete sdl.TypeID) bool {
		of, key := d.demands.of(s, concrete)
		return of != nil && d.unmet[key]
	})
}

// texts say which demands are met, as conditions of a plan, which calls each of them something.
func (d *Denials) texts(called func(*Demand) string) []string {
	if d == nil {
		return nil
	}
	out := make([]string, 0, min(len(d.demands.List), maxDemandTexts))
	for i := range d.demands.List {
		if i == maxDemandTexts {
			return append(out, "…")
		}
		may := "may"
		x := &d.demands.List[i]
		if d.unmet[x.key] {
			may = "may not"
		}
		out = append(out, "the caller "+may+" read "+called(x))
	}
	return out
}

// maxDemandTexts bounds the demands that a plan names among its conditions.
const maxDemandTexts = 20
