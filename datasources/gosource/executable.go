package gosource

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Executable is a schema whose fields Go code resolves. Its resolvers are called by many requests at the same time; they must
// heed their context, which ends with the source's deadline or with the request.
type Executable struct {
	// Name is the name of its document: that of errors and coordinates ("loyalty:User.points"). The configuration calls the source
	// "<name>.go". It is unique among all documents.
	Name string
	// Schema is what gqlgen's NewExecutableSchema returns. For fields of types with a @key it must have been generated with the
	// federation plugin.
	Schema graphql.ExecutableSchema
	// OnError is told of every error of a resolver whose text clients do not see; path is its place in the answer of the
	// executable. It is called concurrently. Nil ignores them.
	OnError func(ctx context.Context, path ast.Path, err error)
}

// Text is the executable's SDL: its files as they are written, in the order of their names, without what gqlgen adds to them.
func (e Executable) Text() string {
	sources := map[*ast.Source]bool{}
	add := func(p *ast.Position) {
		if p != nil && p.Src != nil && !p.Src.BuiltIn {
			sources[p.Src] = true
		}
	}
	schema := e.Schema.Schema()
	for _, applied := range schema.SchemaDirectives {
		add(applied.Position)
	}
	for _, d := range schema.Directives {
		add(d.Position)
	}
	for _, t := range schema.Types {
		add(t.Position)
		for _, applied := range t.Directives {
			add(applied.Position)
		}
		for _, f := range t.Fields {
			add(f.Position)
		}
		for _, v := range t.EnumValues {
			add(v.Position)
		}
	}
	files := slices.SortedFunc(maps.Keys(sources), func(a, b *ast.Source) int { return strings.Compare(a.Name, b.Name) })
	texts := make([]string, len(files))
	for i, f := range files {
		texts[i] = f.Input
	}
	return strings.Join(texts, "\n")
}
