package resolvers_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/dynamicpb"
)

// methodGRPC is the method of entries for gRPC. Their target is the whole name of the method.
const methodGRPC = "GRPC"

// rpcServer is the gRPC part of a back end: a real server with all services of the case's contracts, and reflection.
type rpcServer struct {
	backend  *backend
	messages *messages
	server   *grpc.Server
	listener *rpcListener
	serving  sync.WaitGroup
}

func startRPC(b *backend) *rpcServer {
	s := &rpcServer{backend: b, messages: newMessages(b.contracts), listener: newRPCListener()}
	s.server = grpc.NewServer(grpc.UnknownServiceHandler(s.serve), grpc.StreamInterceptor(withoutReflection))
	reflectionv1.RegisterServerReflectionServer(s.server, reflection.NewServerV1(reflection.ServerOptions{
		Services: services(b.contracts.serviceNames()), DescriptorResolver: b.contracts.files,
	}))
	s.serving.Go(func() { _ = s.server.Serve(s.listener) })
	return s
}

func (s *rpcServer) stop() {
	s.server.Stop()
	s.serving.Wait()
}

// services tells the reflection which services there are.
type services []string

// GetServiceInfo implements reflection.ServiceInfoProvider.
func (s services) GetServiceInfo() map[string]grpc.ServiceInfo {
	info := map[string]grpc.ServiceInfo{}
	for _, name := range s {
		info[name] = grpc.ServiceInfo{}
	}
	return info
}

// withoutReflection switches the reflection off for the host that has none.
func withoutReflection(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if strings.HasPrefix(info.FullMethod, "/grpc.reflection.") && strings.HasPrefix(authority(stream.Context()), silentHost+":") {
		return status.Error(codes.Unimplemented, "unknown service")
	}
	return handle(srv, stream)
}

func authority(ctx context.Context) string {
	md, _ := metadata.FromIncomingContext(ctx)
	return strings.Join(md[":authority"], "")
}

// serve answers a call.
func (s *rpcServer) serve(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	method := s.backend.contracts.method(path)
	if method == nil {
		return status.Errorf(codes.Unimplemented, "there is no %s", path)
	}
	request := dynamicpb.NewMessage(method.Input())
	if err := stream.RecvMsg(request); err != nil {
		return err //nolint:wrapcheck // the status is for the library
	}
	if err := s.messages.recognise(request); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	ctx := stream.Context()
	reply := s.backend.note(s.read(ctx, path, request))
	if reply == nil {
		return status.Error(codes.Internal, "no reply is defined")
	}
	if reply.after != "" && !s.backend.waitFor(ctx, reply.after) {
		return status.FromContextError(ctx.Err()).Err()
	}
	switch {
	case reply.hang:
		<-ctx.Done()
		return status.FromContextError(ctx.Err()).Err()
	case reply.close:
		s.listener.cut(ctx)
		return nil
	case reply.cut >= 0:
		_ = stream.SendHeader(reply.metadata()) // the client sees the connection close in any case
		s.listener.cut(ctx)
		return nil
	}
	_ = stream.SetHeader(reply.metadata()) // nothing has been sent yet
	stream.SetTrailer(reply.trailer)
	if reply.isEcho {
		return stream.SendMsg(request)
	}
	if method.IsStreamingServer() {
		return s.messages.stream(stream, reply, method.Output())
	}
	return s.messages.send(stream, reply, method.Output())
}

// read turns a call into what entries are compared with.
func (s *rpcServer) read(ctx context.Context, path string, request *dynamicpb.Message) *incoming {
	in := &incoming{header: http.Header{}}
	in.method, in.target = methodGRPC, strings.TrimPrefix(path, "/")
	in.whole = "grpc://" + authority(ctx) + path
	md, _ := metadata.FromIncomingContext(ctx)
	for name, values := range md {
		if !strings.HasPrefix(name, ":") && !slices.Contains([]string{"content-type", "user-agent", "grpc-accept-encoding"}, name) {
			in.header[http.CanonicalHeaderKey(name)] = readable(name, values)
		}
	}
	in.loader, in.wrong = strconv.Atoi(in.header.Get(loaderHeader))
	in.header.Del(loaderHeader)
	in.body = s.messages.text(request)
	in.canonical = func(text string) (string, error) {
		m := dynamicpb.NewMessage(request.Descriptor())
		if err := s.messages.read([]byte(text), m); err != nil {
			return "", fmt.Errorf("%s: %w", text, err)
		}
		return s.messages.text(m), nil
	}
	in.text = methodGRPC + " " + in.whole + "\n" + headerText(in.header, nil) + "  " + folded([]byte(in.body), "  ") + "\n"
	return in
}

// readable is metadata as entries write it: bytes as base64.
func readable(name string, values []string) []string {
	if !strings.HasSuffix(name, "-bin") {
		return values
	}
	encoded := make([]string, len(values))
	for i, v := range values {
		encoded[i] = base64.StdEncoding.EncodeToString([]byte(v))
	}
	return encoded
}

// rpcListener is an in-memory listener that can cut the connection of a call.
type rpcListener struct {
	*bufconn.Listener

	mu    sync.Mutex
	conns []net.Conn
}

func newRPCListener() *rpcListener {
	const buffer = 1 << 20
	return &rpcListener{Listener: bufconn.Listen(buffer)}
}

// Accept implements net.Listener.
func (l *rpcListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err //nolint:wrapcheck // the server knows it
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, conn)
	return numberedConn{conn, connNumber(len(l.conns) - 1)}, nil
}

// cut closes the connection of a call.
func (l *rpcListener) cut(ctx context.Context) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return
	}
	if n, ok := p.Addr.(connNumber); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		_ = l.conns[n].Close()
	}
}

// numberedConn is a connection whose remote address is its number.
type numberedConn struct {
	net.Conn

	number connNumber
}

// RemoteAddr implements net.Conn.
func (c numberedConn) RemoteAddr() net.Addr { return c.number }

type connNumber int

// Network implements net.Addr.
func (connNumber) Network() string { return "memory" }

// String implements net.Addr.
func (n connNumber) String() string { return strconv.Itoa(int(n)) }
