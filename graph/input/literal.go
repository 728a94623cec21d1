package input

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// maxDefaultDepth bounds how deep defaults may lead to further defaults. The specification forbids cycles of defaults
// (3.10.2); the bound keeps a schema that has one nevertheless from recursing forever.
const maxDefaultDepth = 64

// Argument returns the value of a field's argument (specification 6.4.1, Connectors specification 3.6): v is the literal
// that the operation gives, nil when it gives none, and def the default from the schema, nil when there is none. An omitted
// argument has its default's value, or MISSING; one that is bound to a variable without a value has its default's value, or
// null. vars are coerced variables. The message of an error may be shown to clients.
func Argument(g *sdl.Graph, v, def *ast.Value, t *ast.Type, vars map[string]value.Value) (value.Value, error) {
	given, err := Literal(g, v, t, vars)
	if err != nil || !given.IsMissing() {
		return given, err
	}
	switch {
	case def != nil:
		return Literal(g, def, t, nil)
	case t.NonNull:
		return value.Missing(), fmt.Errorf(`a value of required type %q was not provided`, t)
	case v != nil:
		return value.Null(), nil
	default:
		return value.Missing(), nil
	}
}

// Literal coerces a literal of a query document or of the schema to a type. Variables in it are replaced from vars, the
// result of Variables; the defaults of input fields are applied, and single values become lists where a list is expected.
// The result is MISSING when v is nil or a variable that has no value. The message of an error may be shown to clients.
//
// Validation has found most of what can be wrong with a literal beforehand; what is left are null variables in non-null
// positions and @oneOf objects without their one field.
func Literal(g *sdl.Graph, v *ast.Value, t *ast.Type, vars map[string]value.Value) (value.Value, error) {
	if v == nil {
		return value.Missing(), nil
	}
	c := literalCoercer{schema: g.Schema, vars: vars}
	return c.coerce(v, t)
}

// literalCoercer coerces one literal.
type literalCoercer struct {
	schema *ast.Schema
	vars   map[string]value.Value
	// defaults counts the defaults that the value at hand is inside of.
	defaults int
}

// coerce returns the value, or MISSING for a variable that has none.
func (c *literalCoercer) coerce(v *ast.Value, t *ast.Type) (value.Value, error) {
	switch {
	case v.Kind == ast.Variable:
		given, ok := c.vars[v.Raw]
		if !ok {
			return value.Missing(), nil
		}
		if given.IsNull() && t.NonNull {
			return given, fmt.Errorf(`variable "$%s" of null value used in position expecting type %q`, v.Raw, t)
		}
		// Variables have been coerced to their own type, which validation found compatible with this position.
		return given, nil
	case v.Kind == ast.NullValue:
		if t.NonNull {
			return value.Null(), fmt.Errorf(`expected value of type %q, found null`, t)
		}
		return value.Null(), nil
	case t.Elem != nil:
		return c.list(v, t)
	}
	def := c.schema.Types[t.NamedType]
	if def == nil {
		return value.Missing(), fmt.Errorf(`unknown type %q`, t.NamedType)
	}
	switch def.Kind {
	case ast.InputObject:
		return c.object(v, def)
	case ast.Scalar:
		if !isBuiltIn(def.Name) {
			return c.untyped(v)
		}
	}
	if problem := leafProblem(def, v); problem != "" {
		return value.Missing(), errors.New(problem)
	}
	return leaf(v), nil
}

func (c *literalCoercer) list(v *ast.Value, t *ast.Type) (value.Value, error) {
	if v.Kind != ast.ListValue {
		item, err := c.coerce(v, t.Elem)
		return value.Array([]value.Value{item}), err
	}
	items := make([]value.Value, len(v.Children))
	for i, child := range v.Children {
		item, err := c.coerce(child.Value, t.Elem)
		if err == nil && item.IsMissing() && t.Elem.NonNull {
			err = fmt.Errorf(`variable "$%s" without value used in position expecting type %q`, child.Value.Raw, t.Elem)
		}
		if err != nil {
			return value.Missing(), err
		}
		items[i] = item // Array makes null of MISSING, as the specification wants it
	}
	return value.Array(items), nil
}

func (c *literalCoercer) object(v *ast.Value, def *ast.Definition) (value.Value, error) {
	if v.Kind != ast.ObjectValue {
		return value.Missing(), fmt.Errorf(`expected value of type %q, found %s`, def.Name, abridgeLiteral(v))
	}
	for _, child := range v.Children {
		if def.Fields.ForName(child.Name) == nil {
			return value.Missing(), errors.New(unknownFieldProblem(def, child.Name))
		}
	}
	fields := make([]value.Field, 0, len(def.Fields))
	for _, field := range def.Fields {
		given, err := c.field(v, field)
		if err != nil {
			return value.Missing(), err
		}
		if !given.IsMissing() {
			fields = append(fields, value.Field{Name: field.Name, Value: given})
		}
	}
	coerced := value.DistinctObject(fields)
	if isOneOf(def) {
		if problem := oneOfProblem(def, coerced); problem != "" {
			return value.Missing(), errors.New(problem)
		}
	}
	return coerced, nil
}

// field returns the value of one field of an object literal: as given, else its default, else MISSING.
func (c *literalCoercer) field(object *ast.Value, field *ast.FieldDefinition) (value.Value, error) {
	if literal := object.Children.ForName(field.Name); literal != nil {
		given, err := c.coerce(literal, field.Type)
		if err != nil || !given.IsMissing() {
			return given, err
		}
	}
	switch {
	case field.DefaultValue != nil:
		if c.defaults == maxDefaultDepth {
			return value.Missing(), fmt.Errorf(`the default of field %q leads back to itself`, field.Name)
		}
		inner := literalCoercer{schema: c.schema, defaults: c.defaults + 1}
		return inner.coerce(field.DefaultValue, field.Type)
	case field.Type.NonNull:
		return value.Missing(), fmt.Errorf(`field %q of required type %q was not provided`, field.Name, field.Type)
	default:
		return value.Missing(), nil
	}
}

// untyped returns the value of a literal for a custom scalar, which accepts all of them.
func (c *literalCoercer) untyped(v *ast.Value) (value.Value, error) {
	switch v.Kind {
	case ast.Variable:
		return c.vars[v.Raw], nil
	case ast.ListValue:
		items := make([]value.Value, len(v.Children))
		for i, child := range v.Children {
			item, err := c.untyped(child.Value)
			if err != nil {
				return value.Missing(), err
			}
			items[i] = item
		}
		return value.Array(items), nil
	case ast.ObjectValue:
		fields := make([]value.Field, 0, len(v.Children))
		for _, child := range v.Children {
			item, err := c.untyped(child.Value)
			if err != nil {
				return value.Missing(), err
			}
			fields = append(fields, value.Field{Name: child.Name, Value: item})
		}
		return value.Object(fields), nil
	default:
		return leaf(v), nil
	}
}
