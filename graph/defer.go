package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// deferDirective returns the rules of the proposal for incremental delivery about @defer: labels are texts, each of them once in a document;
// root fields of mutations and subscriptions are not deferred, and neither is anything in a subscription, unless `if` tells so.
func deferDirective() core.Rule {
	return core.Rule{Name: "DeferDirective", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		d := deferRule{labels: map[string]*ast.Directive{}, reported: map[*ast.Directive]bool{}, addError: addError}
		observers.OnDirective(func(_ *core.Walker, directive *ast.Directive) {
			if directive.Name == "defer" {
				d.label(directive)
			}
		})
		observers.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
			if op.Operation == ast.Mutation || op.Operation == ast.Subscription {
				d.operation, d.visited = op.Operation, map[string]bool{}
				d.walk(op.SelectionSet)
			}
		})
	}}
}

type deferRule struct {
	labels map[string]*ast.Directive
	// reported are the directives that are wrong; fragments are visited more than once.
	reported  map[*ast.Directive]bool
	operation ast.Operation
	visited   map[string]bool
	addError  core.AddErrFunc
}

// label checks the label of a @defer.
func (r *deferRule) label(d *ast.Directive) {
	label := d.Arguments.ForName("label")
	switch {
	case label == nil || label.Value.Kind == ast.NullValue:
	case label.Value.Kind == ast.Variable:
		r.reportf(d, `The label of @defer must be a text, not a variable.`)
	default:
		first := r.labels[label.Value.Raw]
		if first != nil && first != d {
			r.reportf(d, `The label %q is that of another @defer. Labels must be unique in a document.`, label.Value.Raw)
			return
		}
		r.labels[label.Value.Raw] = d
	}
}

// walk looks at the root fields of a mutation, and at all fields of a subscription.
func (r *deferRule) walk(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if r.operation == ast.Subscription {
				r.walk(s.SelectionSet)
			}
		case *ast.InlineFragment:
			r.check(s.Directives)
			r.walk(s.SelectionSet)
		case *ast.FragmentSpread:
			r.check(s.Directives)
			if s.Definition != nil && !r.visited[s.Name] {
				r.visited[s.Name] = true
				r.walk(s.Definition.SelectionSet)
			}
		}
	}
}

func (r *deferRule) check(directives ast.DirectiveList) {
	d := directives.ForName("defer")
	if d == nil {
		return
	}
	condition := d.Arguments.ForName("if")
	isVariable := condition != nil && condition.Value.Kind == ast.Variable
	switch {
	case condition != nil && !isVariable && condition.Value.Raw == "false":
	case r.operation == ast.Mutation:
		r.reportf(d, "The root fields of a mutation cannot be deferred. Take the @defer away, or give it `if: false`.")
	case !isVariable:
		r.reportf(d, "Subscriptions cannot be deferred. Take the @defer away, or give it `if: false`.")
	}
}

func (r *deferRule) reportf(d *ast.Directive, format string, args ...any) {
	if r.reported[d] {
		return
	}
	r.reported[d] = true
	r.addError(core.Message(format, args...), core.At(d.Position))
}
