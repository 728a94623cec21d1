package resolvers_test

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// labels numbers the fetchers of one plan, which are prepared in the order of its loaders. Every call says its loader's number: HTTP
// calls by the context, from where the transport takes it, and gRPC calls by metadata.
type labels struct{ loaders int }

type loaderKey struct{}

func (l *labels) open(open datasources.Open) datasources.Open {
	return func(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
		if s.GRPC != nil {
			// The source is told to forward one more header of the client's, which numberedFetcher sets.
			labelled := *s.GRPC
			labelled.Metadata = append(slices.Clone(labelled.Metadata), datasources.Header{Name: loaderHeader, From: loaderHeader})
			s.GRPC = &labelled
		}
		source, err := open(ctx, s)
		if err != nil {
			return nil, err //nolint:wrapcheck // cases show the error as users see it
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
	return labelledBinding{binding, s.labels, c.Kind()}, found
}

type labelledBinding struct {
	datasources.Binding
	labels *labels
	kind   datasources.Kind
}

func (b labelledBinding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	fetcher, err := b.Binding.Prepare(want)
	if err != nil {
		return nil, err
	}
	b.labels.loaders++
	labelled := labelledFetcher{fetcher, b.labels.loaders - 1}
	s, isStreamer := fetcher.(datasources.Streamer)
	switch {
	case b.kind == datasources.GRPC && isStreamer:
		return numberedStreamer{numberedFetcher{labelled}, s}, nil
	case b.kind == datasources.GRPC:
		return numberedFetcher{labelled}, nil
	case isStreamer:
		return labelledStreamer{labelled, s}, nil
	}
	return labelled, nil
}

type labelledStreamer struct {
	labelledFetcher
	streamer datasources.Streamer
}

func (f labelledStreamer) Stream(ctx context.Context, r *datasources.Request) (datasources.Stream, error) {
	return f.streamer.Stream(context.WithValue(ctx, loaderKey{}, f.loader), r)
}

type labelledFetcher struct {
	datasources.Fetcher
	loader int
}

func (f labelledFetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	return f.Fetcher.Do(context.WithValue(ctx, loaderKey{}, f.loader), r)
}

// numberedStreamer is a numberedFetcher of a stream.
type numberedStreamer struct {
	numberedFetcher
	datasources.Streamer
}

// numberedFetcher adds the loader's number to the client's headers while a request is made.
type numberedFetcher struct{ labelledFetcher }

func (f numberedFetcher) Request(env *mapping.Env) (*datasources.Request, error) {
	client := env.Vars[mapping.Request]
	defer func() { env.Vars[mapping.Request] = client }()
	headers := slices.Clone(client.Get("headers").Fields())
	number := value.Array([]value.Value{value.String(strconv.Itoa(f.loader))})
	headers = append(headers, value.Field{Name: strings.ToLower(loaderHeader), Value: number})
	env.Vars[mapping.Request] = value.Object([]value.Field{{Name: "headers", Value: value.Object(headers)}})
	return f.labelledFetcher.Request(env)
}
