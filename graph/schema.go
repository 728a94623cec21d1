package graph

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/value"
)

// Schema is the graph as gqlgen's executor sees it: an executable schema whose content can be replaced while it serves. It is
// safe for concurrent use.
type Schema struct {
	current atomic.Pointer[Generation]
}

var _ graphql.ExecutableSchema = (*Schema)(nil)

// NewSchema returns a schema that serves the generation.
func NewSchema(g *Generation) *Schema {
	s := &Schema{}
	s.current.Store(g)
	return s
}

// Generation returns the generation that new requests get.
func (s *Schema) Generation() *Generation { return s.current.Load() }

// Swap makes a generation the current one and returns the one before. Requests that have begun finish on theirs.
func (s *Schema) Swap(g *Generation) *Generation { return s.current.Swap(g) }

// Schema returns the schema of the current generation, as clients see it.
func (s *Schema) Schema() *ast.Schema { return s.current.Load().graph.Schema }

// Complexity reports that the complexity of fields is not known here: what an operation costs is what its plan predicts.
func (s *Schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

// Exec returns the iterator over the answer of the operation in ctx: its parts, then nil. Transports of ours put a Run into
// the context before; for other transports Exec begins one from gqlgen's operation context and closes it when the iterator
// ends. Data aliases the run's buffers: it is valid until the Run is closed, or the next call of the iterator.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	if run := runFrom(ctx); run != nil {
		return run.respond
	}
	op := graphql.GetOperationContext(ctx)
	q := Query{
		Text:      op.RawQuery,
		Operation: op.OperationName,
		Variables: value.From(op.Variables),
		Header:    op.Headers,
	}
	run, errs := s.Generation().Begin(q)
	for run == nil && errs == nil {
		run, errs = s.Generation().Begin(q)
	}
	if len(errs) > 0 {
		return graphql.OneShot(&graphql.Response{Errors: errs})
	}
	return func(ctx context.Context) *graphql.Response {
		resp := run.respond(ctx)
		if resp == nil {
			run.Close()
		}
		return resp
	}
}

// respond returns the next part as gqlgen's response, nil after the last.
func (r *Run) respond(ctx context.Context) *graphql.Response {
	if r.ended {
		return nil
	}
	if r.IsSubscription() {
		return r.respondToEvent(ctx)
	}
	part, err := r.Next(ctx)
	switch {
	case errors.Is(err, io.EOF):
		r.ended = true
		return nil
	case err != nil:
		r.ended = true
		return &graphql.Response{Errors: gqlerror.List{executionError(ctx, err)}, Data: []byte("null")}
	}
	for name, extension := range r.Explanation(part) {
		graphql.RegisterExtension(ctx, name, extension)
	}
	return &graphql.Response{Data: part.Data, Errors: part.Errors}
}

// executionError tells clients why an answer ended early.
func executionError(ctx context.Context, err error) *gqlerror.Error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return codedError(CodeRequestTimeout, "Request timed out")
	}
	return requestError(err)
}
