package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/value"
)

// estimate estimates once. It keeps the first thing that is wrong.
type estimate struct {
	*Program
	vars   map[string]value.Value
	failed error
}

func (p *Program) estimate(vars map[string]value.Value) (int64, error) {
	e := estimate{Program: p, vars: vars}
	total := e.base + e.position(p.root, nil, nil, 0)
	return rounded(total), e.failed
}

// position returns what one object costs: that of the most expensive of its types. Fields that are named in sized have that many values.
func (e *estimate) position(nodes []node, types []float64, sized []string, number float64) float64 {
	all, each := 0.0, slices.Clone(types)
	for i := range nodes {
		n := &nodes[i]
		known := -1.0
		if slices.Contains(sized, n.name) {
			known = number
		}
		c := e.node(n, known)
		if len(n.tags) == 0 {
			all += c
			continue
		}
		for tag, isOf := range n.tags {
			if isOf && tag < len(each) {
				each[tag] += c
			}
		}
	}
	if len(each) > 0 {
		all += slices.Max(each)
	}
	return capped(all)
}

// node returns what a field costs. number is how many values it has if the field above says so, otherwise negative.
func (e *estimate) node(n *node, number float64) float64 {
	told := e.told(n)
	each := n.weight + e.position(n.nodes, n.types, n.size.sized, told)
	if n.isLeaf {
		each = n.weight
	}
	switch {
	case !n.size.isList:
		number = 1
	case number >= 0:
	default:
		number = told
	}
	return capped(number*each) + e.arguments(n, e.vars)
}

// told is the size that `@listSize` gives a field, or what is usual.
func (e *estimate) told(n *node) float64 {
	s := &n.size
	if !s.isKnown {
		return e.listSize
	}
	size, given := -1.0, 0
	for _, slice := range s.slicing {
		if v, ok := e.sliced(slice); ok {
			given++
			size = max(size, v)
		}
	}
	if s.requireOne && given != 1 && e.failed == nil {
		e.failed = &SlicingError{Field: n.name, Given: given, Arguments: s.names()}
	}
	switch {
	case size >= 0:
		return size
	case s.assumed >= 0:
		return s.assumed
	default:
		return e.listSize
	}
}

// sliced returns the size that an argument says; a number below 0 says nothing.
func (e *estimate) sliced(s slicing) (float64, bool) {
	v, err := input.Argument(e.graph, s.given, s.arg.Default, s.arg.Type, e.vars)
	if err != nil {
		return 0, false
	}
	for _, name := range s.path {
		v = v.Get(name)
	}
	if v.Kind() == value.KindArray {
		return float64(v.Len()), true
	}
	f, ok := v.AsFloat()
	return f, ok && !v.IsNull()
}

func (s *size) names() []string {
	var names []string
	for _, slice := range s.slicing {
		names = append(names, strings.Join(append([]string{slice.arg.Name}, slice.path...), "."))
	}
	return names
}

// SlicingError says that an operation does not tell how long a list will be.
type SlicingError struct {
	// Field is the field's name, Given counts which of Arguments have a value.
	Field     string
	Given     int
	Arguments []string
}

// Error returns a sentence that clients may see.
func (e *SlicingError) Error() string {
	return fmt.Sprintf("Field %q needs exactly one of the arguments %s that say how long it is, but has %d.",
		e.Field, strings.Join(e.Arguments, ", "), e.Given)
}

func capped(c float64) float64 { return min(c, Max) }

// rounded is a cost as it is told: negative weights do not make one earn.
func rounded(c float64) int64 { return int64(max(capped(c), 0)) }
