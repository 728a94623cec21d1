package gosource

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/table"
)

// Names of the federation specification.
const (
	entitiesField        = "_entities"
	representationsName  = "representations"
	representationsTypes = "[_Any!]!"
	typenameField        = "__typename"
)

// operation is what the executor runs: one root field, with variables for all of its arguments.
type operation struct {
	text     string
	document *ast.QueryDocument
}

// operation writes the operation that asks for what a shape wants, and validates it.
func (b *binding) operation(want *table.Shape) (*operation, error) {
	c := b.connector.Go
	var text strings.Builder
	if c.Root != "" {
		field := b.root()
		variables, arguments := declare(field.Arguments)
		text.WriteString(c.Root + parenthesised(variables) + " { " + c.Field + parenthesised(arguments))
		b.selections(want, field.Type.Name()).appendTo(&text)
	} else {
		variables, wanted := []string{"$" + representationsName + ": " + representationsTypes}, &selection{}
		if c.Field == "" {
			wanted = b.selections(want, c.On)
		} else {
			field := b.schema.Types[c.On].Fields.ForName(c.Field)
			declared, arguments := declare(field.Arguments)
			variables = append(variables, declared...)
			wanted.add(c.Field + parenthesised(arguments)).children = b.selections(want, field.Type.Name()).children
		}
		text.WriteString("query" + parenthesised(variables) + " { " + entitiesField + "(" + representationsName + ": $" + representationsName + ")")
		entity := &selection{}
		entity.add("... on " + c.On).children = wanted.orTypename().children
		entity.appendTo(&text)
	}
	text.WriteString(" }")
	return b.validated(text.String())
}

// root is the definition of a root field.
func (b *binding) root() *ast.FieldDefinition {
	on := b.schema.Query
	switch b.connector.Go.Root {
	case "mutation":
		on = b.schema.Mutation
	case "subscription":
		on = b.schema.Subscription
	}
	return on.Fields.ForName(b.connector.Go.Field)
}

// validated parses an operation. Whether its fields can be merged is not asked: fields of different concrete types are in fragments
// that are never both answered, so that their types may differ.
func (b *binding) validated(text string) (*operation, error) {
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, fmt.Errorf("executable %s: %w", b.executable.Name, err)
	}
	checks := rules.NewDefaultRules()
	checks.RemoveRule("OverlappingFieldsCanBeMerged")
	if errs := validator.ValidateWithRules(b.schema, document, checks); len(errs) > 0 {
		return nil, fmt.Errorf("executable %s: %q: %w", b.executable.Name, text, errs)
	}
	return &operation{text, document}, nil
}

// declare returns the variables that stand for a field's arguments, and the arguments.
func declare(args ast.ArgumentDefinitionList) (variables, arguments []string) {
	for _, a := range args {
		variable := "$" + a.Name + ": " + a.Type.String()
		if a.DefaultValue != nil {
			variable += " = " + a.DefaultValue.String()
		}
		variables = append(variables, variable)
		arguments = append(arguments, a.Name+": $"+a.Name)
	}
	return variables, arguments
}

func parenthesised(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}
