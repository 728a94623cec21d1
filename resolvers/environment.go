package resolvers

import (
	"net/http"
	"sort"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// requestValue is `$request`: the client's headers by lower-case name, each a list of strings (Connectors specification 3.6).
func requestValue(h http.Header) value.Value {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	fields := make([]value.Field, 0, len(names))
	for _, name := range names {
		values := make([]value.Value, 0, len(h[name]))
		for _, v := range h[name] {
			values = append(values, value.String(v))
		}
		fields = append(fields, value.Field{Name: strings.ToLower(name), Value: value.Array(values)})
	}
	return value.Object([]value.Field{{Name: "headers", Value: value.Object(fields)}})
}

// arguments is `$args` of a field as the operation gives it.
func arguments(g *sdl.Graph, l *plan.Loader, variables map[string]value.Value) (value.Value, error) {
	fields := make([]value.Field, 0, len(l.Args))
	for _, a := range l.Args {
		v, err := input.Argument(g, a.Value, a.Default, a.Type, variables)
		if err != nil {
			return value.Missing(), &datasources.Error{Code: "BAD_USER_INPUT", Message: err.Error(), Cause: err}
		}
		if !v.IsMissing() {
			fields = append(fields, value.Field{Name: a.Name, Value: v})
		}
	}
	return value.Object(fields), nil
}

// setKeys puts the keys from ≤ key < to of a call into the environment: as `$batch`, as `$this`, or, for explicit entity
// resolvers, as `$args`.
func setKeys(env *mapping.Env, b *boundLoader, keys *table.Keys, from, to int) error {
	items, err := representations(keys, from, to)
	switch {
	case err != nil:
		return err
	case b.plan.Mode == plan.Batch:
		env.Vars[mapping.Batch] = value.Array(items)
	case b.plan.Entity && b.connector.Field != 0:
		env.Vars[mapping.Args] = items[0]
	default:
		env.Vars[mapping.This] = items[0]
	}
	return nil
}
