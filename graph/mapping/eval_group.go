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
// of the merged values is null. It reports whether any entry made something.
func (ev *evaluator) entries(g *group) (result value.Value, made bool) {
	if !g.distinct {
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

// added is the number of entries at the front that are not the author's own.
// They must not turn a null into an object.
func (g *group) added() int {
	if g.typename {
		return 1
	}
	return 0
}

func (ev *evaluator) mergedEntries(g *group) (value.Value, bool) {
	result, made := value.Object(nil), false
	for i := range g.entries {
		e := &g.entries[i]
		v := ev.expr(e.value)
		switch {
		case e.hasKey():
			if v.IsMissing() {
				continue
			}
			v = value.DistinctObject([]value.Field{{Name: e.key, Value: v}})
		case v.IsMissing():
			ev.problem("Inlined path produced no value")
			continue
		case !v.IsNull() && v.Kind() != value.KindObject:
			ev.problem("Expected object or null, not ", v.Kind().String())
			continue
		}
		result = ev.merge(result, v)
		made = made || i >= g.added()
	}
	return result, made
}

// merge combines two values that belong to one place (Connectors
// specification 6.3, merging).
func (ev *evaluator) merge(a, b value.Value) value.Value {
	switch {
	case a.IsNull() || b.IsNull():
		return value.Null()
	case a.Kind() == value.KindObject && b.Kind() == value.KindObject:
		return ev.mergeObjects(a, b)
	case a.Kind() == value.KindArray && b.Kind() == value.KindArray:
		return ev.mergeArrays(a, b)
	}
	if before, after := a.Kind().String(), b.Kind().String(); before != after {
		ev.problem("Lossy merge replacing ", before, " with ", after)
	}
	return b
}

func (ev *evaluator) mergeObjects(a, b value.Value) value.Value {
	if b.Len() == 0 || !ev.spend(a.Len()+b.Len()) {
		return a
	}
	fields := make([]value.Field, a.Len(), a.Len()+b.Len())
	copy(fields, a.Fields())
	for _, f := range b.Fields() {
		if old := a.Get(f.Name); !old.IsMissing() {
			ev.push(f.Name)
			f.Value = ev.merge(old, f.Value)
			ev.pop()
		}
		// Object keeps the position of the first and the value of the last.
		fields = append(fields, f)
	}
	return value.Object(fields)
}

func (ev *evaluator) mergeArrays(a, b value.Value) value.Value {
	if !ev.spend(a.Len() + b.Len()) {
		return a
	}
	elems := make([]value.Value, max(a.Len(), b.Len()))
	n := copy(elems, a.Elems())
	ev.push(element)
	for i, elem := range b.Elems() {
		if i < n {
			elem = ev.merge(elems[i], elem)
		}
		elems[i] = elem
	}
	ev.pop()
	return value.Array(elems)
}
