package grpc

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gogrpc "google.golang.org/grpc"
	channelz "google.golang.org/grpc/channelz/service"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// reflectedSource has no contract of its own.
func reflectedSource(tb testing.TB) datasources.GRPCSource {
	tb.Helper()
	return datasources.GRPCSource{Address: template(tb, "grpc://reflected.test:1")}
}

// services names what a server of the test has.
type services []string

func (s services) GetServiceInfo() map[string]gogrpc.ServiceInfo {
	infos := map[string]gogrpc.ServiceInfo{}
	for _, name := range s {
		infos[name] = gogrpc.ServiceInfo{}
	}
	return infos
}

// serveReflected runs a server of the matrix with reflection of the versions.
func serveReflected(t *testing.T, v1, v1alpha bool) Options {
	t.Helper()
	c := matrix(t)
	s := gogrpc.NewServer(gogrpc.UnknownServiceHandler(func(_ any, stream gogrpc.ServerStream) error {
		path, _ := gogrpc.MethodFromServerStream(stream)
		if path != "/matrix.v1.Matrix/Echo" {
			return status.Error(codes.Unimplemented, path)
		}
		m := dynamicpb.NewMessage(descriptor(t, c, "matrix.v1.Everything"))
		if err := stream.RecvMsg(m); err != nil {
			return err
		}
		return stream.SendMsg(m)
	}))
	o := reflection.ServerOptions{Services: services{"matrix.v1.Matrix", "no.such.Service"}, DescriptorResolver: c.files, ExtensionResolver: new(protoregistry.Types)}
	if v1 {
		reflectionv1.RegisterServerReflectionServer(s, reflection.NewServerV1(o))
	}
	if v1alpha {
		reflectionv1alpha.RegisterServerReflectionServer(s, reflection.NewServer(o))
	}
	return listen(t, s)
}

func TestReflectionOfEitherVersionGivesTheContract(t *testing.T) {
	t.Parallel()
	for name, versions := range map[string][2]bool{"v1": {true, false}, "v1alpha": {false, true}, "both": {true, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openSource(t, datasources.Settings{}, reflectedSource(t), serveReflected(t, versions[0], versions[1]))
			if d := cmp.Diff([]string{"matrix.v1.Matrix"}, s.contract.services); d != "" {
				t.Error(d)
			}
			shape := anyShape("text", "money")
			f := prepare(t, s, datasources.Connector{
				GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/Echo", Message: parse(t, "aString: $args.text money: { units: 7 }")},
				Selection: parse(t, "text: aString money: money.units"),
			}, shape)
			r := fetch(t.Context(), t, f, shape, envWith(mapping.Args, parseValue(t, `{"text":"x"}`)))
			dst := table.NewBuilder(shape, nil)
			dst.Fill(parseValue(t, `{"text":"x","money":7}`))
			if r.err != nil || r.dump != dst.Finish().Dump(shape) {
				t.Errorf("got %s, %v", r.dump, r.err)
			}
		})
	}
}

func TestServersOfOthersAreCalledByReflectionAlone(t *testing.T) {
	t.Parallel()
	server := gogrpc.NewServer()
	h := health.NewServer()
	h.SetServingStatus("shop", healthpb.HealthCheckResponse_NOT_SERVING)
	healthpb.RegisterHealthServer(server, h)
	channelz.RegisterChannelzServiceToServer(server)
	reflection.Register(server)
	s := openSource(t, datasources.Settings{}, reflectedSource(t), listen(t, server))
	for _, tt := range []struct{ method, message, selection, want string }{
		{"grpc.health.v1.Health/Check", `service: "shop"`, "out: status", `{"out":"NOT_SERVING"}`},
		{"grpc.health.v1.Health/Check", ``, "out: status", `{"out":"SERVING"}`},
		{"grpc.channelz.v1.Channelz/GetServers", `start_server_id: "9000000000000000000"`, "out: end", `{"out":true}`},
	} {
		shape := anyShape("out")
		f := prepare(t, s, datasources.Connector{
			GRPC:      &datasources.GRPCConnector{Method: tt.method, Message: parse(t, tt.message)},
			Selection: parse(t, tt.selection),
		}, shape)
		r := fetch(t.Context(), t, f, shape, &mapping.Env{})
		dst := table.NewBuilder(shape, nil)
		dst.Fill(parseValue(t, tt.want))
		if r.err != nil || r.dump != dst.Finish().Dump(shape) {
			t.Errorf("%s: got %s, %v", tt.method, r.dump, r.err)
		}
	}
	shape := anyShape("out")
	f := prepare(t, s, datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "grpc.health.v1.Health/Check", Message: parse(t, `service: "nobody"`)},
		Selection: parse(t, "out: status"),
	}, shape)
	if e := failed(t, fetch(t.Context(), t, f, shape, &mapping.Env{}).err, datasources.CodeFetch, "Request failed"); !e.NotFound {
		t.Error("NOT_FOUND is not marked")
	}
}

func TestReflectionSendsTheSourcesMetadata(t *testing.T) {
	t.Parallel()
	got := make(chan metadata.MD, 1)
	o := listen(t, gogrpc.NewServer(gogrpc.UnknownServiceHandler(func(_ any, stream gogrpc.ServerStream) error {
		select {
		case got <- received(stream.Context()):
		default:
		}
		return status.Error(codes.PermissionDenied, "who are you?")
	})))
	g := reflectedSource(t)
	g.Metadata = []datasources.Header{header("x-key", "", template(t, "{$config.key}")), header("x-user", "x-user", nil)}
	_, err := Opener(o)(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g, Config: parseValue(t, `{"key":"k"}`)})
	if err == nil || !strings.Contains(err.Error(), "who are you?") {
		t.Errorf("got %v", err)
	}
	if md := <-got; md["x-key"] == nil || md["x-user"] != nil {
		t.Errorf("metadata %v", md)
	}
}

