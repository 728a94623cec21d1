package permit

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/weftgraph/weft/graph/caller"
)

// The types of what expressions can name, besides maps.
//
//nolint:gochecknoglobals // constants in all but name
var (
	callerType    = types.NewObjectType("weft.Caller")
	requestType   = types.NewObjectType("weft.Request")
	operationType = types.NewObjectType("weft.Operation")
	headersType   = types.NewMapType(types.StringType, types.NewListType(types.StringType))
)

// member is a field of one of these types.
type member struct {
	name string
	typ  *types.Type
	get  func(in *Input) any
}

// members are the fields of a type by its name, nil if there is no such type.
func members(typ string) []member {
	switch typ {
	case callerType.TypeName():
		identity := func(get func(caller.Identity) any) func(in *Input) any {
			return func(in *Input) any { return get(in.Caller.Identity()) }
		}
		return []member{
			{"authenticated", types.BoolType, func(in *Input) any { return types.Bool(!in.Caller.IsAnonymous()) }},
			{"method", types.StringType, identity(func(i caller.Identity) any { return types.String(i.Method) })},
			{"issuer", types.StringType, identity(func(i caller.Identity) any { return types.String(i.Issuer) })},
			{"subject", types.StringType, identity(func(i caller.Identity) any { return types.String(i.Subject) })},
			{"owner", types.StringType, identity(func(i caller.Identity) any { return types.String(i.Owner) })},
			{"scopes", types.NewListType(types.StringType), identity(func(i caller.Identity) any { return i.Scopes })},
		}
	case requestType.TypeName():
		return []member{
			{"headers", headersType, func(in *Input) any { return headers{in.Header} }},
			{"operation", operationType, func(in *Input) any { return view{operationType, in} }},
		}
	case operationType.TypeName():
		return []member{
			{"name", types.StringType, func(in *Input) any { return types.String(in.Operation) }},
			{"kind", types.StringType, func(in *Input) any { return types.String(in.Kind) }},
		}
	default:
		return nil
	}
}

// provider knows the types of the language.
type provider struct{ *types.Registry }

var _ types.Provider = provider{}

func newProvider() (provider, error) {
	r, err := types.NewRegistry()
	if err != nil {
		return provider{}, fmt.Errorf("types of the language of policies: %w", err)
	}
	return provider{r}, nil
}

// FindStructType finds a type by its name.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if members(name) != nil {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames lists the fields of a type.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	list := members(name)
	if list == nil {
		return p.Registry.FindStructFieldNames(name)
	}
	return memberNames(list), true
}

func memberNames(list []member) []string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.name
	}
	return names
}

// FindStructFieldType finds a field of a type.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	list := members(name)
	if list == nil {
		return p.Registry.FindStructFieldType(name, field)
	}
	for _, m := range list {
		if m.name == field {
			return &types.FieldType{
				Type:  m.typ,
				IsSet: func(any) bool { return true },
				GetFrom: func(target any) (any, error) {
					in, ok := target.(*Input)
					if !ok {
						return nil, fmt.Errorf("%s is read from a %T", m.name, target)
					}
					return m.get(in), nil
				},
			}, true
		}
	}
	return nil, false
}

// NewValue refuses to make a caller or a request of an expression's own.
func (p provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if members(name) != nil {
		return types.NewErrFromString("a policy cannot make a " + name)
	}
	return p.Registry.NewValue(name, fields)
}
