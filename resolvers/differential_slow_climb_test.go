package resolvers_test

import "slices"

// step leads from an object through a field, to an element where index is not negative.
type step struct {
	field *modelField
	index int
}

// climb completes a value without keys from another supplier of what it belongs to (Connectors specification 5.2). That supplier has to give what
// is wanted below the value, too. It reports false if there is none.
func (x *slowExecutor) climb(o *slowObject, to, wanted []step) (slowValue, bool) {
	from := x.findAbove(o, slices.Concat(to, wanted))
	if from.by == nil {
		return slowValue{}, false
	}
	part := x.part(from.of, from.by)
	if part.body == nil || part.isOdd {
		return slowValue{raw: absent{}, failed: part.failed, isOdd: part.isOdd}, true
	}
	return follow(part.shape, part.body, from.path[:len(from.path)-len(wanted)]), true
}

// climbed says which supplier of an object above tells of a value, and the path from that object to the value.
type climbed struct {
	of   *slowObject
	by   *modelSupplier
	path []step
}

// findAbove finds who tells of what is below an object from further up. There is no supplier if nobody does.
func (x *slowExecutor) findAbove(o *slowObject, below []step) climbed {
	for p := o.parent; p != nil && !o.nested && p.shape != nil; o, p = p, p.parent {
		below = append([]step{{o.via, o.index}}, below...)
		for _, s := range p.typ.entities {
			if givesAll(s.gives.of(p.typ), below) && x.canAsk(p, s, keySearch{visiting: map[*modelField]bool{}, above: true}) {
				return climbed{p, s, below}
			}
		}
	}
	return climbed{}
}

func givesAll(sh *modelShape, steps []step) bool {
	for _, st := range steps {
		g := sh.give(st.field)
		if g == nil {
			return false
		}
		sh = g.below
	}
	return true
}

func follow(sh *modelShape, body map[string]any, steps []step) slowValue {
	var v slowValue
	for i, st := range steps {
		g := sh.give(st.field)
		v = slowValue{raw: read(g, body), shape: g.below}
		if i == len(steps)-1 {
			break
		}
		if list, ok := v.raw.([]any); ok && st.index >= 0 {
			v.raw = absent{}
			if st.index < len(list) {
				v.raw = list[st.index]
			}
		} else if st.index >= 0 && v.raw != nil && v.raw != (absent{}) {
			return slowValue{raw: absent{}, isOdd: true}
		}
		var ok bool
		if body, ok = v.raw.(map[string]any); !ok || isNullMapped(g.below, body) {
			return slowValue{raw: absent{}, isOdd: !ok && v.raw != nil && v.raw != (absent{})}
		}
		sh = g.below
	}
	return v
}

// read evaluates the mapping of one field on an object of the reply (Connectors specification 6.3).
func read(g *modelGiven, body map[string]any) any {
	wire, from := g.wire, any(body)
	if g.spread {
		hop, ok := body[wire[0]].(map[string]any)
		if !ok {
			return absent{}
		}
		wire, from = wire[1:], hop
	}
	return walk(from, wire)
}

func walk(v any, path []string) any {
	for _, name := range path {
		v = keyStep(v, name)
	}
	return v
}

func keyStep(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		if p, ok := v[name]; ok {
			return p
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			if out[i] = keyStep(e, name); out[i] == (absent{}) {
				out[i] = nil
			}
		}
		return out
	}
	return absent{}
}
