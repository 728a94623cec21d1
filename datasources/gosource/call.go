package gosource

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
)

var (
	// errNoExecutable means that the graph names an executable that the program does not have.
	errNoExecutable = errors.New("there is no executable")
	// errNoAnswer means that gqlgen ended without an answer, although the context is not over.
	errNoAnswer = errors.New("the executable gave no answer")
)

// executor returns gqlgen's executor for one operation. It has no extensions: those of the gateway's own handler have seen the request.
func (b *binding) executor(op *operation) *executor.Executor {
	e := executor.New(b.executable.Schema)
	e.SetQueryCache(only{op.document})
	e.SetErrorPresenter(b.present)
	e.SetRecoverFunc(recovered)
	return e
}

// only is the query cache of an executor that runs one document, which has been validated.
type only struct{ document *ast.QueryDocument }

var _ graphql.Cache[*ast.QueryDocument] = only{}

// Get implements graphql.Cache.
func (o only) Get(context.Context, string) (*ast.QueryDocument, bool) { return o.document, true }

// Add implements graphql.Cache.
func (only) Add(context.Context, string, *ast.QueryDocument) {}

// recovered turns a panic of a resolver into an error, which keeps the stack.
func recovered(_ context.Context, p any) error {
	return &datasources.PanicError{Value: p, Stack: debug.Stack()}
}

// Do implements datasources.Fetcher: it runs the operation. The reply's body is the answer's data, its payload the answer's errors. It
// ends when the resolvers do, which is up to them when ctx is over.
func (f *fetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	variables, ok := r.Payload.(map[string]any)
	if !ok {
		return nil, internal(errNoAnswer)
	}
	start := time.Now()
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := f.executor.CreateOperationContext(ctx, &graphql.RawParams{Query: f.text, Variables: variables})
	if len(errs) > 0 {
		return nil, &datasources.Error{Code: datasources.CodeFetch, Message: requestFailed, Cause: errs}
	}
	responses, opCtx := f.executor.DispatchOperation(ctx, op)
	resp := responses(opCtx)
	switch {
	case ctx.Err() != nil:
		return nil, datasources.ContextError(ctx, ctx.Err())
	case resp == nil:
		return nil, internal(errNoAnswer)
	case int64(len(resp.Data)) > f.maxReply:
		return nil, tooLarge()
	}
	return &datasources.Reply{Body: resp.Data, Payload: resp.Errors, Start: start, Duration: time.Since(start)}, nil
}

// failures are the errors of a reply.
func failuresOf(r *datasources.Reply) gqlerror.List {
	errs, _ := r.Payload.(gqlerror.List)
	return errs
}

func internal(cause error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeInternal, Message: "Internal server error", Cause: cause}
}

func tooLarge() *datasources.Error {
	return &datasources.Error{
		Code: datasources.CodeResponseInvalid, Message: "The server returned more data than the limit allows.",
	}
}
