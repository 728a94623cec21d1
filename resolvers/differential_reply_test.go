package resolvers_test

import (
	"encoding/json"
	"slices"
)

// absent stands for a property that is left out.
type absent struct{}

// roll is a decision that depends on nothing but the graph's seed and what it is about, so that a thing is the same in every
// reply. It returns a number below n.
func (g *modelGraph) roll(n int, about string, ids ...int) int {
	h := g.seed*0x9E3779B97F4A7C15 + 14695981039346656037
	for i := range len(about) {
		h = (h ^ uint64(about[i])) * 1099511628211
	}
	for _, id := range ids {
		h = (h ^ uint64(id)) * 1099511628211
		h ^= h >> 29
	}
	h *= 0xBF58476D1CE4E5B9
	return int((h >> 33) % uint64(n))
}

// renderer makes the reply of one supplier.
type renderer struct {
	g *modelGraph
	s *modelSupplier
	// salt is the supplier, or 0 where all suppliers have to tell the same.
	salt int
}

func newRenderer(g *modelGraph, s *modelSupplier) renderer {
	r := renderer{g: g, s: s}
	if g.strict {
		r.salt = 1 + s.id
	}
	return r
}

// value renders what a field has: rows become objects. The index tells elements of lists apart.
func (r renderer) value(sh *modelShape, v any, index int) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = r.element(sh, e, index*10+i)
		}
		return out
	case *modelRow:
		return r.object(sh, v, nil)
	default:
		return v
	}
}

func (r renderer) element(sh *modelShape, v any, index int) any {
	if r.g.damaged && sh != nil && r.g.roll(40, "element", r.salt, r.place(sh), index, rowID(v)) == 0 {
		return pick[any](newRand(r.g.seed, uint64(index)), nil, json.Number("7"), "x", []any{}, nil)
	}
	return r.value(sh, v, index)
}

func rowID(v any) int {
	if r, ok := v.(*modelRow); ok {
		return r.id
	}
	return 0
}

// place tells shapes of one supplier apart, where they may differ.
func (r renderer) place(sh *modelShape) int {
	if !r.g.strict {
		return 0
	}
	n := len(sh.given)
	for i := range sh.given {
		n = n*31 + len(sh.given[i].field.name) + int(sh.given[i].field.name[0])
	}
	return n
}

// object renders a row; parent is the parent's row for the items of a field's batch.
func (r renderer) object(sh *modelShape, row, parent *modelRow) any {
	out := map[string]any{}
	if sh.on.isAbstract() {
		r.abstract(sh, row, out)
		return out
	}
	r.fields(sh, row, parent, out)
	return out
}

func (r renderer) abstract(sh *modelShape, row *modelRow, out map[string]any) {
	for _, a := range sh.arms {
		if a.shape.on == row.typ {
			out[sh.disc] = a.kind
			r.fields(a.shape, row, nil, out)
		}
	}
	if !r.g.damaged {
		return
	}
	about := sh.on.name
	if r.g.strict {
		about = sh.disc
	}
	switch r.g.roll(30, about, r.salt, row.id) {
	case 0:
		delete(out, sh.disc)
	case 1:
		out[sh.disc] = "unknown"
	case 2:
		out[sh.disc] = json.Number("1")
	case 3:
		out[sh.disc] = nil
	}
}

func (r renderer) fields(sh *modelShape, row, parent *modelRow, out map[string]any) {
	for i := range sh.given {
		g := &sh.given[i]
		v := r.field(g, row, parent)
		if g.parentKey > 0 {
			v = r.key(parent.typ.field(r.s.needs[g.parentKey-1]), parent)
		}
		place(out, g.wire, v)
	}
	if !r.g.damaged || !r.g.strict {
		return
	}
	for _, hop := range []string{"h1", "s1"} {
		if _, ok := out[hop]; ok && !r.holdsKey(sh, hop) && r.g.roll(40, hop, r.salt, row.id, r.place(sh)) == 0 {
			if v := pick[any](newRand(r.g.seed, uint64(row.id)), nil, absent{}, json.Number("3"), "s"); v == (absent{}) {
				delete(out, hop)
			} else {
				out[hop] = v
			}
		}
	}
}

