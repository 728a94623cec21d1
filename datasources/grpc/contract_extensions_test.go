package grpc

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
)

// extendedSource is a contract whose extensions are in a file that no service leads to.
func extendedSource(t *testing.T) datasources.GRPCSource {
	t.Helper()
	return datasources.GRPCSource{
		Address: template(t, "grpc://extended.test:1"),
		Proto:   []string{"a.proto", "x.proto"},
		Files: contractFiles(map[string]string{
			"a.proto": `syntax = "proto2"; package a; message M { message Inner { extensions 1 to max; } optional Inner inner = 1; extensions 100 to 200; }
				service S { rpc Get(M) returns (M); }`,
			"x.proto": `syntax = "proto2"; package x; import "a.proto"; import "y.proto"; import "google/type/money.proto";
				extend a.M { optional string note = 100; optional y.Y y = 101; }
				extend a.M.Inner { optional google.type.Money price = 7; }`,
			"y.proto": `syntax = "proto2"; package y; message Y { optional int32 n = 1; }`,
		}),
	}
}

func TestReflectionTellsExtensions(t *testing.T) {
	t.Parallel()
	c := openSource(t, datasources.Settings{}, extendedSource(t), Options{}).contract
	types := new(protoregistry.Types)
	for _, list := range c.types.extensions {
		for _, x := range list {
			if err := types.RegisterExtension(dynamicpb.NewExtensionType(x)); err != nil {
				t.Fatal(err)
			}
		}
	}
	server := gogrpc.NewServer()
	reflectionv1.RegisterServerReflectionServer(server, reflection.NewServerV1(reflection.ServerOptions{
		Services: services{"a.S"}, DescriptorResolver: c.files, ExtensionResolver: types,
	}))
	reflected := openSource(t, datasources.Settings{}, reflectedSource(t), listen(t, server)).contract
	m := reflected.message(descriptor(t, reflected, "a.M"))
	var names []protoreflect.FullName
	for _, f := range m.fields {
		names = append(names, protoreflect.FullName(f.name))
	}
	if d := cmp.Diff([]protoreflect.FullName{"inner", "[x.note]", "[x.y]"}, names); d != "" {
		t.Error(d)
	}
	if m.byName["inner"].message.byName["[x.price]"].message.byName["units"] == nil {
		t.Error("what an extension leads to is not there")
	}
}

// TestServersThatTellNoExtensionsAreUsable: some end the stream at a question that they do not know.
func TestServersThatTellNoExtensionsAreUsable(t *testing.T) {
	t.Parallel()
	c := openSource(t, datasources.Settings{}, extendedSource(t), Options{}).contract
	f, err := c.files.FindFileByPath("a.proto")
	if err != nil {
		t.Fatal(err)
	}
	file, err := proto.Marshal(protodesc.ToFileDescriptorProto(f))
	if err != nil {
		t.Fatal(err)
	}
	s := openSource(t, datasources.Settings{}, reflectedSource(t), reflects(t, func(stream reflectionStream) error {
		return listing(fileResponse(file))(endsAtExtensions{stream})
	}))
	if got := found(t, s, "a.S/Get", "", "x: inner->size", nil); got != "" {
		t.Error(got)
	}
}

// endsAtExtensions is a stream that ends at a question for extensions.
type endsAtExtensions struct{ reflectionStream }

func (s endsAtExtensions) Recv() (*reflectionv1.ServerReflectionRequest, error) {
	request, err := s.reflectionStream.Recv()
	if err == nil && request.GetAllExtensionNumbersOfType() != "" {
		return nil, io.EOF
	}
	return request, err
}
