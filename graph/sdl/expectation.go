package sdl

import (
	"github.com/weftgraph/weft/graph/mapping/form"
)

// expectation is what the place of a text makes of its value (Connectors specification 8.5). The zero expectation is none: a
// selection or a body may give anything.
type expectation uint8

const (
	// aScalar is what a hole of a template must give: its value becomes text.
	aScalar expectation = iota + 1
	aBoolean
	aString
	anObject
	// aListOfScalars is what `path` must give.
	aListOfScalars
)

// wants says what is expected.
func (e expectation) wants() string {
	switch e {
	case aScalar:
		return "a scalar value"
	case aBoolean:
		return "a boolean"
	case aString:
		return "a string"
	case anObject:
		return "an object"
	case aListOfScalars:
		return "a list of scalar values"
	default:
		return "anything"
	}
}

// isMet reports whether a value may be as expected. Null and missing values are, but for a test, which they never pass.
func (e expectation) isMet(f form.Form) bool {
	switch e {
	case aScalar:
		return f.Fits(form.Scalar)
	case aBoolean:
		return f.Fits(form.Bool) && f.Kinds != form.Null
	case aString:
		return f.Fits(form.String)
	case anObject:
		return f.Fits(form.Object)
	case aListOfScalars:
		return f.Fits(form.List) && (f.Kinds&form.List == 0 || f.Elem().Fits(form.Scalar))
	default:
		return true
	}
}
