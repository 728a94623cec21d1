package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// form says what may stand at a place of the configuration, and reads it into a T. There is one description of every place: the
// reader, the JSON Schema, the reference page and print all follow it.
type form[T any] interface {
	// Read checks the node and reads it. What is wrong is reported.
	Read(r *reader, n *node, into *T)
	// Shape describes the form.
	Shape() *shape
}

// at is a form of a part of T.
func at[T, U any](part func(*T) *U, f form[U]) form[T] { return partForm[T, U]{part, f} }

type partForm[T, U any] struct {
	part func(*T) *U
	form form[U]
}

// Read implements form.
func (f partForm[T, U]) Read(r *reader, n *node, into *T) { f.form.Read(r, n, f.part(into)) }

// Shape implements form.
func (f partForm[T, U]) Shape() *shape { return f.form.Shape() }

// via is a form of T that is written as a U.
func via[T, U any](f form[U], convert func(U) (T, error)) form[T] {
	return convertedForm[T, U]{f, convert}
}

type convertedForm[T, U any] struct {
	form    form[U]
	convert func(U) (T, error)
}

// Read implements form.
func (f convertedForm[T, U]) Read(r *reader, n *node, into *T) {
	var given U
	before := len(r.diags)
	f.form.Read(r, n, &given)
	if len(r.diags) > before || n.isBroken {
		return // what was complained of needs no second complaint
	}
	converted, err := f.convert(given)
	if err != nil {
		r.errorf(n.span, "%v", err)
		return
	}
	*into = converted
}

// Shape implements form.
func (f convertedForm[T, U]) Shape() *shape { return f.form.Shape() }

// key is one key of a mapping that is read into a T.
type key[T any] struct {
	name string
	form form[T]
	// doc says what it means, in Markdown.
	doc string
	// standard is what holds without the key, and example a value of it; both are YAML, or empty.
	standard, example string
	state             keyState
	// quiet is a value of a lacking key that asks for nothing, as YAML: it needs no warning.
	quiet string
	// instead says what to do instead of using a deprecated or refused key.
	instead string
	// variable is the environment variable that holds if the file does not have the key.
	variable string
	// isOptIn tells that the key changes something by being there, even without a value.
	isOptIn bool
}

// keyState says how far a key works.
type keyState uint8

const (
	works keyState = iota
	// accepted keys have no effect, and need none.
	accepted
	// lacking keys ask for what is not there.
	lacking
	// deprecated keys work, and have a better successor.
	deprecated
	// refused keys are errors: to go on without them could do harm.
	refused
)

// lack are keys that are known and not implemented.
func lack[T any](names ...string) []key[T] {
	keys := make([]key[T], len(names))
	for i, name := range names {
		keys[i] = key[T]{name: name, form: anything[T]{}, state: lacking}
	}
	return keys
}

// anything is a form that is not looked at.
type anything[T any] struct{}

// Read implements form.
func (anything[T]) Read(*reader, *node, *T) {}

// Shape implements form.
func (anything[T]) Shape() *shape { return &shape{kind: anyShape, words: "anything"} }

// object is a mapping with known keys. A null stands for an empty one, unless some key is required.
type object[T any] struct {
	keys []key[T]
	// required keys must be there, and exactly one of oneOf; those of a pair in apart must not be there both.
	required, oneOf []string
	apart           [][2]string
	// tolerates tells that keys with the prefixes of what is being tried out are lacking, not unknown.
	tolerates bool
}

// Read implements form.
func (o object[T]) Read(r *reader, n *node, into *T) {
	if n.kind == value.KindNull && o.isOptional() {
		return
	}
	if n.kind != value.KindObject {
		r.wrong(n, "a mapping")
		return
	}
	for _, f := range n.fields {
		o.readField(r, f, into)
	}
	o.readTogether(r, n)
}

func (o object[T]) isOptional() bool { return len(o.required)+len(o.oneOf) == 0 }

func (o object[T]) readField(r *reader, f field, into *T) {
	i := slices.IndexFunc(o.keys, func(k key[T]) bool { return k.name == f.name })
	switch {
	case i >= 0:
		k := o.keys[i]
		switch {
		case k.state == lacking && (k.quiet == "" || f.value.String() != k.quiet):
			r.unsupported(f)
		case k.state == deprecated:
			r.diags.Warnf(Code, f.span, "%q is deprecated, %s", f.name, k.instead)
		case k.state == refused:
			r.errorf(f.span, "%q is not supported, %s", f.name, k.instead)
			return
		}
		r.within(f.name, func() { k.form.Read(r, f.value, into) })
	case o.tolerates && isTried(f.name):
		r.unsupported(f)
	default:
		r.diags.Add(diag.Diagnostic{
			Code: Code, Message: fmt.Sprintf("unknown key %q", f.name), Span: f.span,
			Nearest: diag.Nearest(f.name, o.names()),
		})
	}
}

// readTogether checks which keys stand together. A refused key may stand for what is missing.
func (o object[T]) readTogether(r *reader, n *node) {
	if slices.ContainsFunc(o.keys, func(k key[T]) bool { return k.state == refused && n.field(k.name) != nil }) {
		return
	}
	for _, name := range o.required {
		if n.field(name) == nil {
			r.errorf(n.span, "%q is missing", name)
		}
	}
	var given []string
	for _, name := range o.oneOf {
		if n.field(name) != nil {
			given = append(given, name)
		}
	}
	if len(o.oneOf) > 0 && len(given) != 1 {
		got := "none"
		if len(given) > 0 {
			got = quoted(given, "and")
		}
		r.errorf(n.span, "expected exactly one of %s but got %s", quoted(o.oneOf, "and"), got)
	}
	for _, pair := range o.apart {
		if f := n.field(pair[0]); f != nil && n.field(pair[1]) != nil {
			r.errorf(f.span, "%q cannot stand beside %q", pair[0], pair[1])
		}
	}
}

func (o object[T]) names() []string {
	names := make([]string, len(o.keys))
	for i, k := range o.keys {
		names[i] = k.name
	}
	slices.Sort(names)
	return names
}

// Shape implements form.
func (o object[T]) Shape() *shape {
	s := &shape{
		kind: mappingShape, words: "a mapping", required: o.required, oneOf: o.oneOf, apart: o.apart, tolerates: o.tolerates,
		isOptional: o.isOptional(),
	}
	for _, k := range o.keys {
		s.keys = append(s.keys, shapeKey{
			name: k.name, shape: k.form.Shape(), doc: k.doc, standard: k.standard, example: k.example, state: k.state, quiet: k.quiet,
			instead: k.instead, variable: k.variable, isOptIn: k.isOptIn,
		})
	}
	return s
}

// triedPrefixes are those of keys that come and go in the public router.
func triedPrefixes() []string { return []string{"experimental_", "preview_"} }

func isTried(name string) bool {
	return slices.ContainsFunc(triedPrefixes(), func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// quoted lists words: `"a", "b" and "c"`.
func quoted(words []string, last string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" " + last + " ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", w)
	}
	return b.String()
}
