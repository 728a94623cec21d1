package form

import "github.com/weftgraph/weft/graph/mapping"

// signature says what a method takes (Connectors specification 6.4).
type signature struct {
	// min and max are the number of arguments; a max of 0 also forbids empty parentheses, and -1 is no bound.
	min, max int
	// takes are the kinds of input that it can work on; 0 are all.
	takes Kinds
	// wants says the same to people.
	wants string
}

const unbounded = -1

// signatureOf returns what a method takes; ok is false for one that does not exist.
func signatureOf(name string) (s signature, ok bool) {
	switch name {
	case "echo", "map", "filter", "find", "eq", "ne", "in":
		return signature{min: 1, max: 1}, true
	case "as":
		return signature{min: 1, max: 2}, true
	case "match":
		return signature{min: 1, max: unbounded}, true
	case "first", "last":
		return signature{takes: List | String, wants: "a list or a string"}, true
	case "slice":
		return signature{max: 2, takes: List | String, wants: "a list or a string"}, true
	case "size":
		return signature{takes: List | String | Object, wants: "a list, a string or an object"}, true
	case "get":
		return signature{min: 1, max: 1, takes: List | String | Object, wants: "a list, a string or an object"}, true
	case "entries", "keysToCamelCase":
		return signature{takes: Object, wants: "an object"}, true
	case "keysToCamelCaseDeep":
		return signature{takes: Object | List, wants: "an object"}, true
	case "joinNotNull":
		return signature{min: 1, max: 1, takes: List | Scalar, wants: "a list of scalar values"}, true
	case "jsonStringify":
		return signature{}, true
	case "jsonParse", "trim", "trimStart", "trimEnd":
		return signature{takes: String, wants: "a string"}, true
	case "split":
		return signature{min: 1, max: 2, takes: String, wants: "a string"}, true
	case "toString":
		return signature{takes: Scalar, wants: "a scalar value"}, true
	case "parseInt":
		return signature{max: 1, takes: String | Int | Float, wants: "a string or a number"}, true
	case "gt", "gte", "lt", "lte":
		return signature{min: 1, max: 1, takes: String | Int | Float, wants: "a string or a number"}, true
	case "contains":
		return signature{min: 1, max: 1, takes: List, wants: "a list"}, true
	case "and", "or":
		return signature{min: 1, max: unbounded, takes: Bool, wants: "a boolean"}, true
	case "not":
		return signature{takes: Bool, wants: "a boolean"}, true
	case "add", "sub", "mul", "div", "mod":
		return signature{min: 1, max: unbounded, takes: Int | Float, wants: "a number"}, true
	default:
		return signature{}, false
	}
}

// method reads a method's name and arguments and returns what it gives.
func (r *reader) method(in Form) (Form, bool) {
	r.peek()
	at := r.pos
	name := r.name()
	end := r.pos
	hasArguments := r.take("(")
	if !hasArguments {
		r.pos = end
	}
	var args []Form
	bound := ""
	if hasArguments {
		var ok bool
		if args, bound, ok = r.arguments(name, in); !ok {
			return Form{}, false
		}
	}
	if bound != "" {
		f := in
		if len(args) == 2 {
			f = args[1]
		}
		r.locals = &local{bound, f, r.locals}
		return in, true
	}
	s, known := signatureOf(name)
	switch {
	case !known:
		return Of(Unknown), true // reported elsewhere
	case s.max == 0 && hasArguments:
		return r.problemf(at, name, "->%s does not take any arguments", name), true
	case len(args) < s.min:
		return r.problemf(at, name, "->%s needs %s", name, argumentsText(s.min)), true
	case s.max > 0 && len(args) > s.max:
		return r.problemf(at, name, "->%s takes at most %s", name, argumentsText(s.max)), true
	case s.takes != 0 && in.IsNever(s.takes):
		return r.problemf(at, name, "->%s needs %s, and gets %s", name, s.wants, in.Describe()), true
	}
	for i, arg := range args {
		if takes, wants := argumentOf(name, i, in); takes != 0 && arg.cannotBe(takes) {
			return r.problemf(at, name, "->%s needs %s as its argument, and gets %s", name, wants, arg.Describe()), true
		}
	}
	if r.mode == mapping.V02 {
		return Of(Unknown), true
	}
	return result(name, in, args), true
}

