package gosource

import (
	"errors"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
	"github.com/weftgraph/weft/graph/value"
)

// compile returns the scan program of answers, nil for a field of entities: the rows of its lists come from many entities.
func (b *binding) compile(want *table.Shape) *tablejson.Program {
	c := b.connector.Go
	pick := &mapping.Pick{Path: []string{entitiesField}, Leaf: true}
	switch {
	case c.Root != "":
		pick.Path[0] = c.Field
	case c.Field != "":
		return nil
	}
	program, ok := tablejson.Compile(pick, want)
	if !ok {
		return nil
	}
	return program
}

// Decode implements datasources.Fetcher. An operation fails with the first of its errors, wherever that is. An entity fails with the
// first error about it, and the call with one that all of its entities have.
func (f *fetcher) Decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) (datasources.Outcome, error) {
	outcome := datasources.Outcome{Bytes: len(r.Body)}
	var err error
	if f.connector.Go.Root != "" {
		err = f.decodeOperation(r, dst)
	} else {
		outcome.Keys, err = f.decodeEntities(r, env.Vars[mapping.Batch].Len(), dst)
	}
	outcome.Rows = dst.Len(0)
	return outcome, err
}

func (f *fetcher) decodeOperation(r *datasources.Reply, dst *table.Builder) error {
	if errs := failuresOf(r); len(errs) > 0 {
		return failures{}.of(errs[0])
	}
	return f.fill(r, dst, func(data value.Value) value.Value { return data.Get(f.connector.Go.Field) })
}

// decodeEntities fills the table and says what became of a number of entities.
func (f *fetcher) decodeEntities(r *datasources.Reply, n int, dst *table.Builder) ([]datasources.KeyRows, error) {
	if string(r.Body) == "null" { // not even a list: an error says why
		for _, e := range failuresOf(r) {
			return nil, failures{}.of(e)
		}
		return nil, internal(errNoAnswer)
	}
	var keys []datasources.KeyRows
	err := f.fill(r, dst, func(data value.Value) value.Value {
		entities := data.Get(entitiesField)
		if f.connector.Go.Field == "" {
			return entities
		}
		var values []value.Value
		values, keys = f.fieldValues(entities)
		return value.Array(values)
	})
	if err != nil {
		return nil, err
	}
	if keys == nil {
		keys = rowPerKey(dst)
	}
	if len(keys) != n {
		return nil, internal(errNoAnswer)
	}
	return keys, f.fail(r, keys)
}

// fill makes the table by a scan, or of the value that is found in the answer's data.
func (f *fetcher) fill(r *datasources.Reply, dst *table.Builder, find func(data value.Value) value.Value) error {
	if f.program != nil {
		err := f.program.Scan(dst)
		if err == nil {
			return nil
		}
		if !errors.Is(err, tablejson.ErrFallback) {
			return internal(err)
		}
	}
	data, err := value.Parse(r.Body)
	if err != nil {
		return internal(err) // a scalar of the author's that writes no JSON
	}
	dst.Fill(find(data))
	return nil
}

// rowPerKey are the keys of a table that has one row for each.
func rowPerKey(dst *table.Builder) []datasources.KeyRows {
	keys := make([]datasources.KeyRows, dst.Len(0))
	for i := range keys {
		keys[i] = datasources.KeyRows{Lo: uint32(i), Hi: uint32(i) + 1, IsNull: dst.Tag(0, i) == 0}
	}
	return keys
}

// fieldValues are the values of the connector's field, for a table with one row each, or, where they are lists of objects, one row
// for each of their elements.
func (f *fetcher) fieldValues(entities value.Value) ([]value.Value, []datasources.KeyRows) {
	field := f.schema.Types[f.connector.Go.On].Fields.ForName(f.connector.Go.Field)
	named := f.schema.Types[field.Type.Name()]
	isSpread := field.Type.Elem != nil && named != nil && named.IsCompositeType()
	values := make([]value.Value, 0, entities.Len())
	keys := make([]datasources.KeyRows, entities.Len())
	for i, entity := range entities.Elems() {
		v := entity.Get(field.Name)
		keys[i] = datasources.KeyRows{Lo: uint32(len(values)), IsNull: v.IsNull() || v.IsMissing()}
		if isSpread {
			values = append(values, v.Elems()...)
		} else {
			values = append(values, v)
		}
		keys[i].Hi = uint32(len(values))
	}
	return values, keys
}

// fail gives keys the errors of the answer. An error that names no entity, as those of resolvers which resolve one entity at a time,
// is that of all entities which are not there. The error is that of the whole call, if all keys have the same.
func (f *fetcher) fail(r *datasources.Reply, keys []datasources.KeyRows) error {
	errs := failuresOf(r)
	if len(errs) == 0 {
		return nil
	}
	all := failures{}
	var unplaced *datasources.Error
	for _, e := range errs {
		i, isPlaced := entityOf(e)
		switch {
		case isPlaced && i < len(keys) && keys[i].Err == nil:
			keys[i].Err = all.of(e)
		case !isPlaced && unplaced == nil:
			unplaced = all.of(e)
		}
	}
	isTold, isCommon := unplaced == nil, true
	for i := range keys {
		if keys[i].Err == nil && keys[i].IsNull {
			keys[i].Err = unplaced
		}
		isTold = isTold || keys[i].Err == unplaced
		isCommon = isCommon && keys[i].Err == keys[0].Err
	}
	switch {
	case !isTold:
		return unplaced // nothing is missing because of it, and it must not be lost
	case isCommon && keys[0].Err != nil:
		return keys[0].Err
	default:
		return nil
	}
}
