package grpc

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// detail is a detail of a type with these bytes.
func detail(name string, content []byte) *anypb.Any {
	return &anypb.Any{TypeUrl: "type.googleapis.com/" + name, Value: content}
}

// retryInfo is a detail that every program knows.
func retryInfo(t *testing.T) *anypb.Any {
	t.Helper()
	d, err := anypb.New(&errdetails.RetryInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// refused makes a call that fails with the status, of a connector that shows all details, and returns `extensions.grpc`.
func refused(t *testing.T, st *statuspb.Status) string {
	t.Helper()
	o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) { return nil, status.ErrorProto(st) })
	g := shippingSource(t)
	g.ErrorDetails = []datasources.DetailType{{Name: datasources.AllDetails}}
	e := failed(t, getShipment(t.Context(), t, datasources.Settings{}, g, o).err, datasources.CodeFetch, "Request failed")
	return e.Extensions.Get("grpc").String()
}

func TestDetailsOfUnknownTypesAreNamedOnly(t *testing.T) {
	t.Parallel()
	got := refused(t, &statuspb.Status{Code: 3, Details: []*anypb.Any{detail("secret.Type", []byte("secret")), retryInfo(t)}})
	want := `{"code":3,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/secret.Type"},` +
		`{"@type":"type.googleapis.com/google.rpc.RetryInfo"}]}`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMalformedDetailsBreakNoError(t *testing.T) {
	t.Parallel()
	got := refused(t, &statuspb.Status{Code: 3, Details: []*anypb.Any{
		detail("google.rpc.BadRequest", []byte("\xff\xff\xff")), detail("google.rpc.ErrorInfo", []byte("\x0a\x01\xff")), retryInfo(t),
	}})
	want := `{"code":3,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest"},` +
		`{"@type":"type.googleapis.com/google.rpc.ErrorInfo"},{"@type":"type.googleapis.com/google.rpc.RetryInfo"}]}`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestMalformedDetailsLeaveTheOthersToMappings(t *testing.T) {
	t.Parallel()
	o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) {
		return nil, status.ErrorProto(&statuspb.Status{Code: 3, Message: "wrong", Details: []*anypb.Any{
			detail("google.rpc.BadRequest", []byte("\xff\xff\xff")), retryInfo(t),
		}})
	})
	c := getConnector(t, "status")
	c.ErrorsMessage, c.ErrorsExtensions = parse(t, "$.message"), parse(t, "types: details.'@type'")
	f := prepare(t, openSource(t, datasources.Settings{}, shippingSource(t), o), c, anyShape("status"))
	r := fetch(t.Context(), t, f, anyShape("status"), envWith(mapping.Args, parseValue(t, `{}`)))
	e := failed(t, r.err, datasources.CodeFetch, "wrong")
	want := `["type.googleapis.com/google.rpc.BadRequest","type.googleapis.com/google.rpc.RetryInfo"]`
	if d := cmp.Diff(want, e.Extensions.Get("types").String()); d != "" {
		t.Error(d)
	}
}