// argumentOf returns the kinds of what a method can work with as its i-th argument, and says them to people; 0 are all. It leaves out
// what a method does without: the bounds of ->slice, and what ->match is given.
func argumentOf(name string, i int, in Form) (takes Kinds, wants string) {
	switch name {
	case "in":
		return List, "a list"
	case "joinNotNull":
		return String, "a string"
	case "filter", "find", "and", "or":
		return Bool, "a boolean"
	case "add", "sub", "mul", "div", "mod":
		return Int | Float, "a number"
	case "parseInt":
		return Int, "an integer"
	case "split":
		if i == 0 {
			return String, "a string"
		}
		return Int, "an integer"
	case "get":
		return chosenBy(in, Object, String, "a string", Int, "an integer")
	case "gt", "gte", "lt", "lte":
		return chosenBy(in, String, String, "a string", Int|Float, "a number")
	default:
		return 0, ""
	}
}

// chosenBy is what goes with an input that is of some kinds, or with one that is not; both where that is not known.
func chosenBy(in Form, kinds, takes Kinds, wants string, otherwise Kinds, wantsOtherwise string) (Kinds, string) {
	switch {
	case in.IsNever(kinds):
		return otherwise, wantsOtherwise
	case in.Fits(kinds) && in.Kinds&Unknown == 0:
		return takes, wants
	default:
		return takes | otherwise, wants + " or " + wantsOtherwise
	}
}

func argumentsText(n int) string {
	if n == 1 {
		return "one argument"
	}
	return "two arguments"
}

// arguments reads a method's arguments, in which `@` is the method's input or each of its elements. bound is the name that ->as binds.
func (r *reader) arguments(name string, in Form) (args []Form, bound string, ok bool) {
	at := r.at
	r.at = in
	if name == "map" || name == "filter" || name == "find" {
		r.at = elements(in)
	}
	defer func() { r.at = at }()
	from := r.pos
	if name == "as" && r.peek() == '$' {
		r.pos++
		if bound = r.name(); bound != "" && (r.take(",") || r.peek() == ')') {
			rest, ok := r.exprsUntil(")")
			return append([]Form{{}}, rest...), bound, ok
		}
		r.pos, bound = from, ""
	}
	args, ok = r.exprsUntil(")")
	return args, bound, ok
}

// elements are the elements of a list; what is no list stands for its only element.
func elements(in Form) Form {
	if in.Kinds&List == 0 {
		return in
	}
	return in.without(List).Or(in.Elem())
}

// result is what a method gives that is called as it should be.
func result(name string, in Form, args []Form) Form {
	switch name {
	case "echo":
		return args[0]
	case "as":
		return in
	case "map":
		return ListOf(args[0])
	case "match":
		return matched(args)
	case "first", "last", "find":
		return elements(in).Or(Of(None))
	case "slice":
		return in
	case "filter":
		return ListOf(elements(in))
	case "get":
		return gotten(in, args[0])
	case "entries":
		return ListOf(Of(Object))
	case "size", "parseInt":
		return Of(Int | None)
	case "joinNotNull", "jsonStringify", "toString", "trim", "trimStart", "trimEnd":
		return Of(String | None)
	case "split":
		return ListOf(Of(String))
	case "eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "and", "or", "not":
		return Of(Bool | None)
	case "add", "sub", "mul", "mod":
		return Of(Int | Float | None)
	case "div":
		return Of(Float | None)
	case "keysToCamelCase":
		return Of(Object)
	default: // jsonParse, keysToCamelCaseDeep
		return Of(Unknown)
	}
}

// matched is one of the values of ->match, or missing.
func matched(pairs []Form) Form {
	f := Of(None)
	for _, pair := range pairs {
		if len(pair.items) == 2 {
			f = f.Or(pair.items[1])
		} else if pair.items == nil {
			f = f.Or(Of(Unknown))
		}
	}
	return f
}

// gotten is what ->get gives.
func gotten(in, index Form) Form {
	f := Of(None)
	if in.Kinds&List != 0 {
		f = f.Or(in.Elem())
	}
	if in.Kinds&String != 0 {
		f = f.Or(Of(String))
	}
	switch {
	case in.Kinds&(Object|Unknown) == 0:
	case index.literal != nil:
		f = f.Or(in.without(List).key(*index.literal))
	default:
		f = f.Or(Of(Unknown))
	}
	return f
}
