package grpc

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// answer writes JSON into a reply.
func answer(out *dynamicpb.Message, text string) error { return protojson.Unmarshal([]byte(text), out) }

func header(name, from string, value *mapping.Template) datasources.Header {
	return datasources.Header{Name: name, From: from, Value: value}
}

// batchShape is a list of entries with their key.
func batchShape() *table.Shape {
	return &table.Shape{
		List: true,
		Levels: []table.Level{
			{Types: []string{"Order"}, Members: []table.Member{
				{Path: []string{"id"}, Type: &table.Type{Leaf: table.Raw}},
				{Path: []string{"shipment"}, Child: 1},
			}},
			{Types: []string{"Shipment"}, Members: []table.Member{
				{Path: []string{"status"}, Type: &table.Type{Leaf: table.String}},
				{Path: []string{"weight"}, Type: &table.Type{Leaf: table.Any}},
				{Path: []string{"eta"}, Type: &table.Type{Leaf: table.String}},
			}},
		},
		Keys: []int{0},
	}
}

// batchConnector is the design's example.
func batchConnector(tb testing.TB) datasources.Connector {
	tb.Helper()
	return datasources.Connector{
		Batch: true,
		GRPC: &datasources.GRPCConnector{
			Method:  "shipping.v1.Shipping/BatchGetShipments",
			Message: parse(tb, "order_ids: $batch.id"),
		},
		Selection: parse(tb, "$.shipments { id: orderId shipment { status weight: weight_grams eta } }"),
	}
}

// getConnector gets one shipment.
func getConnector(tb testing.TB, selection string) datasources.Connector {
	tb.Helper()
	return datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "shipping.v1.Shipping/GetShipment", Message: parse(tb, "orderId: $args.id")},
		Selection: parse(tb, selection),
	}
}

func envWith(v mapping.Var, bound value.Value) *mapping.Env {
	env := &mapping.Env{Problems: &mapping.Problems{}}
	env.Vars[v] = bound
	return env
}

func TestBatchIsOneCall(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, in, out *dynamicpb.Message) error {
		asked <- protojson.MarshalOptions{}.Format(in)
		return answer(out, `{"shipments":[
			{"order_id":"2","shipment":{"status":"SENT","weight_grams":"9007199254740993"}},
			{"order_id":"1","shipment":{"status":"LOST","eta":""}},
			{"order_id":"3"}
		]}`)
	})
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	f := prepare(t, s, batchConnector(t), batchShape())
	r := fetch(t.Context(), t, f, batchShape(), envWith(mapping.Batch, parseValue(t, `[{"id":1},{"id":"2"},{"id":3}]`)))
	if r.err != nil {
		t.Fatal(r.err)
	}
	if d := cmp.Diff(`{"orderIds":["1","2","3"]}`, strings.ReplaceAll(<-asked, " ", "")); d != "" {
		t.Error(d)
	}
	dst := table.NewBuilder(batchShape(), nil)
	dst.Fill(parseValue(t, `[
		{"id":"2","shipment":{"status":"SENT","weight":9007199254740993}},
		{"id":"1","shipment":{"status":"LOST","weight":0,"eta":""}},
		{"id":"3"}
	]`))
	if d := cmp.Diff(dst.Finish().Dump(batchShape()), r.dump); d != "" {
		t.Error(d)
	}
	if r.outcome.Rows != 3 || r.outcome.Status != 0 || r.outcome.Bytes == 0 {
		t.Errorf("outcome %+v", r.outcome)
	}
}

