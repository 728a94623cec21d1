package graph

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Limits bound the query documents that a graph accepts. They are checked before anything expensive is done with the text,
// so that the cost of validation and planning is bounded as well. A zero field means its default.
type Limits struct {
	// MaxBytes is the size of the text.
	MaxBytes int
	// MaxTokens counts lexical tokens, comments included.
	MaxTokens int
	// MaxNesting is how deep braces, brackets and parentheses nest in the text. The parser recurses that deep.
	MaxNesting int
	// MaxDepth is how deep fields nest, after fragments have been put in their places.
	MaxDepth int
	// MaxFields counts the fields of one operation, after fragments have been put in their places. It bounds what a few lines
	// of fragments that spread each other twice can grow into.
	MaxFields int
	// MaxIntrospectionFields is MaxFields for what stands below `__schema` and `__type`, where each field may stand for a
	// large part of the schema.
	MaxIntrospectionFields int
}

// DefaultLimits returns the limits that hold where none are configured.
func DefaultLimits() Limits {
	return Limits{
		MaxBytes:               1 << 20,
		MaxTokens:              15_000,
		MaxNesting:             200,
		MaxDepth:               100,
		MaxFields:              15_000,
		MaxIntrospectionFields: 500,
	}
}

// withDefaults fills in the fields that are zero.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, field := range []struct{ given, standard *int }{
		{&l.MaxBytes, &d.MaxBytes},
		{&l.MaxTokens, &d.MaxTokens},
		{&l.MaxNesting, &d.MaxNesting},
		{&l.MaxDepth, &d.MaxDepth},
		{&l.MaxFields, &d.MaxFields},
		{&l.MaxIntrospectionFields, &d.MaxIntrospectionFields},
	} {
		if *field.given <= 0 {
			*field.given = *field.standard
		}
	}
	return l
}

// Names of limits, as `extensions.limit` gives them.
const (
	limitBytes               = "bytes"
	limitTokens              = "tokens"
	limitNesting             = "nesting"
	limitName                = "name_length"
	limitFragments           = "fragments"
	limitDepth               = "depth"
	limitFields              = "fields"
	limitIntrospectionFields = "introspection_fields"
)

// limitError says that a document exceeds the named limit.
func limitError(name string, limit int, format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	err.Message = fmt.Sprintf("%s, the limit is %d.", err.Message, limit)
	err.Extensions = map[string]any{"code": CodeLimitExceeded, "limit": name}
	return err
}
