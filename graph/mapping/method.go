package mapping

import (
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// method runs a method on a value that is not MISSING. A switch instead of
// function values keeps the evaluator on the stack.
func (ev *evaluator) method(s *step, in value.Value) value.Value {
	switch s.method {
	case methodEcho:
		return ev.echo(s, in)
	case methodAs:
		return ev.as(s, in)
	case methodMap:
		return ev.mapElements(s, in)
	case methodMatch:
		return ev.match(s, in)
	case methodFilter:
		return ev.filter(s, in)
	case methodFind:
		return ev.find(s, in)
	case methodSlice:
		return ev.slice(s, in)
	case methodGet:
		return ev.get(s, in)
	case methodJoinNotNull:
		return ev.joinNotNull(s, in)
	case methodParseInt:
		return ev.parseInt(s, in)
	case methodSplit:
		return ev.split(s, in)
	case methodEq, methodNe:
		return ev.equals(s, in)
	case methodGt, methodGte, methodLt, methodLte:
		return ev.compare(s, in)
	case methodIn:
		return ev.in(s, in)
	case methodContains:
		return ev.contains(s, in)
	case methodAnd, methodOr:
		return ev.junction(s, in)
	case methodAdd, methodSub, methodMul, methodDiv, methodMod:
		return ev.arithmetic(s, in)
	case methodToString:
		return ev.toString(s, in)
	case methodUnknown:
		return ev.refuse(s, " not found")
	default:
		if s.hasArgs {
			return ev.refuse(s, " does not take any arguments")
		}
		return ev.plainMethod(s, in)
	}
}

// plainMethod runs the methods without arguments.
func (ev *evaluator) plainMethod(s *step, in value.Value) value.Value {
	switch s.method {
	case methodFirst, methodLast:
		return ev.end(s, in)
	case methodSize:
		return ev.size(s, in)
	case methodEntries:
		return ev.keyValuePairs(s, in)
	case methodJSONStringify:
		return ev.jsonStringify(in)
	case methodJSONParse:
		return ev.jsonParse(s, in)
	case methodNot:
		if in.Kind() != value.KindBool {
			return ev.refuse(s, " can only be applied to boolean values.")
		}
		return value.Bool(!in.AsBool())
	case methodTrim, methodTrimStart, methodTrimEnd:
		return ev.trim(s, in)
	default: // methodKeysToCamelCase, methodKeysToCamelCaseDeep
		return ev.keysToCamelCase(s, in)
	}
}

// refuse records "Method ->name …" and returns MISSING.
func (ev *evaluator) refuse(s *step, why ...string) value.Value {
	if ev.problems != nil {
		ev.problem("Method ->", s.name, strings.Join(why, ""))
	}
	return value.Missing()
}

// arg evaluates an argument with `@` bound to the method's input, or to one of
// its elements.
func (ev *evaluator) arg(e expr, in value.Value) value.Value {
	at, trail := ev.at, ev.atTrail
	ev.at, ev.atTrail = in, stretch{ev.base, len(ev.trail)}
	v := ev.expr(e)
	ev.at, ev.atTrail = at, trail
	return v
}

// onlyArg evaluates the argument of a method that takes exactly one. The second
// result is false when there are none or more.
func (ev *evaluator) onlyArg(s *step, in value.Value) (value.Value, bool) {
	if len(s.args) != 1 {
		return ev.refuse(s, " requires exactly one argument"), false
	}
	return ev.arg(s.args[0], in), true
}
