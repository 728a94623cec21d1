package permit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/weftgraph/weft/graph/diag"
)

// explain makes one error of what CEL says, in the words of this project: the first, since what follows is often its consequence.
func (l *language) explain(text string, issues *cel.Issues) *ExpressionError {
	list := issues.Errors()
	if len(list) == 0 {
		return &ExpressionError{Message: oneLine(issues.Err().Error()), End: len(text)}
	}
	first := list[0]
	offset := 0
	if first.Location.Line() > 0 {
		offset = offsetOf(text, first.Location.Line(), first.Location.Column())
	}
	start, end := word(text, offset, ".? ")
	e := &ExpressionError{Message: oneLine(first.Message), Start: start, End: end}
	if name := l.reword(e); name != "" && !strings.HasPrefix(text[start:], name) {
		// CEL points at the bracket behind the name of a method.
		if at := strings.LastIndex(text[:start], name); at >= 0 {
			e.Start, e.End = at, at+len(name)
			return e
		}
	}
	if start >= len(text) && len(text) > 0 {
		e.Start, e.End = len(text)-1, len(text) // the last thing that is there to point at
	}
	return e
}

// Messages of CEL that are said differently here.
var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	undefined  = regexp.MustCompile(`^undefined field '([^']*)'`)
	unexpected = regexp.MustCompile(`(?s)^Syntax error: (?:mismatched input|extraneous input|no viable alternative at input) '(.*?)'(?: expecting.*)?$`)
	unreadable = regexp.MustCompile(`(?s)^Syntax error: token recognition error at: '(.*)'$`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '\(?([^']*?)\)?'$`)
)

// foreignOperators are those of CEL that other languages write differently.
var foreignOperators = map[string]struct{ what, spelling string }{ //nolint:gochecknoglobals // a table
	"=": {"compare", "=="},
	"&": {"demand both", "&&"},
	"|": {"demand one of two", "||"},
}

// listed names the members of a type.
func listed(typ *cel.Type) string { return strings.Join(memberNames(members(typ.TypeName())), ", ") }

// reword changes the message, and returns the name that it is about, if it is about one.
func (l *language) reword(e *ExpressionError) (name string) {
	if m := undeclared.FindStringSubmatch(e.Message); m != nil {
		e.Message = fmt.Sprintf("there is nothing called %q", m[1])
		e.Nearest = diag.Nearest(m[1], l.names())
		return m[1]
	}
	if m := undefined.FindStringSubmatch(e.Message); m != nil {
		e.Message = fmt.Sprintf("there is no field %q", m[1])
		if e.Nearest = diag.Nearest(m[1], allMembers()); e.Nearest == "" {
			e.Message += ": caller has " + listed(callerType) + "; request has " + listed(requestType) +
				"; its operation has " + listed(operationType)
		}
		return m[1]
	}
	if m := unexpected.FindStringSubmatch(e.Message); m != nil {
		e.Message = fmt.Sprintf("unexpected %q", m[1])
		if strings.HasSuffix(m[1], "<EOF>") {
			e.Message = "the expression ends too early"
		}
		return ""
	}
	if m := unreadable.FindStringSubmatch(e.Message); m != nil {
		e.Message = fmt.Sprintf("unexpected %q", m[1])
		if operator, ok := foreignOperators[strings.TrimSpace(m[1])]; ok {
			e.Message += fmt.Sprintf(": to %s is written %q", operator.what, operator.spelling)
		}
		return ""
	}
	if m := overload.FindStringSubmatch(e.Message); m != nil {
		e.Message = fmt.Sprintf("%s does not take (%s)", strings.Trim(m[1], "_@"), m[2])
	}
	return ""
}

// names are what an expression can name.
func (l *language) names() []string {
	names := []string{"claims", "caller", "request", "args", "has", "all", "exists", "exists_one", "map", "filter"}
	for name := range l.env.Functions() {
		if !strings.ContainsAny(name, "_@!-.") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func allMembers() []string {
	var names []string
	for _, typ := range []string{callerType.TypeName(), requestType.TypeName(), operationType.TypeName()} {
		names = append(names, memberNames(members(typ))...)
	}
	return names
}

// oneLine is a message of CEL as one sentence without its drawings.
func oneLine(message string) string {
	message = strings.TrimSpace(message)
	if first, _, cut := strings.Cut(message, "\n"); cut {
		message = first
	}
	return strings.TrimSuffix(message, ".")
}
