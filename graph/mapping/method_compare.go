package mapping

import (
	"cmp"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// equals is ->eq and ->ne: numbers by value, everything else strictly.
func (ev *evaluator) equals(s *step, in value.Value) value.Value {
	other, ok := ev.onlyArg(s, in)
	if !ok || other.IsMissing() {
		return value.Missing()
	}
	return value.Bool(ev.equal(in, other) == (s.method == methodEq))
}

// compare is ->gt, ->gte, ->lt and ->lte.
func (ev *evaluator) compare(s *step, in value.Value) value.Value {
	other, ok := ev.onlyArg(s, in)
	if !ok || other.IsMissing() {
		return value.Missing()
	}
	var order int
	switch {
	case in.IsNumber() && other.IsNumber():
		order = compareNumbers(in, other)
	case in.Kind() == value.KindString && other.Kind() == value.KindString:
		order = strings.Compare(in.Text(), other.Text())
	default:
		if ev.problems == nil {
			return value.Missing()
		}
		if !ev.spendText(in.SizeUpTo(maxText)) || !ev.spendText(other.SizeUpTo(maxText)) {
			return value.Missing()
		}
		return ev.refuse(s, " can only compare numbers and strings. Found: ",
			string(in.AppendPlainJSON(nil)), " ", comparison(s.method), " ", string(other.AppendPlainJSON(nil)))
	}
	switch s.method {
	case methodGt:
		return value.Bool(order > 0)
	case methodGte:
		return value.Bool(order >= 0)
	case methodLt:
		return value.Bool(order < 0)
	default:
		return value.Bool(order <= 0)
	}
}

func comparison(m methodID) string {
	switch m {
	case methodGt:
		return ">"
	case methodGte:
		return ">="
	case methodLt:
		return "<"
	default:
		return "<="
	}
}

// compareNumbers keeps integers exact, whatever their length.
func compareNumbers(a, b value.Value) int {
	if a.Kind() != value.KindInt || b.Kind() != value.KindInt {
		x, _ := a.AsFloat()
		y, _ := b.AsFloat()
		return cmp.Compare(x, y)
	}
	x, xNegative := strings.CutPrefix(a.Text(), "-")
	y, yNegative := strings.CutPrefix(b.Text(), "-")
	if x == "0" && y == "0" {
		return 0
	}
	if xNegative != yNegative {
		if xNegative {
			return -1
		}
		return 1
	}
	order := cmp.Compare(len(x), len(y))
	if order == 0 {
		order = strings.Compare(x, y)
	}
	if xNegative {
		return -order
	}
	return order
}

func (ev *evaluator) in(s *step, in value.Value) value.Value {
	elems, ok := ev.onlyArg(s, in)
	if !ok || elems.IsMissing() {
		return value.Missing()
	}
	if elems.Kind() != value.KindArray {
		return ev.refuse(s, " requires an array argument")
	}
	return ev.occurs(in, elems)
}

func (ev *evaluator) contains(s *step, in value.Value) value.Value {
	wanted, ok := ev.onlyArg(s, in)
	if !ok || wanted.IsMissing() {
		return value.Missing()
	}
	if in.Kind() != value.KindArray {
		return ev.refuse(s, " requires an array input")
	}
	return ev.occurs(wanted, in)
}

func (ev *evaluator) occurs(wanted, list value.Value) value.Value {
	if !ev.spend(list.Len()) {
		return value.Missing()
	}
	for _, elem := range list.Elems() {
		if ev.equal(wanted, elem) {
			return value.Bool(true)
		}
	}
	return value.Bool(false)
}

// junction is ->and and ->or. Arguments behind the one that decides are not
// evaluated.
func (ev *evaluator) junction(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindBool {
		return ev.refuse(s, " can only be applied to boolean values.")
	}
	if len(s.args) == 0 {
		return ev.refuse(s, " requires arguments")
	}
	decides := s.method == methodOr
	if in.AsBool() == decides {
		return in
	}
	for _, arg := range s.args {
		v := ev.arg(arg, in)
		switch {
		case v.IsMissing():
			return v
		case v.Kind() != value.KindBool:
			ev.refuse(s, " can only accept boolean arguments.")
		case v.AsBool() == decides:
			return v
		}
	}
	return value.Bool(!decides)
}
