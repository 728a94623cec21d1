package mapping

import "github.com/weftgraph/weft/graph/value"

// group applies the entries to a value, or to each element of an array.
func (ev *evaluator) group(g *group, v value.Value) value.Value {
	if v.Kind() == value.KindArray {
		elems := make([]value.Value, v.Len())
		ev.push(element)
		for i, elem := range v.Elems() {
			if !ev.spend(1) {
				break
			}
			elems[i] = ev.group(g, elem)
		}
		ev.pop()
		return value.Array(elems)
	}
	dollar, at, dollarTrail, atTrail := ev.dollar, ev.at, ev.dollarTrail, ev.atTrail
	ev.dollar, ev.at = v, v
	here := stretch{ev.base, len(ev.trail)}
	ev.dollarTrail, ev.atTrail = here, here
	result, made := ev.entries(g)
	ev.dollar, ev.at, ev.dollarTrail, ev.atTrail = dollar, at, dollarTrail, atTrail
	if !made && v.Kind() != value.KindObject {
		return v
	}
	return result
}

// literalObject makes an object without touching `$` and `@`.
func (ev *evaluator) literalObject(g *group) value.Value {
	result, _ := ev.entries(g)
	return result
}

// entries evaluates the entries in order into an object, or into null when one
// of the merged values is null. It reports whether the author's entries made
// anything: a property, or the null.
func (ev *evaluator) entries(g *group) (result value.Value, made bool) {
	if !ev.spend(objectFuel + fieldFuel*len(g.entries)) {
		return value.Object(nil), false
	}
	if !g.distinct {
		if only := g.only(); only != nil {
			return ev.standIn(only)
		}
		return ev.mergedEntries(g)
	}
	fields := make([]value.Field, 0, len(g.entries))
	for i := range g.entries {
		e := &g.entries[i]
		if v := ev.expr(e.value); !v.IsMissing() {
			fields = append(fields, value.Field{Name: e.key, Value: v})
		}
	}
	return value.DistinctObject(fields), len(fields) > g.added()
}

// standIn evaluates the anonymous path that a group consists of.
func (ev *evaluator) standIn(only expr) (value.Value, bool) {
	v := ev.expr(only)
	if v.IsMissing() {
		return value.Object(nil), false
	}
	return v, true
}

// added is the number of entries at the front that are not the author's own.
// They must not turn a null into an object.
func (g *group) added() int {
	if g.typename {
		return 1
	}
	return 0
}

// mergedEntries is entries for groups in which something may have to be merged.
func (ev *evaluator) mergedEntries(g *group) (result value.Value, made bool) {
	m := merger{fields: make([]value.Field, 0, len(g.entries))}
	isNull := false
	for i := range g.entries {
		e := &g.entries[i]
		v := ev.expr(e.value)
		switch {
		case v.IsMissing():
			if !e.hasKey() {
				ev.problem("Inlined path produced no value")
			}
			continue
		case e.hasKey():
			if !isNull {
				m.add(ev, value.Field{Name: e.key, Value: v})
			}
		case v.IsNull():
			isNull = true
		case v.Kind() == value.KindObject:
			if v.Len() == 0 {
				continue
			}
			if !isNull {
				m.addAll(ev, v)
			}
		default:
			ev.problem("Expected object or null, not ", v.Kind().String())
			continue
		}
		made = made || i >= g.added()
	}
	if isNull {
		return value.Null(), made
	}
	return m.object(), made
}
