package datasources

import (
	"context"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeFetcher calls do, which may be nil.
type fakeFetcher struct {
	do func(ctx context.Context) error
}

func (f fakeFetcher) Request(*mapping.Env) (*Request, error) { return &Request{}, nil }

func (f fakeFetcher) Do(ctx context.Context, _ *Request) (*Reply, error) {
	if err := f.do(ctx); err != nil {
		return nil, err
	}
	return &Reply{}, nil
}

func (f fakeFetcher) Decode(*Reply, *mapping.Env, *table.Builder) (Outcome, error) {
	return Outcome{}, nil
}

// fakeSource counts how often it was closed and gives bindings of its fetcher.
type fakeSource struct {
	fetcher fakeFetcher
	closed  atomic.Int32
}

func (s *fakeSource) Bind(c Connector) (Binding, []diag.Diagnostic) {
	if c.Coordinate == "broken" {
		return nil, []diag.Diagnostic{{Message: "broken"}}
	}
	return fakeBinding{s.fetcher}, nil
}

func (s *fakeSource) Close() error {
	s.closed.Add(1)
	return nil
}

type fakeBinding struct{ fetcher fakeFetcher }

func (b fakeBinding) Prepare(*table.Shape) (Fetcher, error) { return b.fetcher, nil }
