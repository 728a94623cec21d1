package value

// AppendIndented appends the value as JSON for people: like AppendJSON, but with
// every member of an array or object on a line of its own, indented by two
// blanks for each level. Empty arrays and objects stay on one line.
func (v Value) AppendIndented(dst []byte) []byte { return v.appendIndented(dst, 1) }

func (v Value) appendIndented(dst []byte, level int) []byte {
	if v.Len() == 0 {
		return v.AppendJSON(dst)
	}
	opening, closing := byte('{'), byte('}')
	if v.kind == KindArray {
		opening, closing = '[', ']'
	}
	dst = append(dst, opening)
	for i, elem := range v.Elems() {
		dst = elem.appendIndented(appendBreak(dst, i, level), level+1)
	}
	for i, f := range v.Fields() {
		dst = append(AppendString(appendBreak(dst, i, level), f.Name), ": "...)
		dst = f.Value.appendIndented(dst, level+1)
	}
	return append(appendBreak(dst, 0, level-1), closing)
}

// appendBreak begins the line of a member, or that of the closing bracket.
func appendBreak(dst []byte, before, level int) []byte {
	if before > 0 {
		dst = append(dst, ',')
	}
	dst = append(dst, '\n')
	for range level {
		dst = append(dst, "  "...)
	}
	return dst
}
