package resolvers_test

import (
	"context"
	"fmt"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/table"
)

// labels numbers the fetchers of one plan, which are prepared in the order of its loaders, and puts the number into the context of
// every call.
type labels struct{ loaders int }

type loaderKey struct{}

func (l *labels) open(open datasources.Open) datasources.Open {
	return func(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
		source, err := open(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
		return labelledSource{source, l}, nil
	}
}

type labelledSource struct {
	datasources.Source
	labels *labels
}

func (s labelledSource) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	binding, found := s.Source.Bind(c)
	if binding == nil {
		return nil, found
	}
	return labelledBinding{binding, s.labels}, found
}

type labelledBinding struct {
	datasources.Binding
	labels *labels
}

func (b labelledBinding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	fetcher, err := b.Binding.Prepare(want)
	if err != nil {
		return nil, err
	}
	b.labels.loaders++
	return labelledFetcher{fetcher, b.labels.loaders - 1}, nil
}

type labelledFetcher struct {
	datasources.Fetcher
	loader int
}

func (f labelledFetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	return f.Fetcher.Do(context.WithValue(ctx, loaderKey{}, f.loader), r)
}
