package graph

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// singleRootField returns the rule that a subscription has one root field (specification 5.2.4.1). gqlparser's rule counts
// two aliases of one field once, and lets @skip and @include decide which field is the one.
func singleRootField() core.Rule {
	return core.Rule{Name: "SingleFieldSubscriptions", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
			if op.Operation != ast.Subscription {
				return
			}
			name := "Anonymous Subscription"
			if op.Name != "" {
				name = "Subscription " + strconv.Quote(op.Name)
			}
			r := rootFields{keys: map[string]bool{}, visited: map[string]bool{}}
			r.collect(op.SelectionSet)
			if r.second != nil {
				addError(core.Message("%s must select only one top level field.", name), core.At(r.second))
			}
			if r.introspection != nil {
				addError(core.Message("%s must not select an introspection top level field.", name), core.At(r.introspection))
			}
			if r.condition != nil {
				addError(core.Message("%s must not use `@skip` or `@include` directives in the top level selection.", name), core.At(r.condition))
			}
		})
	}}
}

// rootFields looks at the root selection set of a subscription, fragments included. The positions are those of the first
// offenders.
type rootFields struct {
	keys, visited                    map[string]bool
	second, introspection, condition *ast.Position
}

func (r *rootFields) collect(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			r.judge(s.Directives)
			r.field(s)
		case *ast.InlineFragment:
			r.judge(s.Directives)
			r.collect(s.SelectionSet)
		case *ast.FragmentSpread:
			r.judge(s.Directives)
			if s.Definition != nil && !r.visited[s.Name] {
				r.visited[s.Name] = true
				r.collect(s.Definition.SelectionSet)
			}
		}
	}
}

func (r *rootFields) field(f *ast.Field) {
	r.keys[f.Alias] = true
	if len(r.keys) > 1 && r.second == nil {
		r.second = f.Position
	}
	if strings.HasPrefix(f.Name, "__") && r.introspection == nil {
		r.introspection = f.Position
	}
}

func (r *rootFields) judge(directives ast.DirectiveList) {
	for _, d := range directives {
		if (d.Name == "skip" || d.Name == "include") && r.condition == nil {
			r.condition = d.Position
		}
	}
}
