package resolvers

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// representation is the object that mappings see of a key, with its values as the replies wrote them and null where there was none.
func representation(keys *table.Keys, key int) (value.Value, error) {
	fields := make([]value.Field, len(keys.Fields()))
	for i := range fields {
		fields[i] = value.Field{Name: keys.Fields()[i].Name, Value: value.Null()}
		text := keys.Raw(key, i)
		if text == nil {
			continue
		}
		v, err := value.Parse(text)
		if err != nil {
			return value.Missing(), &datasources.Error{
				Code: datasources.CodeResponseInvalid, Message: "The key of an entity is not valid JSON.", Cause: err,
			}
		}
		fields[i].Value = v
	}
	return value.DistinctObject(fields), nil
}
