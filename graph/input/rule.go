package input

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/weftgraph/weft/graph/sdl"
)

// Rule returns the validation rule ValuesOfCorrectType (specification 5.6.1 to 5.6.4). It replaces gqlparser's, which refuses
// long integers as Float and ID, accepts 2^40 as Int, and names the wrong field of a @oneOf object.
func Rule() core.Rule {
	return core.Rule{Name: "ValuesOfCorrectType", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnValue(func(_ *core.Walker, v *ast.Value) {
			// Unknown types, arguments and fields are reported by other rules.
			if v.Definition == nil || v.ExpectedType == nil {
				return
			}
			for _, problem := range literalProblems(v) {
				addError(core.Message("%s", problem.message), core.At(problem.at))
			}
		})
	}}
}

// literalProblem is one sentence about one place.
type literalProblem struct {
	message string
	at      *ast.Position
}

// literalProblems judges one literal without its parts, which the walker visits on their own.
func literalProblems(v *ast.Value) []literalProblem {
	def := v.Definition
	switch {
	case v.Kind == ast.Variable:
		return nil
	case v.Kind == ast.NullValue:
		if v.ExpectedType.NonNull {
			return []literalProblem{{fmt.Sprintf(`Expected value of type %q, found null.`, v.ExpectedType), v.Position}}
		}
		return nil
	case v.Kind == ast.ListValue && v.ExpectedType.Elem != nil:
		return nil
	case def.Kind == ast.InputObject:
		if v.Kind != ast.ObjectValue {
			return []literalProblem{{
				fmt.Sprintf(`Expected value of type %q, found %s.`, v.ExpectedType, abridgeLiteral(v)), v.Position,
			}}
		}
		return objectProblems(v)
	case def.Kind == ast.Scalar && def.Name == sdl.Upload:
		return []literalProblem{{"Upload cannot be written in a query: declare a variable, and send it as a file of a multipart request.", v.Position}}
	case def.Kind == ast.Scalar && !isBuiltIn(def.Name):
		return nil
	}
	if problem := leafProblem(def, v); problem != "" {
		return []literalProblem{{problem, v.Position}}
	}
	return nil
}

func objectProblems(v *ast.Value) []literalProblem {
	def := v.Definition
	var problems []literalProblem
	add := func(at *ast.Position, format string, args ...any) {
		problems = append(problems, literalProblem{fmt.Sprintf(format, args...), at})
	}
	for _, field := range def.Fields {
		if field.Type.NonNull && field.DefaultValue == nil && v.Children.ForName(field.Name) == nil {
			add(v.Position, `Field "%s.%s" of required type %q was not provided.`, def.Name, field.Name, field.Type)
		}
	}
	for _, child := range v.Children {
		if def.Fields.ForName(child.Name) == nil {
			add(child.Position, "%s", unknownFieldProblem(def, child.Name))
		}
	}
	if isOneOf(def) {
		switch {
		case len(v.Children) != 1:
			add(v.Position, `Exactly one key must be specified for OneOf type %q.`, def.Name)
		case v.Children[0].Value.Kind == ast.NullValue:
			add(v.Children[0].Value.Position, `Field "%s.%s" must be non-null.`, def.Name, v.Children[0].Name)
		}
	}
	return problems
}
