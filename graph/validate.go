package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/plan"
)

// maxValidationErrors is the number of errors at which validation stops. Finding suggestions is the expensive part of an
// error, so that more errors cost more than more fields; graphql-js stops in the same way.
const maxValidationErrors = 50

// validationRules returns the rules of the specification (section 5) as gqlparser has them, but for these:
// OverlappingFieldsCanBeMerged is quadratic there and replaced by plan.CheckMerge; ValuesOfCorrectType is too lax in some
// points and too strict in others and replaced by input.Rule; SingleFieldSubscriptions is replaced by singleRootField; NoFragmentCycles and MaxIntrospectionDepth, of which the second never ends
// where the first finds something, are replaced by checkExtent.
func validationRules() []core.Rule {
	return []core.Rule{
		rules.FieldsOnCorrectTypeRule,
		rules.FragmentsOnCompositeTypesRule,
		rules.KnownArgumentNamesRule,
		rules.KnownDirectivesRule,
		rules.KnownFragmentNamesRule,
		rules.KnownRootTypeRule,
		rules.KnownTypeNamesRule,
		rules.LoneAnonymousOperationRule,
		rules.NoUndefinedVariablesRule,
		rules.NoUnusedFragmentsRule,
		rules.NoUnusedVariablesRule,
		rules.PossibleFragmentSpreadsRule,
		rules.ProvidedRequiredArgumentsRule,
		rules.ScalarLeafsRule,
		singleRootField(),
		deferDirective(),
		rules.UniqueArgumentNamesRule,
		rules.UniqueDirectivesPerLocationRule,
		rules.UniqueFragmentNamesRule,
		rules.UniqueInputFieldNamesRule,
		rules.UniqueOperationNamesRule,
		rules.UniqueVariableNamesRule,
		input.Rule(),
		rules.VariablesAreInputTypesRule,
		rules.VariablesInAllowedPositionRule,
	}
}

// noIntrospection returns a rule for graphs that do not answer `__schema` and `__type`.
func noIntrospection() core.Rule {
	return core.Rule{Name: "NoIntrospection", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnField(func(_ *core.Walker, f *ast.Field) {
			if f.Name == "__schema" || f.Name == "__type" {
				addError(core.Message("Introspection is switched off, but the query contains %s.", f.Name), core.At(f.Position))
			}
		})
	}}
}

// tooManyErrors is what stops the walk over a document.
type tooManyErrors struct{}

// validate checks a parsed document against the schema and sets the definitions that its nodes refer to. The rules run in
// one walk; when they find nothing, CheckMerge runs, which may rely on all others.
func validate(schema *ast.Schema, doc *ast.QueryDocument, ruleSet []core.Rule) gqlerror.List {
	errs := append(fragmentVariableErrors(doc), constantErrors(doc)...)
	errs = append(errs, walk(schema, doc, ruleSet)...)
	if len(errs) == 0 {
		errs = plan.CheckMerge(doc)
	}
	for i, err := range errs {
		errs[i] = withCode(err, CodeValidationFailed)
	}
	return errs
}

// fragmentVariableErrors refuses variable definitions on fragments: gqlparser reads this extension of the grammar, but
// nothing after it knows what it would mean.
func fragmentVariableErrors(doc *ast.QueryDocument) gqlerror.List {
	var errs gqlerror.List
	for _, f := range doc.Fragments {
		if len(f.VariableDefinition) > 0 {
			errs = append(errs, withCode(gqlerror.ErrorPosf(f.Position,
				`Fragment "%s" must not define variables.`, f.Name), CodeParseFailed))
		}
	}
	return errs
}

// constantErrors refuses variables in the directives of variable definitions, which the grammar (2.11) wants to be constant:
// gqlparser reads them as if they stood on a field.
func constantErrors(doc *ast.QueryDocument) gqlerror.List {
	var errs gqlerror.List
	for _, op := range doc.Operations {
		for _, def := range op.VariableDefinitions {
			for _, d := range def.Directives {
				for _, arg := range d.Arguments {
					if v := firstVariable(arg.Value); v != nil {
						errs = append(errs, withCode(gqlerror.ErrorPosf(v.Position,
							`Unexpected variable "$%s" in constant value.`, v.Raw), CodeParseFailed))
					}
				}
			}
		}
	}
	return errs
}

// firstVariable returns the first variable in a literal, or nil.
func firstVariable(v *ast.Value) *ast.Value {
	if v.Kind == ast.Variable {
		return v
	}
	for _, child := range v.Children {
		if found := firstVariable(child.Value); found != nil {
			return found
		}
	}
	return nil
}

// walk runs the rules.
func walk(schema *ast.Schema, doc *ast.QueryDocument, ruleSet []core.Rule) (errs gqlerror.List) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(tooManyErrors); !ok {
				panic(r) //nolint:forbidigo // not ours: passed on to where panics are contained
			}
		}
	}()
	observers := &core.Events{}
	for _, rule := range ruleSet {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) {
			if len(errs) == maxValidationErrors {
				errs = append(errs, gqlerror.Errorf("Too many validation errors, error limit reached. Validation aborted."))
				panic(tooManyErrors{}) //nolint:forbidigo // gqlparser's walker can be stopped in no other way
			}
			err := &gqlerror.Error{Rule: rule.Name}
			for _, option := range options {
				option(err)
			}
			errs = append(errs, err)
		})
	}
	core.Walk(schema, doc, observers)
	return errs
}
