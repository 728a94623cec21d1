package permit

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/weftgraph/weft/graph/value"
)

// variables are what an expression reads, for one decision. Nothing is converted before it is read.
type variables struct{ in Input }

var _ cel.Activation = (*variables)(nil)

// ResolveName returns the value of a variable.
func (v *variables) ResolveName(name string) (any, bool) {
	switch name {
	case "claims":
		return object{v.in.Caller.Identity().Claims}, true
	case "args":
		return object{v.in.Arguments}, true
	case "caller":
		return view{callerType, &v.in}, true
	case "request":
		return view{requestType, &v.in}, true
	default:
		return nil, false
	}
}

// Parent is nil: there are no other variables.
func (*variables) Parent() cel.Activation { return nil }

// adapter makes CEL's values of ours.
type adapter struct{ *types.Registry }

// NativeToValue makes CEL's value of a Go value.
func (a adapter) NativeToValue(v any) ref.Val {
	if own, ok := v.(value.Value); ok {
		return a.toCEL(own)
	}
	return a.Registry.NativeToValue(v)
}

// toCEL makes CEL's value of JSON. Numbers are int, or uint where an int is too small; with a fraction or exponent they are double. Those that
// none of these can hold are errors: a policy that compares them with something near must not pass.
func (a adapter) toCEL(v value.Value) ref.Val {
	switch v.Kind() {
	case value.KindBool:
		return types.Bool(v.AsBool())
	case value.KindString:
		return types.String(v.Text())
	case value.KindInt:
		return integer(v)
	case value.KindFloat:
		f, err := strconv.ParseFloat(v.Text(), 64)
		if err != nil {
			return types.NewErr("the number %s is too large", v.Text())
		}
		return types.Double(f)
	case value.KindArray:
		return types.NewList(a, v.Elems())
	case value.KindObject:
		return object{v}
	default:
		return types.NullValue
	}
}

func integer(v value.Value) ref.Val {
	if i, ok := v.AsInt(); ok {
		return types.Int(i)
	}
	if u, err := strconv.ParseUint(v.Text(), 10, 64); err == nil {
		return types.Uint(u)
	}
	return types.NewErr("the number %s is too large", v.Text())
}

// object is a JSON object as a map.
type object struct{ v value.Value }

var _ traits.Mapper = object{}

// Find returns the member of a name, false if there is none.
func (o object) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return nil, false
	}
	m := o.v.Get(string(name))
	if m.IsMissing() {
		return nil, false
	}
	return adapter{}.toCEL(m), true
}

// Get returns the member of a name, or an error.
func (o object) Get(key ref.Val) ref.Val { return get(o, key) }

// Contains tells whether there is a member of a name.
func (o object) Contains(key ref.Val) ref.Val { return contains(o, key) }

// Size is the number of members.
func (o object) Size() ref.Val { return types.Int(o.v.Len()) }

// Iterator goes over the names.
func (o object) Iterator() traits.Iterator {
	names := make([]string, 0, o.v.Len())
	for _, f := range o.v.Fields() {
		names = append(names, f.Name)
	}
	return types.NewStringList(adapter{}, names).Iterator()
}

// Equal compares with any map.
func (o object) Equal(other ref.Val) ref.Val { return equal(o, other) }

// ConvertToNative is not needed: values do not leave expressions.
func (o object) ConvertToNative(t reflect.Type) (any, error) { return nil, stays(o, t) }

// ConvertToType converts to a map, which it is, or gives its type.
func (o object) ConvertToType(t ref.Type) ref.Val { return convert(o, t) }

// Type is a map's.
func (object) Type() ref.Type { return types.MapType }

// Value is the JSON object.
func (o object) Value() any { return o.v }

// headers are those of a request as a map from names in lower case to lists of values.
type headers struct{ h http.Header }

var _ traits.Mapper = headers{}

// Find returns the values of a header, false if there is none.
func (h headers) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok || strings.ToLower(string(name)) != string(name) {
		return nil, false
	}
	values := h.h[http.CanonicalHeaderKey(string(name))]
	if len(values) == 0 {
		return nil, false
	}
	return types.NewStringList(adapter{}, values), true
}

// Get returns the values of a header, or an error.
func (h headers) Get(key ref.Val) ref.Val { return get(h, key) }

// Contains tells whether there is a header.
func (h headers) Contains(key ref.Val) ref.Val { return contains(h, key) }

// Size is the number of headers.
func (h headers) Size() ref.Val { return types.Int(len(h.names())) }

// Iterator goes over the names.
func (h headers) Iterator() traits.Iterator {
	return types.NewStringList(adapter{}, h.names()).Iterator()
}

// names are sorted: an expression must not depend on the order of a map.
func (h headers) names() []string {
	names := make([]string, 0, len(h.h))
	for name, values := range h.h {
		if len(values) > 0 && http.CanonicalHeaderKey(name) == name {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return names
}

// Equal compares with any map.
func (h headers) Equal(other ref.Val) ref.Val { return equal(h, other) }

// ConvertToNative is not needed: values do not leave expressions.
func (h headers) ConvertToNative(t reflect.Type) (any, error) { return nil, stays(h, t) }

// ConvertToType converts to a map, which they are, or gives their type.
func (h headers) ConvertToType(t ref.Type) ref.Val { return convert(h, t) }

// Type is a map's.
func (headers) Type() ref.Type { return types.MapType }

// Value is the Go value.
func (h headers) Value() any { return h.h }

// get returns what a map has at a key, or an error.
func get(m traits.Mapper, key ref.Val) ref.Val {
	if v, ok := m.Find(key); ok {
		return v
	}
	return types.NewErr("no such key: %v", key.Value())
}

func contains(m traits.Mapper, key ref.Val) ref.Val {
	_, ok := m.Find(key)
	return types.Bool(ok)
}

func equal(m traits.Mapper, other ref.Val) ref.Val {
	o, ok := other.(traits.Mapper)
	if !ok || m.Size().Equal(o.Size()) != types.True {
		return types.False
	}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		mine, _ := m.Find(key)
		theirs, found := o.Find(key)
		if !found || types.Equal(mine, theirs) != types.True {
			return types.False
		}
	}
	return types.True
}

func stays(v ref.Val, t reflect.Type) error {
	return fmt.Errorf("a %s cannot be converted to %s", v.Type().TypeName(), t)
}

func convert(v ref.Val, t ref.Type) ref.Val {
	switch t.TypeName() {
	case v.Type().TypeName():
		return v
	case types.TypeType.TypeName():
		if typ, ok := v.Type().(*types.Type); ok {
			return typ
		}
	}
	return types.NewErr("type conversion error from '%s' to '%s'", v.Type().TypeName(), t.TypeName())
}

// view is the caller, the request or its operation: a type of ours over the input of a decision.
type view struct {
	typ *types.Type
	in  *Input
}

var _ ref.Val = view{}

// Equal tells whether both are the same.
func (v view) Equal(other ref.Val) ref.Val { return types.Bool(other == ref.Val(v)) }

// ConvertToNative is not needed: values do not leave expressions.
func (v view) ConvertToNative(t reflect.Type) (any, error) { return nil, stays(v, t) }

// ConvertToType gives the type.
func (v view) ConvertToType(t ref.Type) ref.Val { return convert(v, t) }

// Type is one of the types of ours.
func (v view) Type() ref.Type { return v.typ }

// Value is the input, of which provider reads the members.
func (v view) Value() any { return v.in }
