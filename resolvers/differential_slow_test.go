package resolvers_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// slowExecutor answers operations depth first, one object at a time, by the letter of the specification ([GraphQL] 6): no
// plan, no batches, no tables. It knows from the model where fields come from, and calls the back ends itself.
type slowExecutor struct {
	g         *modelGraph
	client    *http.Client
	variables map[string]any
	errors    []slowError
	// replies remembers what was asked already; asked are the requests that batching and sharing may not exceed.
	replies map[string]slowReply
	asked   map[string]bool
	// serial numbers the root fields of a mutation.
	serial int
	path   []any
	// muted counts the values around the present one that are null already: a null in a non-null position below them may be
	// reported, but need not be.
	muted int
	// who asks; nil for an executor that knows of no permissions. voids tells that nothing is asked for what is null in any case because of what
	// may not be read below it. denied are the paths that may not be read: certain are those that may not for all types, and withheld those where
	// something was. void counts what was not asked for.
	who               *modelCaller
	voids             bool
	denied            []string
	certain, withheld map[string]bool
	void              int
}

// slowError is one null and its reason.
type slowError struct {
	path, code string
	// optional errors may be left out.
	optional bool
}

// slowObject is an object whose fields are resolved on demand.
type slowObject struct {
	typ *modelType
	// shape and body are what the reply that led here gives of it.
	shape *modelShape
	body  map[string]any
	// parts are what entity suppliers tell.
	parts map[*modelSupplier]slowPart
	// parent, via and index say where a value without keys belongs; index is -1 outside of lists. nested marks lists of lists.
	parent *slowObject
	via    *modelField
	index  int
	nested bool
}

func newSlowExecutor(g *modelGraph, b *backEnd, variables map[string]any) *slowExecutor {
	return &slowExecutor{
		g: g, client: &http.Client{Transport: b}, variables: variables,
		replies: map[string]slowReply{}, asked: map[string]bool{}, certain: map[string]bool{}, withheld: map[string]bool{},
	}
}

// execute returns the answer's data.
func (x *slowExecutor) execute(op *ast.OperationDefinition) []byte {
	root := &slowObject{typ: x.g.query}
	if op.Operation == ast.Mutation {
		root.typ = x.g.mutation
		x.serial = 1
	}
	if x.who != nil {
		x.findDenied([]*modelType{root.typ}, []ast.SelectionSet{op.SelectionSet}, "", true)
	}
	text, isNull := x.object(root, []ast.SelectionSet{op.SelectionSet})
	if isNull {
		return []byte("null")
	}
	return text
}

func (x *slowExecutor) fail(code string, optional bool) {
	x.errors = append(x.errors, slowError{pathText(x.path), code, optional})
}

func pathText(path []any) string {
	var b strings.Builder
	for _, p := range path {
		switch p := p.(type) {
		case string:
			b.WriteString("." + p)
		case int:
			b.WriteString("." + strconv.Itoa(p))
		}
	}
	return b.String()
}

// object completes an object ([GraphQL] 6.4.3) and reports whether it is null because of one of its fields.
func (x *slowExecutor) object(o *slowObject, sets []ast.SelectionSet) ([]byte, bool) {
	if o.typ != x.g.mutation && x.isDoomed(o.typ, sets) {
		x.void++
		return nil, true
	}
	out := []byte{'{'}
	isDead := false
	for i, group := range x.collect(o.typ, sets) {
		if i > 0 {
			out = append(out, ',')
		}
		node := group[0]
		out = append(appendText(out, node.Alias), ':')
		x.path = append(x.path, node.Alias)
		text, isNull := x.field(o, group)
		x.path = x.path[:len(x.path)-1]
		out = append(out, text...)
		if isNull && !isDead {
			isDead = true
			x.muted++
		}
		if x.serial > 0 && len(x.path) == 0 {
			// The next root field of a mutation may not rely on what was read before it.
			x.serial++
			clear(x.replies)
		}
	}
	if isDead {
		x.muted--
	}
	return append(out, '}'), isDead
}

// collect groups the fields of an object by response key ([GraphQL] 6.3.2).
func (x *slowExecutor) collect(t *modelType, sets []ast.SelectionSet) [][]*ast.Field {
	var groups [][]*ast.Field
	at := map[string]int{}
	visited := map[string]bool{}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if !x.included(s.Directives) {
					continue
				}
				i, ok := at[s.Alias]
				if !ok {
					i = len(groups)
					at[s.Alias] = i
					groups = append(groups, nil)
				}
				groups[i] = append(groups[i], s)
			case *ast.InlineFragment:
				if x.included(s.Directives) && x.applies(s.TypeCondition, t) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if x.included(s.Directives) && !visited[s.Name] {
					visited[s.Name] = true
					if x.applies(s.Definition.TypeCondition, t) {
						walk(s.Definition.SelectionSet)
					}
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return groups
}

func (x *slowExecutor) included(ds ast.DirectiveList) bool {
	for _, d := range ds {
		if d.Name == "defer" {
			continue
		}
		v := x.argument(d.Arguments.ForName("if").Value)
		if v == (d.Name == "skip") {
			return false
		}
	}
	return true
}

func (x *slowExecutor) applies(condition string, t *modelType) bool {
	if condition == "" || condition == t.name {
		return true
	}
	return slices.ContainsFunc(x.g.types, func(c *modelType) bool { return c.name == condition && c.includes(t) })
}

// argument is the value of a literal or variable; absent when a variable has none.
func (x *slowExecutor) argument(v *ast.Value) any {
	switch v.Kind {
	case ast.Variable:
		if given, ok := x.variables[v.Raw]; ok {
			return given
		}
		return absent{}
	case ast.NullValue:
		return nil
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	default:
		return v.Raw
	}
}

// field completes one field and reports whether its null has to be propagated.
func (x *slowExecutor) field(o *slowObject, group []*ast.Field) ([]byte, bool) {
	node := group[0]
	if node.Name == "__typename" {
		if x.isDenied(o.typ, group) {
			x.withhold()
			return []byte("null"), true
		}
		return appendText(nil, o.typ.name), false
	}
	f := o.typ.field(node.Name)
	switch {
	case x.isDenied(o.typ, group):
		x.withhold()
		return []byte("null"), f.typ.NonNull
	case o.typ != x.g.mutation && x.isVoid(f, group):
		x.void++
		return []byte("null"), f.typ.NonNull
	}
	v := x.resolve(o, f, node)
	switch {
	case v.noSource:
		x.fail("NO_SOURCE", false)
	case v.failed != "":
		x.fail(v.failed, false)
	case v.isOdd:
		x.fail("TYPE_MISMATCH", false)
	default:
		return x.complete(completion{f: f, owner: o, shape: v.shape, index: -1, sets: setsOf(group)}, f.typ, v.raw)
	}
	return []byte("null"), f.typ.NonNull
}

func setsOf(group []*ast.Field) []ast.SelectionSet {
	var out []ast.SelectionSet
	for _, n := range group {
		out = append(out, n.SelectionSet)
	}
	return out
}
