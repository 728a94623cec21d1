package main

// appendObject writes an object of raw values.
func appendObject(out []byte, keys []string, v [][]byte) []byte {
	return append(appendOpenObject(out, keys, v), '}')
}

// appendOpenObject leaves the object open for more members.
func appendOpenObject(out []byte, keys []string, v [][]byte) []byte {
	out = append(out, '{')
	for i, k := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, k...)
		out = append(out, '"', ':')
		out = append(out, v[i]...)
	}
	return out
}

// closeList replaces the comma behind the last element, if there is one.
func closeList(out []byte) []byte {
	if n := len(out); out[n-1] == ',' {
		out = out[:n-1]
	}
	return append(out, ']')
}

// target is a path with a repeated parameter in the making.
type target struct {
	b         []byte
	parameter string
}

func newTarget(path, parameter string) *target {
	const room = 2048 // for a hundred ids
	return &target{append(make([]byte, 0, room), path...), parameter}
}

func (t *target) add(value []byte, isFirst bool) {
	separator := byte('&')
	if isFirst {
		separator = '?'
	}
	t.b = append(t.b, separator)
	t.b = append(t.b, t.parameter...)
	t.b = append(t.b, '=')
	t.b = append(t.b, value...)
}