func TestRequestLineNamesTheMethod(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	f := prepare(t, s, batchConnector(t), batchShape())
	r, err := f.Request(envWith(mapping.Batch, parseValue(t, `[]`)))
	if err != nil || r.Line != "shipping.v1.Shipping/BatchGetShipments" {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestMetadataGoesBothWays(t *testing.T) {
	t.Parallel()
	got := make(chan metadata.MD, 1)
	o := serve(t, shippingFiles(t), func(ctx context.Context, _ string, _, out *dynamicpb.Message) error {
		got <- received(ctx)
		if err := gogrpc.SetHeader(ctx, metadata.Pairs("x-head", "1", "x-head", "2", "x-raw-bin", "\xff\x00")); err != nil {
			return err
		}
		if err := gogrpc.SetTrailer(ctx, metadata.Pairs("x-tail", "t")); err != nil {
			return err
		}
		return answer(out, `{}`)
	})
	g := shippingSource(t)
	g.Metadata = []datasources.Header{
		header("X-Tenant", "", template(t, "{$config.tenant}")), header("x-both", "", template(t, "source")),
	}
	c := getConnector(t, "head: $response.headers.'x-head' raw: $response.headers.'x-raw-bin' tail: $response.trailers.'x-tail' status: $status")
	c.GRPC.Metadata = []datasources.Header{
		header("X-Both", "", template(t, "connector")),
		header("authorization", "Authorization", nil),
		header("x-key-bin", "", template(t, "/wA=")),
		header("x-bad-bin", "", template(t, "*")),
		header("x-bad", "", template(t, "{$args.bad}")),
	}
	s := openSource(t, datasources.Settings{Config: parseValue(t, `{"tenant":"blue"}`)}, g, o)
	shape := anyShape("head", "raw", "tail", "status")
	env := envWith(mapping.Args, parseValue(t, `{"id":"1","bad":"a\nb"}`))
	env.Vars[mapping.Request] = parseValue(t, `{"headers":{"authorization":["Bearer a","Bearer b"]}}`)
	r := fetch(t.Context(), t, prepare(t, s, c, shape), shape, env)
	if r.err != nil {
		t.Fatal(r.err)
	}
	md := <-got
	delete(md, ":authority")
	if agent := md["user-agent"]; len(agent) != 1 || !strings.HasPrefix(agent[0], "weft ") {
		t.Errorf("user agent %q", agent)
	}
	delete(md, "user-agent")
	want := metadata.MD{
		"content-type": {"application/grpc+proto"}, "x-tenant": {"blue"}, "x-both": {"connector"},
		"authorization": {"Bearer a", "Bearer b"}, "x-key-bin": {"\xff\x00"},
	}
	delete(md, "grpc-accept-encoding")
	if d := cmp.Diff(want, md); d != "" {
		t.Error(d)
	}
	dst := table.NewBuilder(shape, nil)
	dst.Fill(parseValue(t, `{"head":["1","2"],"raw":["/wA="],"tail":["t"],"status":0}`))
	if d := cmp.Diff(dst.Finish().Dump(shape), r.dump); d != "" {
		t.Error(d)
	}
	if len(r.outcome.Problems) != 2 {
		t.Errorf("problems %v", r.outcome.Problems)
	}
}

func TestCodesOtherThanOKAreFailures(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, in, _ *dynamicpb.Message) error {
		st := status.New(codes.NotFound, "no such order")
		if protojson.Format(in) != "{}" {
			st = status.New(codes.InvalidArgument, "bad order")
		}
		st, err := st.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(1e9)}, wrapperspb.String("x"))
		if err != nil {
			return err
		}
		return st.Err()
	})
	c := getConnector(t, "status")
	c.ErrorsMessage = parse(t, "$.message")
	c.ErrorsExtensions = parse(t, "reason: details.retryDelay all: details number: code status: $status")
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	f := prepare(t, s, c, anyShape("status"))

	e := failed(t, fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{}`))).err,
		datasources.CodeFetch, "no such order")
	if !e.NotFound {
		t.Error("NOT_FOUND is not marked")
	}
	want := `{"grpc":{"code":5,"status":"NOT_FOUND"},"reason":["1s",null],"all":[` +
		`{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"},` +
		`{"@type":"type.googleapis.com/google.protobuf.StringValue","value":"x"}],"number":5,"status":5}`
	if d := cmp.Diff(want, e.Extensions.String()); d != "" {
		t.Error(d)
	}

	e = failed(t, fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{"id":"1"}`))).err,
		datasources.CodeFetch, "bad order")
	if e.NotFound || e.Extensions.Get("grpc").Get("status").Text() != "INVALID_ARGUMENT" {
		t.Errorf("got %v, %v", e.NotFound, e.Extensions)
	}
}

func TestFailuresSayNothingOfTheirOwn(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(context.Context, string, *dynamicpb.Message, *dynamicpb.Message) error {
		return status.Error(codes.Code(77), "internal text")
	})
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	f := prepare(t, s, getConnector(t, "status"), anyShape("status"))
	e := failed(t, fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{}`))).err,
		datasources.CodeFetch, "Request failed")
	if d := cmp.Diff(`{"grpc":{"code":77,"status":"77"}}`, e.Extensions.String()); d != "" {
		t.Error(d)
	}
}

