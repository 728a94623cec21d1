package grpc

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func parse(tb testing.TB, text string) *mapping.Mapping {
	tb.Helper()
	if text == "" {
		return nil
	}
	m, err := mapping.Parse(text, mapping.V04)
	if err != nil {
		tb.Fatalf("mapping %q: %v", text, err)
	}
	return m
}

func template(tb testing.TB, text string) *mapping.Template {
	tb.Helper()
	tpl, err := mapping.ParseTemplate(text, mapping.V04)
	if err != nil {
		tb.Fatalf("template %q: %v", text, err)
	}
	return tpl
}

func parseValue(tb testing.TB, text string) value.Value {
	tb.Helper()
	if text == "" {
		return value.Missing()
	}
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("value %q: %v", text, err)
	}
	return v
}

// shippingSource is the contract of most tests.
func shippingSource(tb testing.TB) datasources.GRPCSource {
	tb.Helper()
	return datasources.GRPCSource{
		Address: template(tb, "grpc://shipping.test:1"),
		Proto:   []string{"shipping.proto"},
		Files:   datasources.Folder("testdata"),
	}
}

// matrixSource is the contract with every feature of protobuf.
func matrixSource(tb testing.TB) datasources.GRPCSource {
	tb.Helper()
	return datasources.GRPCSource{
		Address:     template(tb, "grpc://matrix.test:1"),
		Proto:       []string{"protos/matrix/v1/matrix.proto"},
		ImportPaths: []string{"protos"},
		Files:       datasources.Folder("testdata"),
	}
}

// openSource opens a source that the test closes.
func openSource(tb testing.TB, s datasources.Settings, g datasources.GRPCSource, o Options) *source {
	tb.Helper()
	s.Kind, s.GRPC = datasources.GRPC, &g
	opened, err := Opener(o)(tb.Context(), s)
	if err != nil {
		var wrong *datasources.ContractError
		if errors.As(err, &wrong) {
			tb.Fatal(wrong.Diagnostics)
		}
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := opened.Close(); err != nil {
			tb.Error(err)
		}
	})
	return opened.(*source)
}

// loadMatrix loads the contract with every feature once for all tests: it is safe for concurrent use.
var loadMatrix = sync.OnceValues(func() (*contract, error) {
	files, err := compileFiles(context.Background(), &datasources.GRPCSource{
		Proto:       []string{"protos/matrix/v1/matrix.proto"},
		ImportPaths: []string{"protos"},
		Files:       datasources.Folder("testdata"),
	})
	if err != nil {
		return nil, err
	}
	return newContract(files, false), nil
})

func matrix(tb testing.TB) *contract {
	tb.Helper()
	c, err := loadMatrix()
	if err != nil {
		var wrong *datasources.ContractError
		if errors.As(err, &wrong) {
			tb.Fatal(wrong.Diagnostics)
		}
		tb.Fatal(err)
	}
	return c
}

// descriptor returns a message of a contract.
func descriptor(tb testing.TB, c *contract, name string) protoreflect.MessageDescriptor {
	tb.Helper()
	d, err := c.files.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		tb.Fatal(err)
	}
	return d.(protoreflect.MessageDescriptor)
}

// handler answers calls of one server, message by message.
type handler func(ctx context.Context, method string, in, out *dynamicpb.Message) error

// listen runs a server in memory and returns how to reach it.
func listen(tb testing.TB, s *gogrpc.Server) Options {
	tb.Helper()
	l := bufconn.Listen(1 << 20)
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.Serve(l) })
	tb.Cleanup(func() { s.Stop(); wg.Wait() })
	return Options{Dial: func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }}
}

