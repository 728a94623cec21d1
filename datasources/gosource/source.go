package gosource

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/table"
	tablejson "github.com/weftgraph/weft/graph/table/json"
)

// codeSource is the code of a source that cannot do what its connectors ask.
const codeSource = "WEFT_SOURCE"

// Opener returns an Open for Go sources that finds them among some executables by their names.
func Opener(executables []Executable) datasources.Open {
	byName := make(map[string]Executable, len(executables))
	for _, e := range executables {
		byName[e.Name] = e
	}
	return func(_ context.Context, s datasources.Settings) (datasources.Source, error) {
		if s.Go == nil {
			return nil, errNoExecutable
		}
		e, ok := byName[s.Go.Executable]
		if !ok {
			return nil, fmt.Errorf("%w %q", errNoExecutable, s.Go.Executable)
		}
		return &source{executable: e, schema: e.Schema.Schema(), maxReply: s.ReplyLimit()}, nil
	}
}

// source is one executable. It is immutable.
type source struct {
	executable Executable
	schema     *ast.Schema
	maxReply   int64
}

var _ datasources.Source = (*source)(nil)

// Close implements datasources.Source. There is nothing to close.
func (*source) Close() error { return nil }

// Bind implements datasources.Source.
func (s *source) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	if problem := s.check(c.Go); problem != "" {
		return nil, []diag.Diagnostic{{Code: codeSource, Message: problem, Span: c.Origin}}
	}
	return &binding{source: s, connector: c}, nil
}

// check tells why a connector cannot be called, or nothing.
func (s *source) check(c *datasources.GoConnector) string {
	if c == nil {
		return "the connector's request is none that Go code answers"
	}
	on := s.schema.Types[c.On]
	switch c.Root {
	case "query":
		on = s.schema.Query
	case "mutation":
		on = s.schema.Mutation
	case "subscription":
		on = s.schema.Subscription
	default:
		if s.entities() == nil {
			return fmt.Sprintf("%q has a @key, and the executable %q has no field _entities: generate it with gqlgen's federation plugin",
				c.On, c.Executable)
		}
	}
	if on == nil || c.Field != "" && on.Fields.ForName(c.Field) == nil {
		return fmt.Sprintf("the executable %q does not have %s.%s", c.Executable, c.On, c.Field)
	}
	return ""
}

// entities is the field that resolves entities, nil when there is none.
func (s *source) entities() *ast.FieldDefinition {
	if s.schema.Query == nil {
		return nil
	}
	return s.schema.Query.Fields.ForName(entitiesField)
}

// binding is one connector of a source.
type binding struct {
	*source
	connector datasources.Connector
}

var _ datasources.Binding = (*binding)(nil)

// Prepare implements datasources.Binding: the operation is written and validated.
func (b *binding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	op, err := b.operation(want)
	if err != nil {
		return nil, err
	}
	f := &fetcher{
		binding:  b,
		line:     b.connector.Go.Describe(),
		executor: b.executor(op),
		text:     op.text,
		program:  b.compile(want),
	}
	if b.connector.Stream {
		return streamer{f}, nil
	}
	return f, nil
}

// fetcher runs one operation.
type fetcher struct {
	*binding
	line     string
	executor *executor.Executor
	text     string
	// program scans answers; nil where they are evaluated.
	program *tablejson.Program
}

var _ datasources.Fetcher = (*fetcher)(nil)
