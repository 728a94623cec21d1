package resolvers_test

import (
	"cmp"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// slowValue is what resolving a field gives: a JSON value, absent for a missing one, or the reason why there is none.
type slowValue struct {
	raw   any
	shape *modelShape
	// failed is the code of the call's error.
	failed string
	// isOdd tells that a reply had a value of the wrong type where an object should be.
	isOdd    bool
	noSource bool
}

// slowPart is what an entity supplier tells of an object; body is nil when it knows none.
type slowPart struct {
	body   map[string]any
	shape  *modelShape
	failed string
	isOdd  bool
}

// resolve finds the value of a field: in what is known of the object, by a connector of the field, or from the object's entity
// suppliers. A key is resolved with node nil.
func (x *slowExecutor) resolve(o *slowObject, f *modelField, node *ast.Field) slowValue {
	if g := o.shape.give(f); g != nil {
		return slowValue{raw: read(g, o.body), shape: g.below}
	}
	if v, ok := x.fromSuppliers(o, f, node, keySearch{visiting: map[*modelField]bool{f: true}}); ok {
		return v
	}
	if v, ok := x.climb(o, []step{{f, -1}}, nil); ok {
		return v
	}
	if v, ok := x.fromSuppliers(o, f, node, keySearch{visiting: map[*modelField]bool{f: true}, above: true}); ok {
		return v
	}
	return slowValue{noSource: true}
}

// fromSuppliers asks the first supplier of a field whose keys can be had.
func (x *slowExecutor) fromSuppliers(o *slowObject, f *modelField, node *ast.Field, k keySearch) (slowValue, bool) {
	for _, s := range o.typ.entities {
		if s.gives.of(o.typ).give(f) != nil && x.canAsk(o, s, k) {
			return x.entityValue(o, s, f), true
		}
	}
	for _, s := range f.own {
		if x.canAsk(o, s, k) {
			return x.ownValue(o, s, node), true
		}
	}
	return slowValue{}, false
}

// keySearch is how keys are looked for: not by way of fields that are being looked for already, and from suppliers of what the object belongs to
// only if above is set.
type keySearch struct {
	visiting map[*modelField]bool
	above    bool
}

// canAsk tells whether all keys that a supplier needs can be had.
func (x *slowExecutor) canAsk(o *slowObject, s *modelSupplier, k keySearch) bool {
	if o.typ == x.g.query || o.typ == x.g.mutation {
		return true
	}
	for _, name := range s.needs {
		if name, rest, isPath := strings.Cut(name, "."); isPath {
			f := o.typ.field(name)
			if x.pathGiver(o, []step{{f, -1}, {f.target.field(rest), -1}}, k) == nil {
				return false
			}
		} else if !x.canHave(o, o.typ.field(name), k) {
			return false
		}
	}
	return true
}

func (x *slowExecutor) canHave(o *slowObject, f *modelField, k keySearch) bool {
	if o.shape.give(f) != nil {
		return true
	}
	if k.visiting[f] {
		return false
	}
	k.visiting[f] = true
	defer delete(k.visiting, f)
	for _, s := range o.typ.entities {
		if s.gives.of(o.typ).give(f) != nil && x.canAsk(o, s, k) {
			return true
		}
	}
	return k.above && x.findAbove(o, []step{{f, -1}}).by != nil
}

// pathGiver returns what gives a key inside an object: a function that resolves the object. It is nil when nothing does.
func (x *slowExecutor) pathGiver(o *slowObject, path []step, k keySearch) func() slowValue {
	if givesAll(o.shape, path) {
		return func() slowValue {
			return slowValue{raw: read(o.shape.give(path[0].field), o.body), shape: o.shape.give(path[0].field).below}
		}
	}
	for _, s := range o.typ.entities {
		if givesAll(s.gives.of(o.typ), path) && x.canAsk(o, s, k) {
			return func() slowValue { return x.entityValue(o, s, path[0].field) }
		}
	}
	if k.above && x.findAbove(o, path).by != nil {
		return func() slowValue {
			v, _ := x.climb(o, path[:1], path[1:])
			return v
		}
	}
	return nil
}

// insideKey is a key inside an object that is there.
type insideKey struct{ value any }

// key resolves one key field of an object, and tells whether the object has no key because it is missing although it is declared
// non-null (Connectors specification 5.3).
func (x *slowExecutor) key(o *slowObject, name string) (v slowValue, skip bool) {
	name, rest, isPath := strings.Cut(name, ".")
	f := o.typ.field(name)
	if !isPath {
		v = x.resolve(o, f, nil)
		return v, f.typ.NonNull && (v.raw == (absent{}) || v.isOdd)
	}
	leaf := f.target.field(rest)
	v = x.pathGiver(o, []step{{f, -1}, {leaf, -1}}, keySearch{visiting: map[*modelField]bool{}, above: true})()
	if v.failed != "" || v.isOdd || v.raw == (absent{}) {
		return v, f.typ.NonNull
	}
	body, ok := v.raw.(map[string]any)
	if !ok || isNullMapped(v.shape, body) {
		v.raw = nil
		return v, false
	}
	value := read(v.shape.give(leaf), body)
	if value == (absent{}) {
		skip, value = leaf.typ.NonNull, nil
	}
	v.raw = insideKey{value}
	return v, skip
}

func (x *slowExecutor) entityValue(o *slowObject, s *modelSupplier, f *modelField) slowValue {
	p := x.part(o, s)
	v := slowValue{raw: absent{}, failed: p.failed, isOdd: p.isOdd}
	if p.body != nil && !p.isOdd {
		g := p.shape.give(f)
		v.raw, v.shape = read(g, p.body), g.below
	}
	return v
}

// part asks an entity supplier for an object, once.
func (x *slowExecutor) part(o *slowObject, s *modelSupplier) slowPart {
	if p, ok := o.parts[s]; ok {
		return p
	}
	if o.parts == nil {
		o.parts = map[*modelSupplier]slowPart{}
	}
	p := x.askPart(o, s)
	o.parts[s] = p
	return p
}

func (x *slowExecutor) askPart(o *slowObject, s *modelSupplier) slowPart {
	keys, skip, failed := x.keys(o, s)
	if skip || failed != "" {
		return slowPart{failed: failed}
	}
	r := x.call(s, keys, nil, o.typ.name)
	if r.failed != "" {
		return slowPart{failed: r.failed}
	}
	raw := walk(r.body, s.wrap)
	if s.isBatch() {
		items, ok := raw.([]any)
		if !ok {
			return slowPart{failed: "CONNECTOR_FETCH"}
		}
		raw = nil
		for _, item := range items {
			if body := x.matching(s, item, keys); body != nil {
				raw = body
			}
		}
	}
	body, ok := raw.(map[string]any)
	if raw == nil || raw == (absent{}) || ok && isNullMapped(s.gives, body) {
		return slowPart{}
	}
	if !ok {
		return slowPart{isOdd: true}
	}
	sh, isNull := concreteShape(s.gives, body)
	if isNull {
		return slowPart{}
	}
	return slowPart{body: body, shape: sh, isOdd: sh == nil}
}

// matching returns the item of a batch's reply if its key is the one that was asked for.
func (x *slowExecutor) matching(s *modelSupplier, item any, keys []any) map[string]any {
	body, ok := item.(map[string]any)
	if !ok || isNullMapped(s.gives, body) {
		return nil
	}
	for i, name := range s.needs {
		f := s.on.field(name)
		g := s.gives.give(f)
		if s.form == fieldBatch {
			g = s.gives.give(s.by[i])
		}
		if x.canonical(f, read(g, body)) != x.canonical(f, keys[i]) {
			return nil
		}
	}
	return body
}

// keys resolves what a supplier needs. It says skip when the object has no key.
func (x *slowExecutor) keys(o *slowObject, s *modelSupplier) (keys []any, skip bool, failed string) {
	for _, name := range s.needs {
		v, isMissing := x.key(o, name)
		switch {
		case v.failed != "":
			failed = cmp.Or(failed, v.failed) // the others are asked for nevertheless
		case v.raw == (absent{}) || v.isOdd:
			keys = append(keys, nil)
		default:
			keys = append(keys, v.raw)
		}
		skip = skip || isMissing && v.failed == ""
	}
	return keys, skip, failed
}

// ownValue asks a connector of the field itself.
func (x *slowExecutor) ownValue(o *slowObject, s *modelSupplier, node *ast.Field) slowValue {
	v := slowValue{raw: absent{}, shape: s.gives}
	var keys []any
	if o.typ != x.g.query && o.typ != x.g.mutation {
		var skip bool
		if keys, skip, v.failed = x.keys(o, s); skip || v.failed != "" {
			return v
		}
	}
	if s.form == echoed {
		v.raw = keys[0]
		if s.gives != nil {
			v.raw = map[string]any{"id": keys[0]}
		}
		return v
	}
	r := x.call(s, keys, node, asField)
	if v.failed = r.failed; r.failed != "" {
		return v
	}
	v.raw = walk(r.body, s.wrap)
	if s.form != fieldBatch {
		return v
	}
	items, ok := v.raw.([]any)
	if !ok {
		v.failed = "CONNECTOR_FETCH"
		return v
	}
	group := []any{}
	for _, item := range items {
		if body := x.matching(s, item, keys); body != nil {
			group = append(group, body)
		}
	}
	switch {
	case s.field.typ.Elem != nil:
		v.raw = group
	case len(group) == 0:
		v.raw = nil
	default:
		v.raw = group[len(group)-1]
	}
	return v
}
