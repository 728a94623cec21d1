package traffic

import (
	"cmp"
	"maps"
	"slices"
)

// OtherCodes is what the errors are counted under whose code found no room: mappings may make codes of anything.
const OtherCodes = "(other)"

// maxCodes bounds the codes that are told apart for one connector.
const maxCodes = 32

// CodeCount is how often an error code occurred.
type CodeCount struct {
	Code  string
	Count uint64
}

// codes counts errors by code. The zero value is empty; its owner guards it.
type codes map[string]uint64

func (c *codes) add(code string) {
	if *c == nil {
		*c = codes{}
	}
	if _, ok := (*c)[code]; !ok && len(*c) >= maxCodes {
		code = OtherCodes
	}
	(*c)[code]++
}

func (c *codes) merge(other codes) {
	if *c == nil && len(other) > 0 {
		*c = codes{}
	}
	for code, n := range other {
		(*c)[code] += n
	}
}

// list returns the codes, the most frequent first.
func (c *codes) list() []CodeCount {
	out := make([]CodeCount, 0, len(*c))
	for _, code := range slices.Sorted(maps.Keys(*c)) {
		out = append(out, CodeCount{code, (*c)[code]})
	}
	slices.SortStableFunc(out, func(a, b CodeCount) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
