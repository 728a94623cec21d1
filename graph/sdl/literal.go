package sdl

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// literals checks constants against input types: arguments of applied directives and default values.
type literals struct {
	*builder
	// definition finds a type; nil for one that is not defined, which is reported elsewhere.
	definition func(name string) *ast.Definition
	// code is the code of what is reported.
	code string
}

// check reports where a constant does not fit a type.
func (c literals) check(v *ast.Value, t *ast.Type) {
	if v.Kind == ast.NullValue {
		if t.NonNull {
			c.errorf(c.code, v.Position, "expected a value of type %s, found null", t)
		}
		return
	}
	if t.Elem != nil {
		if v.Kind != ast.ListValue {
			c.check(v, t.Elem) // one value stands for a list of one
			return
		}
		for _, item := range v.Children {
			c.check(item.Value, t.Elem)
		}
		return
	}
	switch def := c.definition(t.NamedType); {
	case isBuiltInScalar(t.NamedType):
		c.scalar(v, t.NamedType)
	case def == nil:
	case def.Kind == ast.Enum:
		c.enum(v, def)
	case def.Kind == ast.InputObject:
		c.object(v, def)
	case isTextScalar(t.NamedType) && !isString(v):
		c.errorf(c.code, v.Position, "expected a string, found %s", describe(v))
	}
}

func (c literals) scalar(v *ast.Value, name string) {
	ok := false
	switch name {
	case "Int":
		_, err := strconv.ParseInt(v.Raw, 10, 32)
		ok = v.Kind == ast.IntValue && err == nil
	case "Float":
		ok = v.Kind == ast.IntValue || v.Kind == ast.FloatValue
	case "String":
		ok = isString(v)
	case "Boolean":
		ok = v.Kind == ast.BooleanValue
	case "ID":
		ok = isString(v) || v.Kind == ast.IntValue
	}
	if !ok {
		c.errorf(c.code, v.Position, "expected a value of type %s, found %s", name, describe(v))
	}
}

func (c literals) enum(v *ast.Value, def *ast.Definition) {
	if v.Kind == ast.EnumValue && def.EnumValues.ForName(v.Raw) != nil {
		return
	}
	c.errorf(c.code, v.Position, "expected a value of enum %q, found %s", def.Name, describe(v))
	var names []string
	for _, known := range def.EnumValues {
		names = append(names, known.Name)
	}
	c.suggest(v.Raw, names)
}

func (c literals) object(v *ast.Value, def *ast.Definition) {
	name := def.Name[strings.LastIndexByte(def.Name, '_')+1:]
	if name == "HTTPHeaderMapping" {
		c.code = codeHeader // the code of everything that is wrong with headers
	}
	if v.Kind != ast.ObjectValue {
		c.errorf(c.code, v.Position, "expected an input object of type %q, found %s", name, describe(v))
		return
	}
	seen, misspelled := map[string]bool{}, map[string]bool{}
	for _, child := range v.Children {
		field := def.Fields.ForName(child.Name)
		switch {
		case field == nil && name == "ConnectHTTP" && isMisspelledMethod(v, child.Name):
			continue // a request without a method has a code of its own
		case field == nil:
			c.errorf(c.code, child.Position, "%q has no field %q", name, child.Name)
			c.suggest(child.Name, inputNames(def))
			misspelled[c.diags.last().Nearest] = true
			continue
		case seen[child.Name]:
			c.errorf(c.code, child.Position, "%q is given twice", child.Name)
			continue
		}
		seen[child.Name] = true
		c.check(child.Value, field.Type)
	}
	for _, field := range def.Fields {
		if field.Type.NonNull && field.DefaultValue == nil && !seen[field.Name] && !misspelled[field.Name] {
			c.errorf(c.code, v.Position, "%q needs the field %q", name, field.Name)
		}
	}
	if def.Directives.ForName("oneOf") != nil && (len(v.Children) != 1 || v.Children[0].Value.Kind == ast.NullValue) {
		c.errorf(c.code, v.Position, "%q takes exactly one field that is not null", name)
	}
}

func inputNames(def *ast.Definition) []string {
	var names []string
	for _, f := range def.Fields {
		names = append(names, f.Name)
	}
	return names
}

// isTextScalar reports whether a scalar of a specification must be a string.
func isTextScalar(name string) bool {
	_, name, prefixed := strings.Cut(name, "__")
	switch name {
	case "JSONSelection", "URLTemplate", "FieldSet", "Scope", "Policy", "ContextFieldValue":
		return prefixed
	default:
		return false
	}
}

// describe names a constant in a message.
func describe(v *ast.Value) string {
	switch v.Kind {
	case ast.ListValue:
		return "a list"
	case ast.ObjectValue:
		return "an input object"
	case ast.StringValue, ast.BlockValue:
		return "a string"
	default:
		return v.Raw
	}
}
