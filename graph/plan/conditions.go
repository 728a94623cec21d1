package plan

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// Conditions returns the names of the variables that decide @skip and @include anywhere in an operation, in the order of first
// use. A plan is made for one assignment of values to them.
func Conditions(op *ast.OperationDefinition) []string {
	var out []string
	seen := map[string]bool{}
	fragments := map[string]bool{}
	var walk func(set ast.SelectionSet)
	note := func(directives ast.DirectiveList) {
		for _, d := range directives {
			if d.Name != "skip" && d.Name != "include" {
				continue
			}
			if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable && !seen[a.Value.Raw] {
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
	return out
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
