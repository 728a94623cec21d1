package resolvers_test

import (
	"slices"
	"strings"
)

// find returns the row with these keys, which is nil for ghosts and unknown ones. Paths into objects do not tell rows apart.
func find(rows []*modelRow, names, keys []string) *modelRow {
	isIt := func(r *modelRow) bool {
		for i, n := range names {
			if !strings.Contains(n, ".") && r.values[n] != keys[i] {
				return false
			}
		}
		return !r.isGhost
	}
	if i := slices.IndexFunc(rows, isIt); i >= 0 {
		return rows[i]
	}
	return nil
}

// valueOf is what the supplier tells of the keys. It reports false when there is no such thing.
func (g *modelGraph) valueOf(ask asking) (any, bool) {
	s, r := ask.s, newRenderer(g, ask.s)
	switch s.form {
	case rootField:
		return r.fieldValue(s.on.rows[0], g.chosen(ask, s.on.rows[0].values[s.field.name])), true
	case entityBatch:
		return g.entityItems(r, ask), true
	case fieldBatch:
		return g.fieldItems(r, ask), true
	}
	row := find(s.on.allRows(), s.needs, ask.keys[0])
	switch {
	case row == nil:
		return nil, false
	case s.isEntity():
		return r.object(s.gives, row, nil), true
	default:
		return r.fieldValue(row, g.chosen(ask, row.values[s.field.name])), true
	}
}

// fieldValue is the value of a field with a connector of its own, which may be damaged as a whole.
func (r renderer) fieldValue(row *modelRow, v any) any {
	g := modelGiven{field: r.s.field, below: r.s.gives}
	v = r.value(g.below, v, row.id)
	if !r.g.damaged {
		return v
	}
	if v = r.damage(&g, row, v); v == (absent{}) {
		return nil
	}
	return v
}

// chosen lets arguments have an effect: they leave out some of a list, or the single value.
func (g *modelGraph) chosen(ask asking, v any) any {
	if ask.args == "" {
		return v
	}
	keep := func(v any) bool { return g.roll(4, ask.s.field.name+ask.args, rowID(v)) > 0 }
	list, ok := v.([]any)
	if !ok {
		if ask.s.field.typ.NonNull || keep(v) {
			return v
		}
		return nil
	}
	out := []any{} // never nil: an empty list is not null
	for _, e := range list {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

// entityItems are the objects of an entity batch: not in the order of the keys, some twice, some that nobody asked for.
func (g *modelGraph) entityItems(r renderer, ask asking) []any {
	out := []any{}
	for _, keys := range slices.Backward(ask.keys) {
		row := find(r.s.on.rows, r.s.needs, keys)
		if row == nil {
			continue
		}
		if g.strict && g.roll(10, "twice", r.s.id, row.id) == 0 {
			earlier := r
			earlier.salt += 1000
			out = append(out, g.foreign(r), earlier.withKeysOf(r, row))
		}
		out = append(out, r.object(r.s.gives, row, nil))
	}
	return out
}

// withKeysOf renders a row with other damage, but the same keys.
func (r renderer) withKeysOf(other renderer, row *modelRow) any {
	out, _ := r.object(r.s.gives, row, nil).(map[string]any)
	for i := range r.s.gives.given {
		if g := &r.s.gives.given[i]; r.isBatchKey(r.s.gives, g) {
			place(out, g.wire, other.key(g.field, row))
		}
	}
	return out
}

// foreign is something in a batch's reply that belongs to no key.
func (g *modelGraph) foreign(r renderer) any {
	if g.roll(2, "foreign", r.s.id) == 0 {
		return nil
	}
	out := map[string]any{}
	for i := range r.s.gives.given {
		if gv := &r.s.gives.given[i]; r.isBatchKey(r.s.gives, gv) {
			place(out, gv.wire, "nobody")
		}
	}
	return out
}

// fieldItems are the values of a field for several parents, in one list.
func (g *modelGraph) fieldItems(r renderer, ask asking) []any {
	out := []any{}
	for _, keys := range slices.Backward(ask.keys) {
		parent := find(r.s.on.rows, r.s.needs, keys)
		if parent == nil {
			continue
		}
		v := g.chosen(ask, parent.values[r.s.field.name])
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, e := range list {
			if row, isRow := e.(*modelRow); isRow {
				out = append(out, r.object(r.s.gives, row, parent))
			}
		}
	}
	return out
}
