package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// maxResult is the size of the largest result that a Trial prints, in bytes.
const maxResult = 1 << 28

// Trial is a mapping with all that it needs to be evaluated once, as the tools
// for authors ask for it: `weft map`, and a pane of the playground.
type Trial struct {
	Mapping string
	Mode    Mode
	// Input is the value that the mapping is applied to.
	Input value.Value
	// Vars are the variables, by name with or without the dollar sign; an object
	// or MISSING. Names that no position of a document knows are allowed.
	Vars value.Value
}

// Outcome is what a Trial came to.
type Outcome struct {
	Result   value.Value // may be MISSING
	Problems []Problem   // by message and path, in the order of their first occurrence
	// Unknown are the mentions of methods that do not exist. That they gave nothing is among the problems, without a place.
	Unknown []Mention
}

// ReadTrial reads a trial from JSON: an object with "mapping", and perhaps
// "spec" (see ParseVersion; the newest public version without it), "input"
// (null without it) and "vars". Other properties are ignored.
func ReadTrial(json []byte) (Trial, error) {
	v, err := value.Parse(json)
	if err != nil {
		return Trial{}, err
	}
	if v.Kind() != value.KindObject {
		return Trial{}, fmt.Errorf(`expected an object with "mapping" but found %s`, named(v))
	}
	t := Trial{Mode: V04, Input: v.Get("input"), Vars: v.Get("vars")}
	text := v.Get("mapping")
	if text.Kind() != value.KindString {
		return Trial{}, fmt.Errorf(`"mapping" must be a string, not %s`, named(text))
	}
	t.Mapping = text.Text()
	switch spec := v.Get("spec"); {
	case spec.Kind() == value.KindString:
		if t.Mode, err = ParseVersion(spec.Text()); err != nil {
			return Trial{}, err
		}
	case !spec.IsMissing() && !spec.IsNull():
		return Trial{}, fmt.Errorf(`"spec" must be a string such as "v0.4", not %s`, named(spec))
	}
	return t, nil
}

// named says what a value is, for messages.
func named(v value.Value) string {
	switch v.Kind() {
	case value.KindMissing:
		return "missing"
	case value.KindNull:
		return "null"
	case value.KindArray, value.KindObject:
		return "an " + v.Kind().String()
	default:
		return "a " + v.Kind().String()
	}
}

// Run parses and evaluates the mapping. The error is an *Error if the text is
// no mapping; others tell what is wrong with the variables, or that the result
// is too large to be printed.
func (t *Trial) Run() (Outcome, error) {
	m, failed := Parse(t.Mapping, t.Mode)
	if failed != nil {
		return Outcome{}, failed
	}
	env, err := NewEnv(t.Vars)
	if err != nil {
		return Outcome{}, err
	}
	env.Problems = &Problems{}
	in := t.Input
	if in.IsMissing() {
		in = value.Null()
	}
	result := m.Eval(in, env)
	if result.SizeUpTo(maxResult) >= maxResult {
		return Outcome{}, fmt.Errorf("the result is larger than %d MiB", maxResult>>20)
	}
	return Outcome{Result: result, Problems: env.Problems.List(), Unknown: m.unknownMethods()}, nil
}

func (m *Mapping) unknownMethods() []Mention {
	var unknown []Mention
	for _, mention := range m.Mentions() {
		if mention.IsMethod && !mention.IsKnown {
			unknown = append(unknown, mention)
		}
	}
	return unknown
}

// NewEnv returns an Env with the variables that an object names, with or
// without the dollar sign. MISSING and null give an empty Env.
func NewEnv(vars value.Value) (*Env, error) {
	env := &Env{}
	switch vars.Kind() {
	case value.KindMissing, value.KindNull, value.KindObject:
	default:
		return nil, fmt.Errorf("variables must be an object, not %s", named(vars))
	}
	for _, f := range vars.Fields() {
		name := strings.TrimPrefix(f.Name, "$")
		if !isIdentifier(name) {
			return nil, fmt.Errorf("%q is no name of a variable", f.Name)
		}
		if v, ok := lookupVar(name); ok {
			env.Vars[v] = f.Value
			continue
		}
		if env.Others == nil {
			env.Others = make(map[string]value.Value)
		}
		env.Others[name] = f.Value
	}
	return env, nil
}

// AppendJSON appends the outcome as an object with "result", which is absent
// when the result is MISSING, and "problems", a list of objects with "message",
// "path" and "count".
func (o *Outcome) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if !o.Result.IsMissing() {
		dst = append(dst, `"result":`...)
		dst = append(o.Result.AppendJSON(dst), ',')
	}
	dst = append(dst, `"problems":[`...)
	for i, p := range o.Problems {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"message":`...)
		dst = append(value.AppendString(dst, p.Message), `,"path":`...)
		dst = append(value.AppendString(dst, p.Path), `,"count":`...)
		dst = append(strconv.AppendInt(dst, int64(p.Count), 10), '}')
	}
	return append(dst, "]}"...)
}
