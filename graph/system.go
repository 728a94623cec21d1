package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/value"
)

// maxCachedIntrospection bounds the bytes of remembered introspection answers.
const maxCachedIntrospection = 16 << 20

// introspection answers `__schema` and `__type` by executors that gqlgen generated for the system schema, which serve
// the schema of the generation, or what a caller sees of it. They get one field at a time, since they do not know the generation's own fields, and their
// answers are remembered: a full introspection costs milliseconds.
type introspection struct {
	executor func(*ast.Schema) graphql.ExecutableSchema
	whole    graphql.ExecutableSchema
	sights   *sights
	answers  *otter.Cache[introspectionKey, []byte]
}

// introspectionKey identifies an answer: what the caller sees, the field of a plan, which lives as long as the plan and is never changed, and the
// variables as JSON.
type introspectionKey struct {
	sight     permit.Sight
	field     *ast.Field
	variables string
}

func newIntrospection(executor func(*ast.Schema) graphql.ExecutableSchema, whole *ast.Schema, sights *sights) (*introspection, error) {
	answers, err := otter.New(&otter.Options[introspectionKey, []byte]{
		MaximumWeight: maxCachedIntrospection,
		Weigher: func(key introspectionKey, answer []byte) uint32 {
			return uint32(len(key.sight) + len(key.variables) + len(answer))
		},
	})
	if err != nil {
		return nil, fmt.Errorf("introspection cache: %w", err)
	}
	return &introspection{executor: executor, whole: executor(whole), sights: sights, answers: answers}, nil
}

// answer returns the JSON value of one introspection field, for a caller who sees a part of the schema; an empty sight is of all of it. It is shared
// and must not be changed.
func (in *introspection) answer(
	ctx context.Context, sight permit.Sight, f *ast.Field, vars map[string]value.Value,
) ([]byte, error) {
	key := introspectionKey{sight, f, string(variablesObject(vars).AppendJSON(nil))}
	if answer, ok := in.answers.GetIfPresent(key); ok {
		return answer, nil
	}
	executor := in.whole
	if sight != "" {
		executor = in.executor(in.sights.schema(sight))
	}
	answer, err := introspect(ctx, executor, asked(executor.Schema(), f, vars), vars)
	if err != nil {
		return nil, err
	}
	in.answers.Set(key, answer)
	return answer, nil
}

// introspect runs an operation that consists of the field, which asked has made.
func introspect(
	ctx context.Context, executor graphql.ExecutableSchema, f *ast.Field, vars map[string]value.Value,
) ([]byte, error) {
	op := &graphql.OperationContext{
		Doc:                    &ast.QueryDocument{},
		Operation:              &ast.OperationDefinition{Operation: ast.Query, SelectionSet: ast.SelectionSet{f}},
		RecoverFunc:            recoverIntrospection,
		ResolverMiddleware:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
	}
	var err error
	if op.Variables, err = plainVariables(vars); err != nil {
		return nil, err
	}
	ctx = graphql.WithOperationContext(ctx, op)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, recoverIntrospection)
	resp := executor.Exec(ctx)(ctx)
	if errs := graphql.GetErrors(ctx); len(errs) > 0 {
		return nil, fmt.Errorf("introspection: %w", errs)
	}
	answer, err := value.Parse(resp.Data)
	if err != nil {
		return nil, fmt.Errorf("introspection: %w", err)
	}
	return correct(answer.Get(f.Alias), f.SelectionSet, vars).AppendJSON(nil), nil
}

// recoverIntrospection makes an error of a panic in the generated executor. gqlgen's own function would print it.
func recoverIntrospection(_ context.Context, p any) error {
	return fmt.Errorf("panic in the executor of the system schema: %v", p)
}

// plainVariables converts variables to what gqlgen's executor works with.
func plainVariables(vars map[string]value.Value) (map[string]any, error) {
	plain := make(map[string]any, len(vars))
	if err := json.Unmarshal(variablesObject(vars).AppendJSON(nil), &plain); err != nil {
		return nil, fmt.Errorf("introspection variables: %w", err)
	}
	return plain, nil
}

// variablesObject returns the variables as one object, sorted by name.
func variablesObject(vars map[string]value.Value) value.Value {
	fields := make([]value.Field, 0, len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		fields = append(fields, value.Field{Name: name, Value: vars[name]})
	}
	return value.DistinctObject(fields)
}
