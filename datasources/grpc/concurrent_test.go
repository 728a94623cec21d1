package grpc

import (
	"context"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

func TestFetchersServeManyCallsAtOnce(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	o := serve(t, c.files, func(_ context.Context, _ string, _, out *dynamicpb.Message) error {
		return answer(out, `{"status":{"code":5,"details":[{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}]}}`)
	})
	f := prepare(t, openSource(t, datasources.Settings{}, matrixSource(t), o), datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/Echo", Message: parse(t, "any: $args.any")},
		Selection: parse(t, "out: $.status.details->first.value"),
	}, anyShape("out"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				env := envWith(mapping.Args, parseValue(t, `{"any":{"@type":"x/google.rpc.ErrorInfo","reason":"r"}}`))
				if r := fetch(t.Context(), t, f, anyShape("out"), env); r.err != nil || r.outcome.Rows != 1 {
					t.Errorf("got %+v", r)
				}
			}
		})
	}
	wg.Wait()
}

func TestCancelledCallsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
		if received(ctx)["x-hang"] != nil {
			<-ctx.Done()
			return ctx.Err()
		}
		return answer(out, `{"status":"SENT"}`)
	})
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	c := getConnector(t, "status")
	good := prepare(t, s, c, anyShape("status"))
	c.GRPC.Metadata = []datasources.Header{header("x-hang", "", template(t, "1"))}
	hanging := prepare(t, s, c, anyShape("status"))
	env := func() *mapping.Env { return envWith(mapping.Args, parseValue(t, `{"id":"1"}`)) }
	types := len(s.contract.types.messages)
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan result)
		go func() { done <- fetch(ctx, t, hanging, anyShape("status"), env()) }()
		if r := fetch(t.Context(), t, good, anyShape("status"), env()); r.err != nil {
			t.Fatal(r.err)
		}
		cancel()
		failed(t, (<-done).err, datasources.CodeHTTPClient, "Connector error: request cancelled")
	}
	if n := len(s.contract.types.messages); n != types {
		t.Errorf("%d message types before, %d afterwards", types, n)
	}
}
