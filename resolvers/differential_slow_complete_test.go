package resolvers_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// completion is what completing the value of one field needs.
type completion struct {
	f      *modelField
	owner  *slowObject
	shape  *modelShape
	sets   []ast.SelectionSet
	index  int
	nested bool
}

// complete completes a value ([GraphQL] 6.4.3) and reports whether a null has to be propagated.
func (x *slowExecutor) complete(c completion, t *ast.Type, raw any) ([]byte, bool) {
	text, isNull, reported := x.completeNullable(c, t, raw)
	if !isNull {
		return text, false
	}
	if t.NonNull && !reported {
		x.fail("NULL_IN_NON_NULL", x.muted > 0)
	}
	return []byte("null"), t.NonNull
}

// completeNullable completes a value whatever its non-null mark, and reports whether it is null, and whether an error tells why.
func (x *slowExecutor) completeNullable(c completion, t *ast.Type, raw any) (text []byte, isNull, reported bool) {
	switch {
	case raw == nil || raw == (absent{}):
		return nil, true, false
	case t.Elem != nil:
		list, ok := raw.([]any)
		if !ok {
			x.fail("TYPE_MISMATCH", false)
			return nil, true, true
		}
		text, dead := x.list(c, t, list)
		return text, dead, dead
	case c.f.target == nil:
		text, ok := completeLeaf(t.NamedType, raw)
		if !ok {
			x.fail("TYPE_MISMATCH", false)
		}
		return text, !ok, !ok
	}
	body, ok := raw.(map[string]any)
	var sh *modelShape
	if ok {
		if isNullMapped(c.shape, body) {
			return nil, true, false
		}
		if sh, isNull = concreteShape(c.shape, body); isNull {
			return nil, true, false
		}
	}
	if sh == nil {
		x.fail("TYPE_MISMATCH", false)
		return nil, true, true
	}
	o := &slowObject{typ: sh.on, shape: sh, body: body, parent: c.owner, via: c.f, index: c.index, nested: c.nested}
	text, dead := x.object(o, c.sets)
	return text, dead, dead
}

func (x *slowExecutor) list(c completion, t *ast.Type, list []any) ([]byte, bool) {
	out := []byte{'['}
	isDead := false
	c.nested = c.index >= 0
	for i, e := range list {
		if i > 0 {
			out = append(out, ',')
		}
		x.path = append(x.path, i)
		c.index = i
		text, isNull := x.complete(c, t.Elem, e)
		x.path = x.path[:len(x.path)-1]
		out = append(out, text...)
		if isNull && !isDead {
			isDead = true
			x.muted++
		}
	}
	if isDead {
		x.muted--
	}
	return append(out, ']'), isDead
}

// concreteShape is the shape of the object's type: nil when nobody can tell the type. It reports whether the mapping makes the
// object null.
func concreteShape(sh *modelShape, body map[string]any) (*modelShape, bool) {
	if !sh.on.isAbstract() {
		return sh, false
	}
	kind, ok := body[sh.disc]
	if !ok {
		return nil, false
	}
	for _, a := range sh.arms {
		if a.kind == kind {
			return a.shape, isNullMapped(a.shape, body)
		}
	}
	return nil, sh.orNull
}

// isNullMapped tells whether an inline spread of null makes the whole object null.
func isNullMapped(sh *modelShape, body map[string]any) bool {
	return slices.ContainsFunc(sh.given, func(g modelGiven) bool {
		v, ok := body[g.wire[0]]
		return g.spread && ok && v == nil
	})
}

// completeLeaf coerces a leaf's result ([GraphQL] 3.5) as strictly as the Connectors specification demands (4.3).
func completeLeaf(named string, raw any) ([]byte, bool) {
	n, isNumber := raw.(json.Number)
	s, isString := raw.(string)
	_, isBool := raw.(bool)
	isInteger := isNumber && !strings.ContainsAny(n.String(), ".eE")
	switch named {
	case "String":
		return appendText(nil, s), isString
	case "Int":
		_, err := strconv.ParseInt(n.String(), 10, 32)
		return []byte(n), isInteger && err == nil
	case "Float":
		return []byte(n), isNumber
	case "Boolean":
		return strconv.AppendBool(nil, raw == true), isBool
	case "ID":
		if isInteger {
			return appendText(nil, n.String()), true
		}
		return appendText(nil, s), isString
	case "Color":
		return appendText(nil, s), slices.Contains([]string{"RED", "GREEN", "BLUE"}, s)
	default:
		return appendJSON(nil, raw), true
	}
}

func appendText(dst []byte, s string) []byte { return appendJSON(dst, s) }

func appendJSON(dst []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return append(dst, err.Error()...)
	}
	return append(dst, text...)
}
