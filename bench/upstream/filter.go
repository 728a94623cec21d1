package upstream

import (
	"strconv"

	"github.com/valyala/fasthttp"
)

// filter answers ?key=1&key=2 with the matching rows in the table's own order, each
// once, as json-server does.
func (t *table) filter(key string, query *fasthttp.Args) []byte {
	const rowBytes = 320 // about what a row has, to make the answer in one piece
	wanted := make([]bool, t.parents()+1)
	n := 0
	for k, v := range query.All() {
		if string(k) != key {
			continue
		}
		parent, err := strconv.Atoi(string(v))
		if err == nil && parent >= 1 && parent < len(wanted) && !wanted[parent] {
			wanted[parent] = true
			n++
		}
	}
	out := make([]byte, 0, n*t.per*rowBytes+2)
	out = append(out, '[')
	for parent, want := range wanted {
		if !want {
			continue
		}
		for _, r := range t.of(parent) {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = append(out, r...)
		}
	}
	return append(out, ']')
}
