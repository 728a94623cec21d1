package config

import (
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/weftgraph/weft/graph/value"
)

// text is a string.
type text struct {
	// wanted says what is expected, such as `a path such as "/graphql"`; empty for any string.
	wanted string
	// all are patterns of which each finds something in the text, none are patterns that find nothing.
	all, none []string
	// isSecret tells that the text is not shown to anybody.
	isSecret bool
	// isSensible makes a check that no pattern can make; it is nil for most.
	isSensible func(string) error
}

var _ form[string] = text{}

// Read implements form.
func (t text) Read(r *reader, n *node, into *string) {
	if n.kind != value.KindString {
		r.wrong(n, t.words())
		return
	}
	if n.isBroken {
		return
	}
	if !t.allows(n.text) {
		if t.isSecret || len(n.text) > longestShown {
			r.errorf(n.span, "expected %s", t.words())
		} else {
			r.errorf(n.span, "expected %s but got %s", t.words(), n.shown())
		}
		return
	}
	if t.isSensible != nil {
		if err := t.isSensible(n.text); err != nil {
			r.errorf(n.span, "%v", err)
			return
		}
	}
	*into = n.text
}

// longestShown is how long a text may be that a message repeats.
const longestShown = 100

func (t text) words() string {
	if t.wanted == "" {
		return "a string"
	}
	return t.wanted
}

func (t text) allows(s string) bool {
	for _, p := range t.all {
		if !regexp.MustCompile(p).MatchString(s) {
			return false
		}
	}
	for _, p := range t.none {
		if regexp.MustCompile(p).MatchString(s) {
			return false
		}
	}
	return true
}

// Shape implements form.
func (t text) Shape() *shape {
	return &shape{kind: textShape, words: t.words(), all: t.all, none: t.none, isSecret: t.isSecret}
}

// flag is true or false; the words may come from an expansion.
type flag struct{}

var _ form[bool] = flag{}

// Read implements form.
func (flag) Read(r *reader, n *node, into *bool) {
	switch {
	case n.isBroken:
	case n.kind == value.KindBool:
		*into = n.truth
	case n.isExpanded && (n.text == "true" || n.text == "false"):
		*into = n.text == "true"
	case n.isExpanded:
		r.errorf(n.span, "expected true or false but got %s", n.shown())
	default:
		r.wrong(n, "true or false")
	}
}

// Shape implements form.
func (flag) Shape() *shape { return &shape{kind: flagShape, words: "true or false"} }

// maxInteger is the largest integer that every reader of YAML and JSON takes as it is written.
const maxInteger = 1<<53 - 1

// integer is a positive integer; its digits may come from an expansion.
type integer[T int | int64] struct{}

var _ form[int] = integer[int]{}

// Read implements form.
func (integer[T]) Read(r *reader, n *node, into *T) {
	const wanted = "a positive integer"
	if n.isBroken {
		return
	}
	if n.kind != value.KindInt && n.kind != value.KindFloat && !n.isExpanded {
		r.wrong(n, wanted)
		return
	}
	i, ok := positive(n.text)
	if !ok || int64(T(i)) != i {
		r.errorf(n.span, "expected %s but got %s", wanted, n.shown())
		return
	}
	*into = T(i)
}

// positive reads a positive integer. JSON knows no difference between 5 and 5.0.
func positive(text string) (int64, bool) {
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > maxInteger {
			return 0, false
		}
		i = int64(f)
	}
	return i, 0 < i && i <= maxInteger
}

// Shape implements form.
func (integer[T]) Shape() *shape { return &shape{kind: integerShape, words: "a positive integer"} }

// duration is a duration such as "30s" or "1m 30s".
func duration() form[time.Duration] {
	return via(text{wanted: `a duration such as "30s"`, all: []string{durationPattern, durationNotZero}},
		func(s string) (time.Duration, error) { return parseDuration(s), nil })
}

// choice is one of several words.
type choice[T any] []option[T]

var _ form[int] = choice[int]{}

type option[T any] struct {
	name  string
	value T
	// isLacking tells that the option is known and not implemented.
	isLacking bool
}

// Read implements form.
func (c choice[T]) Read(r *reader, n *node, into *T) {
	if n.isBroken {
		return
	}
	if n.kind != value.KindString {
		r.wrong(n, c.words())
		return
	}
	for _, o := range c {
		if o.name != n.text {
			continue
		}
		if o.isLacking {
			r.diags.Warnf(Code, n.span, "%q is known but not implemented and has no effect", o.name)
		}
		*into = o.value
		return
	}
	r.notOneOf(n, c.words(), c.names())
}

func (c choice[T]) names() []string {
	names := make([]string, len(c))
	for i, o := range c {
		names[i] = o.name
	}
	return names
}

func (c choice[T]) words() string { return quoted(c.names(), "or") }

// Shape implements form.
func (c choice[T]) Shape() *shape {
	return &shape{kind: choiceShape, words: c.words(), options: c.names()}
}

// switchedOff is a flag whose opposite is kept, so that the zero Config has it on.
func switchedOff(off func(*Config) *bool) form[draft] { return at(config, at(off, opposite())) }

// opposite is the opposite of what is written.
func opposite() form[bool] {
	return via(flag{}, func(b bool) (bool, error) { return !b, nil })
}
