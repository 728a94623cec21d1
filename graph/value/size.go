package value

// SizeUpTo estimates the length of the value as compact JSON, in bytes and without escapes, and stops counting at the
// limit: a result of limit or more means "at least that". Values share their parts, so that a value of a few bytes in
// memory can be a tree that no machine can print; whoever prints a value that a mapping made asks first.
func (v Value) SizeUpTo(limit int) int {
	size := len(v.text) + 2
	switch v.kind {
	case KindArray:
		for _, elem := range v.Elems() {
			if size >= limit {
				return limit
			}
			size += elem.SizeUpTo(limit-size) + 1
		}
	case KindObject:
		for _, f := range v.Fields() {
			if size >= limit {
				return limit
			}
			size += len(f.Name) + 4 + f.Value.SizeUpTo(limit-size)
		}
	}
	return min(size, limit)
}
