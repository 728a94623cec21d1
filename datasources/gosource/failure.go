package gosource

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// requestFailed is what clients read of errors that are not theirs to see.
const requestFailed = "Request failed"

// present says what clients see of a resolver's error: the message and the extensions of a *gqlerror.Error that its author made, and
// nothing of any other. What is hidden stays in Err, for the log, and is told to OnError.
func (b *binding) present(ctx context.Context, err error) *gqlerror.Error {
	shown := b.shown(ctx, err)
	if o, _ := ctx.Value(openingKey{}).(*opening); o != nil {
		o.add(shown)
	}
	return shown
}

func (b *binding) shown(ctx context.Context, err error) *gqlerror.Error {
	path := graphql.GetPath(ctx)
	var authored *gqlerror.Error
	if errors.As(err, &authored) && isAuthored(authored) {
		return &gqlerror.Error{Message: authored.Message, Extensions: authored.Extensions, Path: path, Err: err}
	}
	if b.executable.OnError != nil {
		b.executable.OnError(ctx, path, err)
	}
	hidden := &gqlerror.Error{Message: requestFailed, Path: path, Err: err}
	if panicked := (*datasources.PanicError)(nil); errors.As(err, &panicked) {
		hidden.Message, hidden.Extensions = "Internal server error", map[string]any{"code": datasources.CodeInternal}
	}
	return hidden
}

// isAuthored tells a GraphQL error that somebody worded from one that gqlgen put around another error to give it a path.
func isAuthored(e *gqlerror.Error) bool { return e.Err == nil || e.Message != e.Err.Error() }

// failures makes the errors of one answer: those that read the same are one, so that what a hundred rows have in common is said once.
type failures map[string]*datasources.Error

// of returns the error for one of the answer's.
func (f failures) of(e *gqlerror.Error) *datasources.Error {
	extensions := extensionsOf(e)
	key := e.Message + "\x00" + extensions.String()
	if known := f[key]; known != nil {
		return known
	}
	failed := &datasources.Error{Code: datasources.CodeFetch, Message: e.Message, Extensions: extensions, Cause: e.Err}
	if code := extensions.Get("code"); code.Kind() == value.KindString {
		failed.Code = code.Text()
	}
	f[key] = failed
	return failed
}

// extensionsOf are an error's extensions, MISSING when it has none or when they cannot be written as JSON.
func extensionsOf(e *gqlerror.Error) value.Value {
	if len(e.Extensions) == 0 {
		return value.Missing()
	}
	text, err := json.Marshal(e.Extensions)
	if err != nil {
		return value.Missing()
	}
	v, err := value.Parse(text)
	if err != nil {
		return value.Missing()
	}
	return v
}

// entityOf returns which entity an error of `_entities` is about; false when it is about all of them.
func entityOf(e *gqlerror.Error) (int, bool) {
	const at = 1 // behind the name of the field
	if len(e.Path) <= at {
		return 0, false
	}
	i, ok := e.Path[at].(ast.PathIndex)
	return int(i), ok
}
