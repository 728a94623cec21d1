package gosource

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Request implements datasources.Fetcher: its payload are the operation's variables.
func (f *fetcher) Request(env *mapping.Env) (*datasources.Request, error) {
	c := f.connector.Go
	variables := make(map[string]any, len(c.Args)+1)
	for _, given := range env.Vars[mapping.Args].Fields() {
		variables[given.Name] = decoded(given.Value)
	}
	if c.Root == "" {
		keys := env.Vars[mapping.Batch].Elems()
		representations := make([]any, len(keys))
		for i, key := range keys {
			representations[i] = f.representation(c.On, key)
		}
		variables[representationsName] = representations
	}
	return &datasources.Request{Line: f.line, Payload: variables}, nil
}

// representation is a key as federation writes it.
func (f *fetcher) representation(on string, key value.Value) map[string]any {
	r := f.object(f.schema.Types[on], key)
	r[typenameField] = on
	return r
}

// object gives the properties of a key their types: a back end may write a number where the key field is an ID.
func (f *fetcher) object(on *ast.Definition, v value.Value) map[string]any {
	out := make(map[string]any, v.Len()+1)
	for _, property := range v.Fields() {
		var field *ast.FieldDefinition
		if on != nil {
			field = on.Fields.ForName(property.Name)
		}
		if field == nil {
			out[property.Name] = decoded(property.Value)
			continue
		}
		out[property.Name] = f.typed(field.Type.Name(), property.Value)
	}
	return out
}

func (f *fetcher) typed(named string, v value.Value) any {
	switch v.Kind() {
	case value.KindObject:
		return f.object(f.schema.Types[named], v)
	case value.KindArray:
		list := make([]any, v.Len())
		for i, e := range v.Elems() {
			list[i] = f.typed(named, e)
		}
		return list
	}
	if v.IsNumber() && (named == "ID" || named == "String") {
		return v.Text()
	}
	return decoded(v)
}

// decoded is a value as encoding/json decodes it for gqlgen, with exact numbers.
func decoded(v value.Value) any {
	switch v.Kind() {
	case value.KindBool:
		return v.AsBool()
	case value.KindString:
		return v.Text()
	case value.KindInt, value.KindFloat:
		return json.Number(v.Text())
	case value.KindArray:
		list := make([]any, v.Len())
		for i, e := range v.Elems() {
			list[i] = decoded(e)
		}
		return list
	case value.KindObject:
		object := make(map[string]any, v.Len())
		for _, f := range v.Fields() {
			object[f.Name] = decoded(f.Value)
		}
		return object
	default:
		return nil
	}
}
