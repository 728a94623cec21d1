package shop

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

// ShippingServer returns a new gRPC server with the services of shop.proto,
// reflection (v1 and v1alpha) and health. The caller serves and stops it.
// Reflection and health are neither logged nor disturbed. The options come
// before the server's own, which set credentials (none), the codec and the
// interceptors.
func (s *Service) ShippingServer(options ...grpc.ServerOption) *grpc.Server {
	server := grpc.NewServer(append(slices.Clip(options),
		grpc.Creds(newConnCredentials()),
		grpc.ForceServerCodecV2(newRawCodec()),
		grpc.ChainUnaryInterceptor(s.intercept),
		grpc.ChainStreamInterceptor(s.interceptStream),
		grpc.UnknownServiceHandler(s.unknownMethod),
	)...)
	shippingpb.RegisterShippingServer(server, shipping{service: s})
	shippingpb.RegisterInventoryServer(server, inventory{store: s.store, now: s.now})
	healthpb.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	return server
}

// intercept wraps every call with the call log, the latency, and the fault that is
// switched on for it.
func (s *Service) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if strings.HasPrefix(info.FullMethod, "/grpc.") {
		return next(ctx, request)
	}
	return s.answerCall(ctx, info.FullMethod, keysOf(request), func() (any, error) { return next(ctx, request) })
}

// unknownMethod answers calls of methods that nobody has.
func (s *Service) unknownMethod(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	_, err := s.answerCall(stream.Context(), method, nil, func() (any, error) {
		return nil, status.Errorf(codes.Unimplemented, "there is no method %q", method)
	})
	return err
}

func (s *Service) answerCall(ctx context.Context, method string, keys []string, answer func() (any, error)) (any, error) {
	call, fault, err := s.beginCall(ctx, method, keys)
	if err != nil {
		return nil, err
	}
	answered, err := fault.applyToMessage(answer)
	s.calls.end(call, answeredStatus, codeName(status.Code(err)))
	if fault.Damage == Cut {
		_ = grpc.SendHeader(ctx, nil) // a client that has gone misses nothing
		closeConn(ctx)
	}
	return answered, err
}

// answeredStatus is the HTTP status of every answer: the outcome of a call is in its trailers.
const answeredStatus = 200

// beginCall logs a call, and lets happen what happens before its answer. The error
// is that of a call which gets none.
func (s *Service) beginCall(ctx context.Context, method string, keys []string) (callID, Fault, error) {
	call := s.calls.begin(Call{Backend: Shipping, Method: path.Base(method), Path: method, Keys: keys})
	fault := s.faults.take("", method)
	if err := s.wait(ctx, time.Duration(s.latency.Load())+fault.Delay); err != nil {
		s.calls.end(call, 0, "")
		if ctx.Err() != nil {
			err = status.FromContextError(ctx.Err()).Err()
		} else {
			err = status.Error(codes.Unavailable, err.Error())
		}
		return call, fault, err
	}
	if fault.Damage == Hang {
		select {
		case <-ctx.Done(): // the client gives up by itself, and others may use its connection
			s.calls.end(call, 0, "")
			return call, fault, status.FromContextError(ctx.Err()).Err()
		case <-s.closed:
		}
	}
	if fault.Damage == Hang || fault.Damage == Refuse {
		s.calls.end(call, 0, "")
		closeConn(ctx)
		return call, fault, status.Error(codes.Unavailable, "the connection is closed")
	}
	return call, fault, nil
}

// codeName spells a code as the protocol does: "NOT_FOUND".
func codeName(c codes.Code) string {
	if c == codes.OK {
		return "OK"
	}
	var name strings.Builder
	for i, letter := range c.String() {
		if i > 0 && 'A' <= letter && letter <= 'Z' {
			name.WriteByte('_')
		}
		name.WriteRune(letter)
	}
	return strings.ToUpper(name.String())
}

// keysOf returns what a request asks for.
func keysOf(request any) []string {
	switch r := request.(type) {
	case *shippingpb.GetShipmentRequest:
		return []string{strconv.FormatInt(r.GetOrderId(), 10)}
	case *shippingpb.WatchShipmentRequest:
		return []string{strconv.FormatInt(r.GetOrderId(), 10)}
	case *shippingpb.BatchGetShipmentsRequest:
		keys := make([]string, 0, len(r.GetOrderIds()))
		for _, id := range r.GetOrderIds() {
			keys = append(keys, strconv.FormatInt(id, 10))
		}
		return keys
	case *shippingpb.BatchGetStockRequest:
		return r.GetSkus()
	case *shippingpb.ReserveStockRequest:
		return []string{r.GetSku()}
	default:
		return nil
	}
}
