package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// keys says what may stand in a mapping: a function that reads the key's value, or nil for a key that is known and not
// implemented.
type keys map[string]func(*node)

// object reads a mapping. A null stands for an empty one.
func (r *reader) object(n *node, known keys) {
	for _, f := range r.fields(n) {
		read, ok := known[f.name]
		switch {
		case ok && read != nil:
			read(f.value)
		case ok:
			r.unsupported(f)
		case strings.HasPrefix(f.name, "experimental_") || strings.HasPrefix(f.name, "preview_"):
			r.unsupported(f)
		default:
			r.diags.Add(diag.Diagnostic{
				Code:    Code,
				Message: fmt.Sprintf("unknown key %q", f.name),
				Span:    f.span,
				Nearest: diag.Nearest(f.name, slices.Sorted(maps.Keys(known))),
			})
		}
	}
}

// each reads a mapping whose keys are names.
func (r *reader) each(n *node, read func(name string, n *node)) {
	for _, f := range r.fields(n) {
		read(f.name, f.value)
	}
}

func (r *reader) fields(n *node) []field {
	switch n.kind {
	case value.KindObject, value.KindNull:
		return n.fields
	default:
		r.wrong(n, "a mapping")
		return nil
	}
}

func (r *reader) unsupported(f field) {
	r.diags.Warnf(Code, f.span, "%q is known but not implemented and has no effect", f.name)
}

func (r *reader) wrong(n *node, wanted string) {
	got := "a " + n.kind.String()
	switch n.kind {
	case value.KindNull:
		got = "nothing"
	case value.KindArray:
		got = "a list"
	case value.KindObject:
		got = "a mapping"
	}
	r.errorf(n.span, "expected %s but got %s", wanted, got)
}

// textInto reads a string.
func (r *reader) textInto(dst *string) func(*node) {
	return func(n *node) {
		if n.kind != value.KindString {
			r.wrong(n, "a string")
			return
		}
		*dst = n.text
	}
}

// boolInto reads true or false; the words may come from an expansion.
func (r *reader) boolInto(dst *bool) func(*node) {
	return func(n *node) {
		switch {
		case n.kind == value.KindBool:
			*dst = n.truth
		case n.kind == value.KindString && (n.text == "true" || n.text == "false"):
			*dst = n.text == "true"
		default:
			r.wrong(n, "true or false")
		}
	}
}

// intInto reads a positive integer; its digits may come from an expansion.
func intInto[T int | int64](r *reader, dst *T) func(*node) {
	return func(n *node) {
		if n.kind != value.KindInt && n.kind != value.KindString {
			r.wrong(n, "a positive integer")
			return
		}
		i, err := strconv.ParseInt(n.text, 10, 64)
		if err != nil || i <= 0 || int64(T(i)) != i {
			r.errorf(n.span, "expected a positive integer but got %q", n.text)
			return
		}
		*dst = T(i)
	}
}

// durationInto reads a duration such as "30s" or "1m30s".
func (r *reader) durationInto(dst *time.Duration) func(*node) {
	return func(n *node) {
		if n.kind != value.KindString {
			r.wrong(n, `a duration such as "30s"`)
			return
		}
		d, err := time.ParseDuration(strings.ReplaceAll(n.text, " ", ""))
		if err != nil || d <= 0 {
			r.errorf(n.span, `expected a duration such as "30s" but got %q`, n.text)
			return
		}
		*dst = d
	}
}
