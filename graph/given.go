package graph

import (
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/value"
)

// checkGiven bounds the variables that a client sent, before they are coerced: what a schema makes of them, by the defaults of
// input objects, may be much more. Those that the operation does not declare count, too.
func checkGiven(variables value.Value, limits Limits) *gqlerror.Error {
	c := givenCheck{limits: limits}
	for _, f := range variables.Fields() {
		if err := c.value(f.Value, 0); err != nil {
			err.Message = `Variable "$` + shortened(f.Name) + `" ` + err.Message
			return err
		}
	}
	return nil
}

// givenCheck counts values.
type givenCheck struct {
	limits Limits
	values int
}

// value checks a value that this many lists and objects are around. The JSON reader has bounded how deep they nest.
func (c *givenCheck) value(v value.Value, depth int) *gqlerror.Error {
	if c.values++; c.values > c.limits.MaxVariableValues {
		return limitError(limitVariableValues, c.limits.MaxVariableValues, "has too many values, or those before it have")
	}
	switch v.Kind() {
	case value.KindArray:
		if n := v.Len(); n > c.limits.MaxListSize {
			return limitError(limitListSize, c.limits.MaxListSize, "has a list of %d items", n)
		}
	case value.KindObject:
	default:
		return nil
	}
	if depth++; depth > c.limits.MaxVariableNesting {
		return limitError(limitVariableNesting, c.limits.MaxVariableNesting, "nests too deep")
	}
	for _, e := range v.Elems() {
		if err := c.value(e, depth); err != nil {
			return err
		}
	}
	for _, f := range v.Fields() {
		if err := c.value(f.Value, depth); err != nil {
			return err
		}
	}
	return nil
}
