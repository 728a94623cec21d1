package graph

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Limits bound the query documents and variables that a graph accepts. They are checked before anything expensive is done with
// them, so that the cost of validation and planning is bounded as well. A zero field means its default. Each name in brackets is
// what `extensions.limit` of the error says.
type Limits struct {
	// MaxBytes is the size of the text (bytes).
	MaxBytes int
	// MaxTokens counts lexical tokens, comments included (tokens).
	MaxTokens int
	// MaxNesting is how deep braces, brackets and parentheses nest in the text (nesting). The parser recurses that deep.
	MaxNesting int
	// MaxDirectives counts the directives of a document (directives), MaxDirectivesPerLocation those of one place in it
	// (directives_per_location).
	MaxDirectives, MaxDirectivesPerLocation int
	// MaxOperations counts the operations of a document (operations), MaxFragments its fragments (fragments).
	MaxOperations, MaxFragments int
	// MaxVariables counts the variables that one operation declares (variables).
	MaxVariables int

	// MaxDepth is how deep fields nest, after fragments have been put in their places (depth).
	MaxDepth int
	// MaxHeight counts the fields of an operation, likewise, of those with one response name in one selection set only the first
	// (height).
	MaxHeight int
	// MaxAliases counts the fields of an operation that have an alias, fragments in their places (aliases).
	MaxAliases int
	// MaxRootFields counts the different response names at an operation's root (root_fields).
	MaxRootFields int
	// MaxFields counts all fields of one operation, after fragments have been put in their places (fields). It bounds what a few
	// lines of fragments that spread each other twice can grow into.
	MaxFields int
	// MaxIntrospectionFields is MaxFields for what stands at and below `__schema` and `__type`, where each field may stand for a
	// large part of the schema (introspection_fields).
	MaxIntrospectionFields int
	// DeepIntrospection allows lists of fields, interfaces and types to nest without bound below `__schema` and `__type`
	// (introspection_depth).
	DeepIntrospection bool

	// MaxListSize is the number of items of one list, in the document or in the variables (list_size).
	MaxListSize int
	// MaxVariableValues counts the values of the variables, those in lists and objects included (variable_values).
	MaxVariableValues int
	// MaxVariableNesting is how deep lists and objects nest in one variable (variable_nesting).
	MaxVariableNesting int

	// WarnOnly lets operations pass that exceed MaxDepth, MaxHeight, MaxAliases or MaxRootFields: the document tells of it; see
	// Operation.Exceeds. The other limits protect the server itself and always hold.
	WarnOnly bool
}

// DefaultLimits returns the limits that hold where none are configured.
func DefaultLimits() Limits {
	return Limits{
		MaxBytes:                 1 << 20,
		MaxTokens:                15_000,
		MaxNesting:               200,
		MaxDirectives:            1000,
		MaxDirectivesPerLocation: 50,
		MaxOperations:            200,
		MaxFragments:             500,
		MaxVariables:             500,
		MaxDepth:                 100,
		MaxHeight:                15_000,
		MaxAliases:               1000,
		MaxRootFields:            200,
		MaxFields:                15_000,
		MaxIntrospectionFields:   500,
		MaxListSize:              10_000,
		MaxVariableValues:        100_000,
		MaxVariableNesting:       100,
	}
}

// withDefaults fills in the fields that are zero.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, field := range []struct{ given, standard *int }{
		{&l.MaxBytes, &d.MaxBytes},
		{&l.MaxTokens, &d.MaxTokens},
		{&l.MaxNesting, &d.MaxNesting},
		{&l.MaxDirectives, &d.MaxDirectives},
		{&l.MaxDirectivesPerLocation, &d.MaxDirectivesPerLocation},
		{&l.MaxOperations, &d.MaxOperations},
		{&l.MaxFragments, &d.MaxFragments},
		{&l.MaxVariables, &d.MaxVariables},
		{&l.MaxDepth, &d.MaxDepth},
		{&l.MaxHeight, &d.MaxHeight},
		{&l.MaxAliases, &d.MaxAliases},
		{&l.MaxRootFields, &d.MaxRootFields},
		{&l.MaxFields, &d.MaxFields},
		{&l.MaxIntrospectionFields, &d.MaxIntrospectionFields},
		{&l.MaxListSize, &d.MaxListSize},
		{&l.MaxVariableValues, &d.MaxVariableValues},
		{&l.MaxVariableNesting, &d.MaxVariableNesting},
	} {
		if *field.given <= 0 {
			*field.given = *field.standard
		}
	}
	return l
}

// Names of limits, as `extensions.limit` gives them.
const (
	limitBytes                 = "bytes"
	limitTokens                = "tokens"
	limitNesting               = "nesting"
	limitName                  = "name_length"
	limitDirectives            = "directives"
	limitDirectivesPerLocation = "directives_per_location"
	limitOperations            = "operations"
	limitFragments             = "fragments"
	limitVariables             = "variables"
	limitDepth                 = "depth"
	limitHeight                = "height"
	limitAliases               = "aliases"
	limitRootFields            = "root_fields"
	limitFields                = "fields"
	limitIntrospectionFields   = "introspection_fields"
	limitIntrospectionDepth    = "introspection_depth"
	limitListSize              = "list_size"
	limitVariableValues        = "variable_values"
	limitVariableNesting       = "variable_nesting"
	limitSteps                 = "validation_steps"
	limitPlannedFields         = "planned_fields"
	limitCost                  = "cost"
)

// limitError says that a request exceeds the named limit.
func limitError(name string, limit int, format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	err.Message = fmt.Sprintf("%s, the limit is %d.", err.Message, limit)
	err.Extensions = map[string]any{"code": CodeLimitExceeded, "limit": name}
	return err
}