// serve runs a server for all methods of the contract.
func serve(tb testing.TB, files *protoregistry.Files, h handler, options ...gogrpc.ServerOption) Options {
	tb.Helper()
	options = append(options, gogrpc.UnknownServiceHandler(func(_ any, stream gogrpc.ServerStream) error {
		path, _ := gogrpc.MethodFromServerStream(stream)
		service, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		d, err := files.FindDescriptorByName(protoreflect.FullName(service))
		if err != nil {
			return status.Errorf(codes.Unimplemented, "no service %s", service)
		}
		method := d.(protoreflect.ServiceDescriptor).Methods().ByName(protoreflect.Name(name))
		in, out := dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(in); err != nil {
			return err
		}
		if err := h(stream.Context(), name, in, out); err != nil {
			return err
		}
		return stream.SendMsg(out)
	}))
	return listen(tb, gogrpc.NewServer(options...))
}

// serveRaw runs a server that answers every call with the bytes.
func serveRaw(tb testing.TB, answer func(gogrpc.ServerStream) ([]byte, error)) Options {
	tb.Helper()
	return listen(tb, rawServer(answer))
}

func rawServer(answer func(gogrpc.ServerStream) ([]byte, error)) *gogrpc.Server {
	return gogrpc.NewServer(gogrpc.ForceServerCodecV2(rawCodec{}), gogrpc.UnknownServiceHandler(
		func(_ any, stream gogrpc.ServerStream) error {
			var in []byte
			if err := stream.RecvMsg(&in); err != nil {
				return err
			}
			out, err := answer(stream)
			if err != nil {
				return err
			}
			return stream.SendMsg(out)
		}))
}

// shippingFiles are the descriptors of shipping.proto.
func shippingFiles(tb testing.TB) *protoregistry.Files {
	tb.Helper()
	g := shippingSource(tb)
	files, err := compileFiles(tb.Context(), &g)
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// anyShape is one object with fields of any JSON.
func anyShape(names ...string) *table.Shape {
	level := table.Level{Types: []string{"T"}}
	for _, name := range names {
		level.Members = append(level.Members, table.Member{Path: []string{name}, Type: &table.Type{Leaf: table.Any}})
	}
	return &table.Shape{Levels: []table.Level{level}}
}

// bind binds a connector, which must be right.
func bind(tb testing.TB, s *source, c datasources.Connector) datasources.Binding {
	tb.Helper()
	b, found := s.Bind(c)
	if len(found) > 0 {
		tb.Fatal(diag.List(found))
	}
	return b
}

func prepare(tb testing.TB, s *source, c datasources.Connector, shape *table.Shape) datasources.Fetcher {
	tb.Helper()
	f, err := bind(tb, s, c).Prepare(shape)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// result is what one call came to.
type result struct {
	dump    string
	reply   *datasources.Reply
	outcome datasources.Outcome
	err     error
}

// fetch makes one call.
func fetch(ctx context.Context, tb testing.TB, f datasources.Fetcher, shape *table.Shape, env *mapping.Env) result {
	tb.Helper()
	request, err := f.Request(env)
	if err != nil {
		return result{err: err}
	}
	reply, err := f.Do(ctx, request)
	if err != nil {
		return result{err: err}
	}
	dst := table.NewBuilder(shape, reply.Body)
	outcome, err := f.Decode(reply, env, dst)
	r := result{reply: reply, outcome: outcome, err: err}
	if err == nil {
		r.dump = dst.Finish().Dump(shape)
	}
	return r
}

// failed checks that an error is an *Error with a code, whose message tells no address.
func failed(tb testing.TB, err error, code, message string) *datasources.Error {
	tb.Helper()
	e, ok := err.(*datasources.Error) //nolint:errorlint // exactly this type is promised
	if !ok || e.Code != code || e.Message != message {
		tb.Fatalf("got %v, want %s: %s", err, code, message)
	}
	if strings.Contains(e.Message, ".test") || strings.Contains(e.Message, "127.0.0.1") {
		tb.Errorf("the message tells the address: %s", e.Message)
	}
	return e
}

// received returns metadata that a server got.
func received(ctx context.Context) metadata.MD {
	md, _ := metadata.FromIncomingContext(ctx)
	return md
}
