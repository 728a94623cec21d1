package resolvers_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// queryMaker makes random operations that are valid for a model.
type queryMaker struct {
	*rand.Rand
	g         *modelGraph
	serial    int
	nodes     int
	variables []string
	values    map[string]any
	fragments []string
	depth     int
	// defers puts @defer on fragments, of which there are more then.
	defers bool
}

// maxQueryNodes and maxQueryDepth bound the operations, so that answers stay small.
const (
	maxQueryNodes = 40
	maxQueryDepth = 5
)

// makeQuery returns an operation and the values of its variables.
func makeQuery(g *modelGraph, stream uint64) (string, map[string]any) {
	q := queryMaker{Rand: newRand(g.seed, 1000+stream), g: g, values: map[string]any{}}
	return q.operation()
}

// makeDeferringQuery is makeQuery with @defer at some fragments.
func makeDeferringQuery(g *modelGraph, stream uint64) (string, map[string]any) {
	q := queryMaker{Rand: newRand(g.seed, 2_000_000+stream), g: g, values: map[string]any{}, defers: true}
	return q.operation()
}

func (q *queryMaker) operation() (string, map[string]any) {
	g := q.g
	root, keyword := g.query, "query"
	if g.mutation != nil && q.IntN(6) == 0 {
		root, keyword = g.mutation, "mutation"
	}
	body := q.selection(root)
	head := keyword + " Q"
	if len(q.variables) > 0 {
		head += "(" + strings.Join(q.variables, ", ") + ")"
	}
	return head + " " + body + "\n" + strings.Join(q.fragments, "\n"), q.values
}

func (q *queryMaker) chance(percent int) bool { return q.IntN(100) < percent }

// selection is a selection set for a type.
func (q *queryMaker) selection(t *modelType) string {
	q.depth++
	defer func() { q.depth-- }()
	n := 1 + q.IntN(4)
	if q.depth > 3 {
		n = 1 + q.IntN(2)
	}
	var out []string
	for range n {
		out = append(out, q.selected(t))
	}
	if len(t.fields) == 0 || q.chance(10) {
		out = append(out, "__typename")
	}
	return "{ " + strings.Join(out, " ") + " }"
}

// selected is one selection: a field or a fragment.
func (q *queryMaker) selected(t *modelType) string {
	isRoot := t == q.g.query || t == q.g.mutation
	switch {
	case q.defers && t != q.g.mutation && q.depth <= maxQueryDepth && q.chance(35):
		return q.fragment(t)
	case t.isAbstract() && (len(t.fields) == 0 || q.chance(70)), !isRoot && q.chance(8):
		return q.fragment(t)
	default:
		return q.field(t)
	}
}

// fragment is an inline or named fragment on the type, one of its members, or one of its interfaces.
func (q *queryMaker) fragment(t *modelType) string {
	on := t
	switch {
	case t.isAbstract() && q.chance(85):
		on = pick(q.Rand, t.members...)
	case len(t.implements) > 0 && q.chance(50):
		on = pick(q.Rand, t.implements...)
	}
	if q.depth > maxQueryDepth {
		return "__typename"
	}
	if q.chance(40) {
		q.serial++
		name := "F" + strconv.Itoa(q.serial)
		q.fragments = append(q.fragments, "fragment "+name+" on "+on.name+" "+q.selection(on))
		spread := "..." + name + q.directive() + q.deferral()
		if q.chance(20) {
			spread += " ..." + name
		}
		return spread
	}
	condition := " on " + on.name
	if on == t && q.chance(30) {
		condition = ""
	}
	return "..." + condition + q.directive() + q.deferral() + " " + q.selection(on)
}

// deferral is a @defer, or nothing.
func (q *queryMaker) deferral() string {
	if !q.defers || q.chance(35) {
		return ""
	}
	switch q.IntN(5) {
	case 0:
		return fmt.Sprintf(" @defer(if: %s)", q.variable("Boolean!", q.IntN(3) > 0))
	case 1:
		q.serial++
		return fmt.Sprintf(" @defer(label: \"L%d\")", q.serial)
	default:
		return " @defer"
	}
}

func (q *queryMaker) field(t *modelType) string {
	var visible []*modelField
	for _, f := range t.fields {
		leaf := f.target == nil
		if !f.isHidden && (leaf || q.depth < maxQueryDepth && q.nodes < maxQueryNodes) {
			visible = append(visible, f)
		}
	}
	if len(visible) == 0 {
		return "__typename"
	}
	f := pick(q.Rand, visible...)
	q.nodes++
	name := f.name
	// Fields with arguments have aliases of their own, so that they never have to be merged; others meet by their name.
	if len(f.args) > 0 || q.chance(12) {
		q.serial++
		name = fmt.Sprintf("a%d: %s", q.serial, f.name)
	}
	name += q.arguments(f) + q.directive()
	if f.target == nil {
		return name
	}
	return name + " " + q.selection(f.target)
}

func (q *queryMaker) directive() string {
	if !q.chance(6) {
		return ""
	}
	word := pick(q.Rand, "skip", "include")
	switch q.IntN(3) {
	case 0:
		return fmt.Sprintf(" @%s(if: %t)", word, q.IntN(2) == 0)
	default:
		return fmt.Sprintf(" @%s(if: %s)", word, q.variable("Boolean!", q.IntN(2) == 0))
	}
}

func (q *queryMaker) variable(typ string, v any) string {
	q.serial++
	name := "v" + strconv.Itoa(q.serial)
	q.variables = append(q.variables, "$"+name+": "+typ)
	if v != (absent{}) {
		q.values[name] = v
	}
	return "$" + name
}

func (q *queryMaker) arguments(f *modelField) string {
	var out []string
	for _, a := range f.args {
		required := strings.HasSuffix(a.typ, "!")
		if q.chance(25) && (!required || a.literal != "") {
			continue
		}
		out = append(out, a.name+": "+q.argument(f, a))
	}
	if len(out) == 0 {
		return ""
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// argument is a literal or a variable.
func (q *queryMaker) argument(f *modelField, a *modelArg) string {
	v, literal := q.argumentValue(f, a)
	if q.chance(40) {
		return q.variable(a.typ, v)
	}
	if !strings.HasSuffix(a.typ, "!") {
		if q.chance(10) {
			return "null"
		}
		if q.chance(10) {
			return q.variable(a.typ, absent{})
		}
	}
	return literal
}

func (q *queryMaker) argumentValue(f *modelField, a *modelArg) (v any, literal string) {
	named := strings.TrimSuffix(a.typ, "!")
	if a.name == "id" || a.name == "code" {
		row := pick(q.Rand, f.target.allRows()...)
		text, _ := row.values[a.name].(string)
		if q.chance(10) {
			text = "999"
		}
		if named == "Int" || named == "ID" && q.chance(40) {
			return json.Number(text), text
		}
		return text, strconv.Quote(text)
	}
	switch named {
	case "Int":
		n := strconv.Itoa(q.IntN(4))
		return json.Number(n), n
	case "Boolean":
		b := q.IntN(2) == 0
		return b, strconv.FormatBool(b)
	case "Color":
		c := pick(q.Rand, "RED", "GREEN")
		return c, c
	default:
		s := pick(q.Rand, "x", "two words", "a/b?c&d=%20", "ü")
		return s, strconv.Quote(s)
	}
}
