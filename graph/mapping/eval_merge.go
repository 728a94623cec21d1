package mapping

import "github.com/weftgraph/weft/graph/value"

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
		// The problem belongs to the group that merges, however deep the two
		// values lie in what it merges.
		ev.problem("Lossy merge replacing ", before, " with ", after)
	}
	return b
}

func (ev *evaluator) mergeObjects(a, b value.Value) value.Value {
	switch {
	case b.Len() == 0:
		return a
	case a.Len() == 0:
		return b
	}
	m := merger{fields: make([]value.Field, 0, a.Len()+b.Len())}
	m.addAll(ev, a)
	m.addAll(ev, b)
	return m.object()
}

func (ev *evaluator) mergeArrays(a, b value.Value) value.Value {
	if !ev.spend(a.Len() + b.Len()) {
		return a
	}
	elems := make([]value.Value, max(a.Len(), b.Len()))
	n := copy(elems, a.Elems())
	for i, elem := range b.Elems() {
		if i < n {
			elem = ev.merge(elems[i], elem)
		}
		elems[i] = elem
	}
	return value.Array(elems)
}

// indexFrom is the number of properties from which a merger looks names up
// instead of comparing them one by one.
const indexFrom = 16

// merger gathers the properties of an object; those with one name are merged.
// It does not hold the evaluator, which would move that to the heap.
type merger struct {
	fields []value.Field
	index  map[string]int // only from indexFrom on
}

// addAll adds an object's properties.
func (m *merger) addAll(ev *evaluator, v value.Value) {
	if !ev.spend(fieldFuel * v.Len()) {
		return
	}
	for _, f := range v.Fields() {
		m.add(ev, f)
	}
}

func (m *merger) add(ev *evaluator, f value.Field) {
	if at := m.position(f.Name); at >= 0 {
		m.fields[at].Value = ev.merge(m.fields[at].Value, f.Value)
		return
	}
	if m.index != nil {
		m.index[f.Name] = len(m.fields)
	}
	m.fields = append(m.fields, f)
}

func (m *merger) position(name string) int {
	if m.index == nil && len(m.fields) >= indexFrom {
		m.index = make(map[string]int, 2*len(m.fields))
		for i := range m.fields {
			m.index[m.fields[i].Name] = i
		}
	}
	if m.index != nil {
		if at, ok := m.index[name]; ok {
			return at
		}
		return -1
	}
	for i := range m.fields {
		if m.fields[i].Name == name {
			return i
		}
	}
	return -1
}

func (m *merger) object() value.Value { return value.DistinctObject(m.fields) }
