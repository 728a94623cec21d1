package plan

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// TakesParts is the condition that the client takes an answer in parts. Without it @defer is ignored.
const TakesParts = "@" + deferName

const deferName = "defer"

// Conditions returns the names of the variables that decide @skip, @include and @defer anywhere in an operation, in the order of first
// use; and TakesParts, as the last one, where there is a @defer that may be heeded. A plan is made for one assignment of values to them.
func Conditions(op *ast.OperationDefinition) []string {
	var out []string
	seen := map[string]bool{}
	fragments := map[string]bool{}
	mayDefer := false
	var walk func(set ast.SelectionSet)
	note := func(directives ast.DirectiveList) {
		for _, d := range directives {
			if d.Name != "skip" && d.Name != "include" && d.Name != deferName {
				continue
			}
			a := d.Arguments.ForName("if")
			if d.Name == deferName {
				mayDefer = mayDefer || op.Operation != ast.Subscription && (a == nil || a.Value.Raw != "false" || a.Value.Kind == ast.Variable)
			}
			if a != nil && a.Value.Kind == ast.Variable && !seen[a.Value.Raw] {
				seen[a.Value.Raw] = true
				out = append(out, a.Value.Raw)
			}
		}
	}
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch s := sel.(type) {
			case *ast.Field:
				note(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				note(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				note(s.Directives)
				if s.Definition != nil && !fragments[s.Name] {
					fragments[s.Name] = true
					walk(s.Definition.SelectionSet)
				}
			}
		}
	}
	walk(op.SelectionSet)
	if mayDefer {
		out = append(out, TakesParts)
	}
	return out
}

// deferredBy returns the @defer that holds for a fragment, nil if none does.
func deferredBy(directives ast.DirectiveList, conditions map[string]bool) *ast.Directive {
	d := directives.ForName(deferName)
	if d == nil || !conditions[TakesParts] {
		return nil
	}
	a := d.Arguments.ForName("if")
	switch {
	case a == nil:
		return d
	case a.Value.Kind == ast.Variable && !conditions[a.Value.Raw], a.Value.Kind != ast.Variable && a.Value.Raw != "true":
		return nil
	default:
		return d
	}
}

// isIncluded evaluates @skip and @include ([GraphQL] 3.13). A variable that is not among the conditions counts as false; validation and
// coercion see to it that there is none.
func isIncluded(directives ast.DirectiveList, conditions map[string]bool) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		a := d.Arguments.ForName("if")
		if a == nil {
			continue
		}
		holds := a.Value.Raw == "true"
		if a.Value.Kind == ast.Variable {
			holds = conditions[a.Value.Raw]
		}
		if holds == (d.Name == "skip") {
			return false
		}
	}
	return true
}
