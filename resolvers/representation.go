package resolvers

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// representations are the objects that mappings see of the keys from ≤ key < to, with their values as the replies wrote them and null
// where there was none.
func representations(keys *table.Keys, from, to int) ([]value.Value, error) {
	names := keys.Fields()
	items := make([]value.Value, 0, to-from)
	// One array for the fields of all keys: an array for each would be as many allocations.
	fields := make([]value.Field, (to-from)*len(names))
	for key := from; key < to; key++ {
		own := fields[:len(names):len(names)]
		fields = fields[len(names):]
		for i := range own {
			v, err := keyValue(keys.Raw(key, i))
			if err != nil {
				return nil, &datasources.Error{
					Code: datasources.CodeResponseInvalid, Message: "The key of an entity is not valid JSON.", Cause: err,
				}
			}
			own[i] = value.Field{Name: names[i].Name, Value: v}
		}
		items = append(items, value.DistinctObject(own))
	}
	return items, nil
}

// keyValue reads the JSON text of a field of a key, nil for null.
func keyValue(text []byte) (value.Value, error) {
	switch {
	case text == nil:
		return value.Null(), nil
	case text[0] == '-' || text[0]-'0' <= 9:
		return value.Number(string(text)), nil // it was checked when it was read
	default:
		return value.Parse(text)
	}
}