func TestIsSuccessDecidesBothWays(t *testing.T) {
	t.Parallel()
	o := serve(t, shippingFiles(t), func(_ context.Context, _ string, in, out *dynamicpb.Message) error {
		if protojson.Format(in) == "{}" {
			return status.Error(codes.FailedPrecondition, "not yet")
		}
		return answer(out, `{"status":"LOST","carrier":"x"}`)
	})
	c := getConnector(t, "status why: message")
	c.IsSuccess = parse(t, "$status->eq(9)->or($.carrier->eq('y'))")
	c.ErrorsMessage = parse(t, "$.carrier->echo('lost by ')")
	c.ErrorsExtensions = parse(t, "parcel: $.weight_grams")
	s := openSource(t, datasources.Settings{}, shippingSource(t), o)
	shape := anyShape("status", "why")
	f := prepare(t, s, c, shape)

	r := fetch(t.Context(), t, f, shape, envWith(mapping.Args, parseValue(t, `{}`)))
	dst := table.NewBuilder(shape, nil)
	dst.Fill(parseValue(t, `{"why":"not yet"}`))
	if r.err != nil || r.dump != dst.Finish().Dump(shape) {
		t.Errorf("got %s, %v", r.dump, r.err)
	}

	r = fetch(t.Context(), t, f, shape, envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
	e := failed(t, r.err, datasources.CodeFetch, "lost by ")
	if d := cmp.Diff(`{"grpc":{"code":0,"status":"OK"},"parcel":0}`, e.Extensions.String()); d != "" {
		t.Error(d)
	}
}

func TestValueThatDoesNotFitMakesNoCall(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	f := prepare(t, s, getConnector(t, "status"), anyShape("status"))
	_, err := f.Request(envWith(mapping.Args, parseValue(t, `{"id":[1]}`)))
	e := failed(t, err, datasources.CodeFetch, `Request cannot be built: field "order_id" expects a string`)
	if d := cmp.Diff("order_id: expected a string but got a list", e.Cause.Error()); d != "" {
		t.Error(d)
	}
}

func TestAddressThatCannotBeUsedIsReportedByRequests(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "shipping", "http://x:1", "grpc://", "grpc://u:secret@x:1", "grpc://x:1/path", "grpc://x:y"} {
		g := shippingSource(t)
		g.Address = template(t, "{$config.address}")
		s := openSource(t, datasources.Settings{Config: value.From(map[string]any{"address": text})}, g, Options{})
		f := prepare(t, s, getConnector(t, "status"), anyShape("status"))
		_, err := f.Request(envWith(mapping.Args, parseValue(t, `{"id":"1"}`)))
		e := failed(t, err, datasources.CodeFetch, "Request cannot be built")
		if strings.Contains(e.Error(), "secret") {
			t.Errorf("the error tells the password: %v", e)
		}
	}
}

func TestOverrideReplacesTheAddress(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{OverrideURL: template(t, "grpcs://[::1]")}, shippingSource(t), Options{})
	if got := s.address.String(); got != "grpcs://[::1]:443" {
		t.Errorf("got %s", got)
	}
}

func TestWellKnownTypesCanBeWholeMessages(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	o := serve(t, c.files, func(_ context.Context, _ string, in, out *dynamicpb.Message) error {
		proto.Merge(out, in)
		return nil
	})
	s := openSource(t, datasources.Settings{}, matrixSource(t), o)
	shape := anyShape("text")
	f := prepare(t, s, datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/EchoText", Message: parse(t, "$args.text")},
		Selection: parse(t, "text: $"),
	}, shape)
	r := fetch(t.Context(), t, f, shape, envWith(mapping.Args, parseValue(t, `{"text":"hello"}`)))
	dst := table.NewBuilder(shape, nil)
	dst.Fill(parseValue(t, `{"text":"hello"}`))
	if r.err != nil || r.dump != dst.Finish().Dump(shape) {
		t.Errorf("got %s, %v", r.dump, r.err)
	}
}
