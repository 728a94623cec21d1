package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// QueryCache gives gqlgen's executor the document of the Run in the context, without variable definitions (see
// Document.Bare). So the executor neither parses and validates again nor coerces variables: all of that has been done by
// Generation.Begin, before the executor was asked, and against the run's own generation.
//
// Without a Run in the context the executor does its own parsing, and Add keeps nothing: documents are remembered by the
// generation.
type QueryCache struct{}

var _ graphql.Cache[*ast.QueryDocument] = QueryCache{}

// Get returns the document of the run in ctx, if it is the one that is looked for.
func (QueryCache) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	run := runFrom(ctx)
	if run == nil || run.operation.document.text != text {
		return nil, false
	}
	return run.operation.document.bare, true
}

// Add does nothing.
func (QueryCache) Add(context.Context, string, *ast.QueryDocument) {}
