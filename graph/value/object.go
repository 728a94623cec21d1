package value

// indexFrom is the number of properties from which an object carries a hash
// index; below it, comparing the names one by one is faster.
const indexFrom = 24

// Object returns an object with the given properties and takes ownership of
// the slice. Of several properties with one name the last value wins, at the
// position of the first. Properties whose value is MISSING are left out.
func Object(fields []Field) Value {
	kept := fields[:0]
	var index map[string]int32
	if len(fields) >= indexFrom {
		index = make(map[string]int32, len(fields))
	}
	for _, f := range fields {
		if f.Value.kind == KindMissing {
			continue
		}
		at := position(kept, index, f.Name)
		if at >= 0 {
			kept[at].Value = f.Value
			continue
		}
		if index != nil {
			index[f.Name] = int32(len(kept))
		}
		kept = append(kept, f)
	}
	return newObject(kept, index)
}

// DistinctObject is Object for callers that know that no name occurs twice and
// no value is MISSING; it skips both searches.
func DistinctObject(fields []Field) Value {
	if len(fields) < indexFrom {
		return newObject(fields, nil)
	}
	index := make(map[string]int32, len(fields))
	for i := range fields {
		index[fields[i].Name] = int32(i)
	}
	return newObject(fields, index)
}

func newObject(fields []Field, index map[string]int32) Value {
	if len(fields) == 0 {
		return Value{kind: KindObject}
	}
	return Value{kind: KindObject, node: &node{fields: fields, index: index}}
}

// Fields returns the properties of an object in order, to be read only; nil
// for other kinds.
func (v Value) Fields() []Field {
	if v.node == nil {
		return nil
	}
	return v.node.fields
}

// Get returns the property with that name, and MISSING when there is none or v
// is no object.
func (v Value) Get(name string) Value {
	if v.node == nil {
		return Value{}
	}
	if at := position(v.node.fields, v.node.index, name); at >= 0 {
		return v.node.fields[at].Value
	}
	return Value{}
}

// position finds a name among the fields, by the index where there is one.
func position(fields []Field, index map[string]int32, name string) int {
	if index != nil {
		if at, ok := index[name]; ok {
			return int(at)
		}
		return -1
	}
	for i := range fields {
		if fields[i].Name == name {
			return i
		}
	}
	return -1
}