// holdsKey tells whether a property leads to what a batch is joined by, which is never damaged: a key of nulls would join whatever
// else has no key, and that depends on what is asked together.
func (r renderer) holdsKey(sh *modelShape, hop string) bool {
	return slices.ContainsFunc(sh.given, func(g modelGiven) bool { return g.wire[0] == hop && r.isBatchKey(sh, &g) })
}

func (r renderer) isBatchKey(sh *modelShape, g *modelGiven) bool {
	return g.parentKey > 0 || r.s.form == entityBatch && sh == r.s.gives && slices.Contains(r.s.needs, g.field.name)
}

func (r renderer) field(g *modelGiven, row, parent *modelRow) any {
	if g.parentKey > 0 {
		return nil
	}
	isKey := row.typ.isEntity() && slices.Contains(row.typ.keys, g.field.name)
	if isKey {
		if r.g.damaged && r.g.strict && !(r.s.form == entityBatch && g.below == nil && slices.Contains(r.s.needs, g.field.name)) {
			switch r.g.roll(50, "key"+g.field.name, r.salt, row.id, g.place()) {
			case 0:
				return nil
			case 1:
				return absent{}
			}
		}
		return r.key(g.field, row)
	}
	v := r.value(g.below, row.values[g.field.name], row.id)
	if !r.g.damaged {
		return v
	}
	return r.damage(g, row, v)
}

func (g *modelGiven) place() int { return len(g.wire)*7 + len(g.wire[0]) }

// key renders a key's value: an ID may be a number or a string, from one supplier to the next.
func (r renderer) key(f *modelField, row *modelRow) any {
	text, _ := row.values[f.name].(string)
	isNumber := f.typ.NamedType == "Int"
	if f.typ.NamedType == "ID" && r.g.strict {
		isNumber = r.g.roll(2, "spelling", r.salt) == 0
		if r.g.roll(12, "spelling", r.salt, row.id) == 0 {
			isNumber = !isNumber
		}
	}
	if isNumber {
		return json.Number(text)
	}
	return text
}

// damage spoils some values: what is damaged is null, missing, or of a wrong type.
func (r renderer) damage(g *modelGiven, row *modelRow, v any) any {
	about := g.field.name
	if r.g.roll(100, about, r.salt, row.id) >= 2+r.g.roll(8, "damage") {
		return v
	}
	switch r.g.roll(6, about+"how", r.salt, row.id) {
	case 0, 1:
		return nil
	case 2:
		return absent{}
	default:
		return spoil(r.g, g.field, v, row.id)
	}
}

// spoil makes a value of a wrong type.
func spoil(g *modelGraph, f *modelField, v any, salt int) any {
	list, isList := v.([]any)
	switch {
	case isList && len(list) > 0 && g.roll(3, f.name, salt) > 0:
		at := g.roll(len(list), f.name, salt+1)
		list = slices.Clone(list)
		list[at] = spoil(g, f, list[at], salt+2)
		if g.roll(2, f.name, salt+3) == 0 {
			list[at] = nil
		}
		return list
	case f.target != nil:
		return pick[any](newRand(g.seed, uint64(salt)), json.Number("8"), "s", true, []any{}, []any{nil}, []any{[]any{}})
	case isList:
		return pick[any](newRand(g.seed, uint64(salt)), "s", map[string]any{}, json.Number("1"))
	default:
		return pick[any](newRand(g.seed, uint64(salt)), wrong(f.typ.Name()), wrong(f.typ.Name()), map[string]any{"o": "p"}, []any{v})
	}
}

// place puts a value at a path of an object.
func place(out map[string]any, path []string, v any) {
	for _, name := range path[:len(path)-1] {
		next, ok := out[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			out[name] = next
		}
		out = next
	}
	if v != (absent{}) {
		out[path[len(path)-1]] = v
	}
}

// wrapped puts a reply's value where the selection looks for it.
func (s *modelSupplier) wrapped(v any) any {
	for i := len(s.wrap) - 1; i >= 0; i-- {
		v = map[string]any{s.wrap[i]: v}
	}
	return v
}
