package input

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/personal"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// CodeBadInput is the `extensions.code` of all errors about variables.
const CodeBadInput = "BAD_USER_INPUT"

// maxProblems bounds the errors that one request gets for its variables.
const maxProblems = 20

// Variables coerces the given variables to the types that the operation declares (specification 6.1.2). The operation must
// have been validated against g.Schema. given is the object that the client sent, or MISSING or null when it sent none.
//
// The result has an entry for every variable that has a value: given, null included, or by default. A variable without one
// has no entry. Members of given that the operation does not declare are ignored. All problems are reported, up to a
// bound, with the code BAD_USER_INPUT and the location of the variable's definition; then there is no result.
func Variables(g *sdl.Graph, op *ast.OperationDefinition, given value.Value, marks *personal.Marks) (map[string]value.Value, gqlerror.List) {
	if len(op.VariableDefinitions) == 0 {
		return nil, nil
	}
	c := variableCoercer{schema: g.Schema, op: op, marks: marks}
	coerced := make(map[string]value.Value, len(op.VariableDefinitions))
	for _, def := range op.VariableDefinitions {
		if c.full() {
			break
		}
		if v := c.variable(g, def, given.Get(def.Variable)); !v.IsMissing() {
			coerced[def.Variable] = v
		}
	}
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return coerced, nil
}

// variableCoercer coerces the variables of one request one after another.
type variableCoercer struct {
	schema *ast.Schema
	op     *ast.OperationDefinition
	marks  *personal.Marks
	errs   gqlerror.List
	// def is the variable at hand, path the place inside its value.
	def  *ast.VariableDefinition
	path path
}

// variable returns the value of one variable, MISSING when it has none.
func (c *variableCoercer) variable(g *sdl.Graph, def *ast.VariableDefinition, given value.Value) value.Value {
	c.def, c.path = def, nil
	if given.IsMissing() {
		if def.DefaultValue != nil {
			v, err := Literal(g, def.DefaultValue, def.Type, nil)
			switch {
			case err == nil:
			case c.marks.Variable(c.op, def):
				c.errorf(`Variable "$%s" has an invalid default value.`, def.Variable)
			default:
				c.errorf(`Variable "$%s" has an invalid default value; %s`, def.Variable, err.Error())
			}
			return v
		}
		if def.Type.NonNull {
			c.errorf(`Variable "$%s" of required type %q was not provided.`, def.Variable, def.Type)
		}
		return value.Missing()
	}
	if given.IsNull() && def.Type.NonNull {
		c.errorf(`Variable "$%s" of non-null type %q must not be null.`, def.Variable, def.Type)
		return value.Missing()
	}
	return c.value(given, def.Type)
}

// value coerces a JSON value. After a problem the result has no meaning.
func (c *variableCoercer) value(v value.Value, t *ast.Type) value.Value {
	if v.IsNull() {
		if t.NonNull {
			c.invalid(v, fmt.Sprintf(`Expected non-nullable type %q not to be null.`, t))
		}
		return v
	}
	if t.Elem != nil {
		return c.list(v, t)
	}
	def := c.schema.Types[t.NamedType]
	if def == nil {
		c.invalid(v, fmt.Sprintf(`Unknown type %q.`, t.NamedType))
		return v
	}
	switch def.Kind {
	case ast.InputObject:
		return c.object(v, def)
	case ast.Enum:
		return c.check(v, enumProblem(def, v))
	case ast.Scalar:
		coerced, problem := scalar(def.Name, v)
		c.check(v, problem)
		return coerced
	default:
		return c.check(v, fmt.Sprintf(`Type %q is not an input type.`, def.Name))
	}
}

// list coerces an array item by item, and any other value to a list of one item; this nests (specification 3.12).
func (c *variableCoercer) list(v value.Value, t *ast.Type) value.Value {
	if v.Kind() != value.KindArray {
		return value.Array([]value.Value{c.value(v, t.Elem)})
	}
	items := make([]value.Value, v.Len())
	for i, item := range v.Elems() {
		if c.full() {
			break
		}
		c.path = append(c.path, step{index: i})
		items[i] = c.value(item, t.Elem)
		c.path = c.path[:len(c.path)-1]
	}
	return value.Array(items)
}

func (c *variableCoercer) object(v value.Value, def *ast.Definition) value.Value {
	if v.Kind() != value.KindObject {
		return c.check(v, fmt.Sprintf(`Expected type %q to be an object.`, def.Name))
	}
	fields := make([]value.Field, 0, len(def.Fields))
	for _, field := range def.Fields {
		if c.full() {
			return v
		}
		given := v.Get(field.Name)
		if !given.IsMissing() {
			c.path = append(c.path, step{name: field.Name})
			given = c.value(given, field.Type)
			c.path = c.path[:len(c.path)-1]
		} else {
			given = c.absent(v, field)
		}
		if !given.IsMissing() {
			fields = append(fields, value.Field{Name: field.Name, Value: given})
		}
	}
	c.unknownFields(v, def)
	if isOneOf(def) {
		c.check(v, oneOfProblem(def, v))
	}
	return value.DistinctObject(fields)
}

// absent returns the default of a field that the object v does not have, or MISSING.
func (c *variableCoercer) absent(v value.Value, field *ast.FieldDefinition) value.Value {
	if field.DefaultValue != nil {
		l := literalCoercer{schema: c.schema}
		d, err := l.coerce(field.DefaultValue, field.Type)
		if err != nil {
			c.invalid(v, err.Error())
		}
		return d
	}
	if field.Type.NonNull {
		c.invalid(v, fmt.Sprintf(`Field %q of required type %q was not provided.`, field.Name, field.Type))
	}
	return value.Missing()
}

func (c *variableCoercer) unknownFields(v value.Value, def *ast.Definition) {
	for _, f := range v.Fields() {
		if c.full() {
			return
		}
		if def.Fields.ForName(f.Name) == nil {
			c.invalid(v, unknownFieldProblem(def, f.Name))
		}
	}
}

// check reports the problem, unless it is empty, and returns v.
func (c *variableCoercer) check(v value.Value, problem string) value.Value {
	if problem != "" {
		c.invalid(v, problem)
	}
	return v
}

// invalid reports what is wrong with v, the value at the current path.
func (c *variableCoercer) invalid(v value.Value, problem string) {
	at := ""
	if len(c.path) > 0 {
		at = fmt.Sprintf(` at "%s%s"`, c.def.Variable, c.path)
	}
	if c.marks.Variable(c.op, c.def) {
		// The problem may have the value in its words, too, and errors are logged by clients.
		c.errorf(`Variable "$%s" got invalid value %s%s; Expected a value of type %q.`, c.def.Variable, personal.Redacted, at, c.def.Type)
		return
	}
	c.errorf(`Variable "$%s" got invalid value %s%s; %s`, c.def.Variable, abridge(v), at, problem)
}

func (c *variableCoercer) errorf(format string, args ...any) {
	if c.full() {
		return
	}
	err := gqlerror.Errorf(format, args...)
	if len(c.errs) == maxProblems-1 {
		err = gqlerror.Errorf("Too many errors processing variables, error limit reached. Execution aborted.")
	}
	if pos := c.def.Position; pos != nil {
		err.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	err.Extensions = map[string]any{"code": CodeBadInput}
	c.errs = append(c.errs, err)
}

func (c *variableCoercer) full() bool { return len(c.errs) >= maxProblems }