// reflects runs a server whose reflection is the function.
func reflects(t *testing.T, f func(gogrpc.BidiStreamingServer[reflectionv1.ServerReflectionRequest, reflectionv1.ServerReflectionResponse]) error) Options {
	t.Helper()
	s := gogrpc.NewServer()
	reflectionv1.RegisterServerReflectionServer(s, reflectionFunc{f: f})
	return listen(t, s)
}

type reflectionFunc struct {
	reflectionv1.UnimplementedServerReflectionServer
	f func(gogrpc.BidiStreamingServer[reflectionv1.ServerReflectionRequest, reflectionv1.ServerReflectionResponse]) error
}

func (r reflectionFunc) ServerReflectionInfo(stream gogrpc.BidiStreamingServer[reflectionv1.ServerReflectionRequest, reflectionv1.ServerReflectionResponse]) error {
	return r.f(stream)
}

type reflectionStream = gogrpc.BidiStreamingServer[reflectionv1.ServerReflectionRequest, reflectionv1.ServerReflectionResponse]

// listing answers the list of services, and everything else with the response.
func listing(response *reflectionv1.ServerReflectionResponse) func(reflectionStream) error {
	return listingAnd(func(*reflectionv1.ServerReflectionRequest) *reflectionv1.ServerReflectionResponse { return response })
}

// listingAnd answers the list of services, and everything else with what the function returns.
func listingAnd(answer func(*reflectionv1.ServerReflectionRequest) *reflectionv1.ServerReflectionResponse) func(reflectionStream) error {
	return func(stream reflectionStream) error {
		for {
			request, err := stream.Recv()
			if err != nil {
				return nil //nolint:nilerr // the client has gone
			}
			response := answer(request)
			if request.GetListServices() != "" {
				response = &reflectionv1.ServerReflectionResponse{MessageResponse: &reflectionv1.ServerReflectionResponse_ListServicesResponse{
					ListServicesResponse: &reflectionv1.ListServiceResponse{Service: []*reflectionv1.ServiceResponse{{Name: "a.S"}}},
				}}
			}
			if err := stream.Send(response); err != nil {
				return err
			}
		}
	}
}

func fileResponse(files ...[]byte) *reflectionv1.ServerReflectionResponse {
	return &reflectionv1.ServerReflectionResponse{MessageResponse: &reflectionv1.ServerReflectionResponse_FileDescriptorResponse{
		FileDescriptorResponse: &reflectionv1.FileDescriptorResponse{FileDescriptorProto: files},
	}}
}

func TestReflectionThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	const asking = "asking the server at grpc://reflected.test:1 for its contract: "
	for name, c := range map[string]struct {
		options func(*testing.T) Options
		timeout time.Duration
		want    string
	}{
		"no reflection": {
			func(t *testing.T) Options { t.Helper(); return listen(t, gogrpc.NewServer()) },
			0, asking + `it has no reflection service: give its contract with "proto" or "descriptorSet"`,
		},
		"it ends": {
			func(t *testing.T) Options {
				t.Helper()
				return reflects(t, func(reflectionStream) error { return nil })
			},
			0, asking + "it ended the reflection before it had answered",
		},
		"it hangs": {
			func(t *testing.T) Options {
				t.Helper()
				return reflects(t, func(reflectionStream) error { <-t.Context().Done(); return nil }) // also when the deadline that it knows is over
			},
			100 * time.Millisecond, asking + "no answer: context deadline exceeded",
		},
		"garbage": {
			func(t *testing.T) Options { t.Helper(); return reflects(t, listing(fileResponse([]byte{0xff}))) },
			0, asking + "it sent a file that cannot be read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := reflectedSource(t)
			_, err := Opener(c.options(t))(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g, Timeout: c.timeout})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestServerThatCannotBeReachedIsNamed(t *testing.T) {
	t.Parallel()
	g := reflectedSource(t)
	address := "grpc://" + refusing(t)
	g.Address = template(t, address)
	_, err := Open(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g})
	if want := "asking the server at " + address + " for its contract: connection refused"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestContractWithHolesServesWhatItCan(t *testing.T) {
	t.Parallel()
	file, err := proto.Marshal(&descriptorpb.FileDescriptorProto{
		Name: new("a.proto"), Package: new("a"), Syntax: new("proto3"), Dependency: []string{"absent.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: new("Good")},
			{Name: new("Bad"), Field: []*descriptorpb.FieldDescriptorProto{{
				Name: new("x"), Number: proto.Int32(1), TypeName: new(".b.Absent"),
				Type:  descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(),
				Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
			}}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{
			{Name: new("Works"), InputType: new(".a.Good"), OutputType: new(".a.Good")},
			{Name: new("Lacks"), InputType: new(".a.Good"), OutputType: new(".a.Bad")},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := openSource(t, datasources.Settings{}, reflectedSource(t), reflects(t, listing(fileResponse(file))))
	if got := found(t, s, "a.S/Works", "", "x: $(1)", nil); got != "" {
		t.Error(got)
	}
	want := `method: error[WEFT_GRPC_METHOD]: method "a.S/Lacks" needs "b.Absent", which the contract does not have`
	if d := cmp.Diff(want, found(t, s, "a.S/Lacks", "", "x: $(1)", nil)); d != "" {
		t.Error(d)
	}
}

func TestSourcesLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	o := serveReflected(t, true, false)
	for range 3 {
		g := reflectedSource(t)
		s, err := Opener(o)(context.WithoutCancel(t.Context()), datasources.Settings{Kind: datasources.GRPC, GRPC: &g})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
