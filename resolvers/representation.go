package resolvers

import (
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// representation says how the columns of a key make up the object that mappings see of it. It is made once per plan and immutable.
type representation struct{ fields []representedField }

// representedField is one field of a representation: a column of the key, or an object of its own.
type representedField struct {
	name   string
	column int
	below  *representation
}

// newRepresentation nests key paths, in the order in which they come: `id`, `org.id` and `org.name` are {id, org: {id, name}}.
func newRepresentation(paths [][]string) *representation {
	r := &representation{}
	for column, path := range paths {
		r.add(path, column)
	}
	return r
}

func (r *representation) add(path []string, column int) {
	at := slices.IndexFunc(r.fields, func(f representedField) bool { return f.name == path[0] })
	if at < 0 {
		at = len(r.fields)
		r.fields = append(r.fields, representedField{name: path[0], column: column})
	}
	if len(path) == 1 {
		return
	}
	f := &r.fields[at]
	if f.below == nil {
		f.below = &representation{}
	}
	f.below.add(path[1:], column)
}

// of returns the object of a key, with its values as the replies wrote them and null where there was none.
func (r *representation) of(keys *table.Keys, key int) (value.Value, error) {
	fields := make([]value.Field, len(r.fields))
	for i, f := range r.fields {
		v, err := f.of(keys, key)
		if err != nil {
			return value.Missing(), err
		}
		fields[i] = value.Field{Name: f.name, Value: v}
	}
	return value.DistinctObject(fields), nil
}

func (f *representedField) of(keys *table.Keys, key int) (value.Value, error) {
	if f.below != nil {
		return f.below.of(keys, key)
	}
	raw := keys.Raw(key, f.column)
	if raw == nil {
		return value.Null(), nil
	}
	v, err := value.Parse(raw)
	if err != nil {
		return value.Missing(), &datasources.Error{
			Code: datasources.CodeResponseInvalid, Message: "The key of an entity is not valid JSON.", Cause: err,
		}
	}
	return v, nil
}