func TestMalformedStatusIsItsCode(t *testing.T) {
	t.Parallel()
	for name, details := range map[string]string{
		"no message":             "\xff\xff\xff",
		"a type that is no text": "\x08\x03\x1a\x03\x0a\x01\xff",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.ErrorDetails = []datasources.DetailType{{Name: datasources.AllDetails}}
			o := listen(t, gogrpc.NewServer(gogrpc.UnknownServiceHandler(func(_ any, stream gogrpc.ServerStream) error {
				stream.SetTrailer(metadata.Pairs("grpc-status-details-bin", details))
				return status.Error(codes.InvalidArgument, "wrong")
			})))
			e := failed(t, getShipment(t.Context(), t, datasources.Settings{}, g, o).err, datasources.CodeFetch, "Request failed")
			if d := cmp.Diff(`{"code":3,"status":"INVALID_ARGUMENT"}`, e.Extensions.Get("grpc").String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDetailsAreBounded(t *testing.T) {
	t.Parallel()
	many := &statuspb.Status{Code: 3}
	for range maxDetails + 5 {
		many.Details = append(many.Details, retryInfo(t))
	}
	if got := refused(t, many); strings.Count(got, "@type") != maxDetails || !strings.HasSuffix(got, `,"detailsOmitted":5}`) {
		t.Errorf("got %s", got)
	}
	long, err := anypb.New(&errdetails.ErrorInfo{Reason: strings.Repeat("x", maxDetailBytes)})
	if err != nil {
		t.Fatal(err)
	}
	if got := refused(t, &statuspb.Status{Code: 3, Details: []*anypb.Any{long}}); got != `{"code":3,"status":"INVALID_ARGUMENT","detailsOmitted":1}` {
		t.Errorf("got %.200s", got)
	}
}

func TestOneLongDetailHidesNoOthers(t *testing.T) {
	t.Parallel()
	long, err := anypb.New(&errdetails.ErrorInfo{Reason: strings.Repeat("x", maxDetailBytes)})
	if err != nil {
		t.Fatal(err)
	}
	got := refused(t, &statuspb.Status{Code: 3, Details: []*anypb.Any{long, retryInfo(t)}})
	if !strings.Contains(got, "RetryInfo") || !strings.Contains(got, `"detailsOmitted":1`) {
		t.Errorf("got %.200s", got)
	}
}

func TestFailedStreamsHaveDetails(t *testing.T) {
	t.Parallel()
	st := &statuspb.Status{Code: 3, Details: []*anypb.Any{retryInfo(t)}}
	o := serveStream(t, func(stream gogrpc.ServerStream) error {
		stream.SetTrailer(metadata.Pairs("x-why", "t"))
		if err := send(stream, shipment("A")); err != nil {
			return err
		}
		return status.ErrorProto(st)
	})
	c := watchConnector(t, "status", 0)
	c.GRPC.ErrorDetails = []datasources.DetailType{{Name: "RetryInfo"}}
	c.ErrorsExtensions = parse(t, "why: $response.trailers.'x-why'->first")
	f := prepare(t, openSource(t, datasources.Settings{}, shippingSource(t), o), c, listShape("status"))
	r := fetch(t.Context(), t, f, listShape("status"), envWith(mapping.Args, parseValue(t, `{}`)))
	e := failed(t, r.err, datasources.CodeFetch, "Request failed")
	want := `{"grpc":{"code":3,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo"}]},"why":"t"}`
	if d := cmp.Diff(want, e.Extensions.String()); d != "" {
		t.Error(d)
	}
}

func TestMethodThatTheServerLacksIsNamedInTheLogAlone(t *testing.T) {
	t.Parallel()
	o := listen(t, gogrpc.NewServer()) // which has no service at all
	e := failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeFetch, noSuchMethod)
	want := `shipping.v1.Shipping/GetShipment: Unimplemented: unknown service shipping.v1.Shipping`
	if d := cmp.Diff(want, e.Cause.Error()); d != "" {
		t.Error(d)
	}
}

func TestLogHasWhatServersSayOfThemselves(t *testing.T) {
	t.Parallel()
	for code, isLogged := range map[codes.Code]bool{
		codes.Internal: true, codes.Unavailable: true, codes.Unknown: true, codes.DataLoss: true,
		codes.NotFound: false, codes.InvalidArgument: false, codes.PermissionDenied: false, codes.FailedPrecondition: false,
	} {
		o := serveRaw(t, func(gogrpc.ServerStream) ([]byte, error) {
			return nil, status.Error(code, strings.Repeat("why ", 1000))
		})
		e := failed(t, getShipment(t.Context(), t, datasources.Settings{}, shippingSource(t), o).err, datasources.CodeFetch, "Request failed")
		if (e.Cause != nil) != isLogged {
			t.Errorf("%s: the log has %v", code, e.Cause)
		}
		if isLogged && len(e.Cause.Error()) > maxToldBytes+100 {
			t.Errorf("the log has %d bytes", len(e.Cause.Error()))
		}
	}
}

// grpcOver answers by HTTP/2 with headers, the bytes of the stream, and trailers.
func grpcOver(header map[string]string, body []byte, trailer map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/grpc")
		for name, v := range header {
			w.Header().Set(name, v)
		}
		_, _ = w.Write(body)
		for name, v := range trailer {
			w.Header().Set(http.TrailerPrefix+name, v)
		}
	}
}

func TestCompressionThatCannotBeReadIsInvalid(t *testing.T) {
	t.Parallel()
	compressed := []byte{1, 0, 0, 0, 2, 'h', 'i'}
	ok := map[string]string{"Grpc-Status": "0"}
	for name, h := range map[string]http.HandlerFunc{
		"unknown coding": grpcOver(map[string]string{"Grpc-Encoding": "snappy"}, compressed, ok),
		"no coding":      grpcOver(nil, compressed, ok),
		"no gzip":        grpcOver(map[string]string{"Grpc-Encoding": "gzip"}, compressed, ok),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := shippingSource(t)
			g.Address = template(t, overHTTP2(t, h))
			for range 20 { // the status may come before or after the message is looked at
				failed(t, getShipment(t.Context(), t, datasources.Settings{}, g, Options{}).err, datasources.CodeResponseInvalid, unexpectedFormat)
			}
			failed(t, watch(t.Context(), t, datasources.Settings{}, g, Options{}, 0).err, datasources.CodeResponseInvalid, unexpectedFormat)
		})
	}
}

func FuzzStatus(f *testing.F) {
	for _, st := range []*statuspb.Status{
		{Code: 3, Message: "wrong"},
		{Code: 5, Details: []*anypb.Any{detail("google.rpc.BadRequest", []byte("\xff")), detail("google.protobuf.Any", nil), detail("", nil)}},
	} {
		body, err := proto.Marshal(st)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	filter := newDetailFilter([]datasources.DetailType{{Name: datasources.AllDetails}})
	f.Fuzz(func(t *testing.T, body []byte) {
		c := matrix(t)
		if v := c.failureObject(body); v.Get("details").IsMissing() {
			t.Errorf("got %v", v)
		}
		size := 0
		for _, field := range filter.fields(c, body) {
			if field.Name == "details" {
				size = len(field.Value.String())
			}
		}
		if size > maxDetailBytes+2*maxDetails {
			t.Errorf("%d bytes are shown", size)
		}
	})
}

func TestRefusedStreamsAreSaidInPlainWords(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"stream terminated by RST_STREAM with error code: REFUSED_STREAM":                                                       "stream reset by the server",
		"unexpected HTTP status code received from server: 200 (OK); transport: received unexpected content-type \"text/html\"": notGRPC,
		"unexpected HTTP status code received from server: 503 (Service Unavailable)":                                           "HTTP status 503 instead of a gRPC reply",
		"something else": "",
	} {
		if got := protocolTrouble(message); got != want {
			t.Errorf("%s: got %q", message, got)
		}
	}
}
