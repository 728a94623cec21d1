package grpc

import (
	"context"
	"sync/atomic"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/datasources"
)

// do makes one call within ctx. Every error is an *Error. A reply with a code other than OK has a google.rpc.Status as its body.
func (s *source) do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	if s.connection == nil {
		return nil, cannotBuild(errNoGRPC)
	}
	if len(r.Header) > 0 {
		ctx = metadata.NewOutgoingContext(ctx, metadata.MD(r.Header))
	}
	var (
		header, trailer metadata.MD
		body            []byte
		watched         trailerSeen
	)
	start := time.Now()
	err := s.connection.conn.Invoke(context.WithValue(ctx, trailerKey{}, &watched), r.URL, r.Body, &body,
		gogrpc.ForceCodecV2(rawCodec{}), gogrpc.Header(&header), gogrpc.Trailer(&trailer))
	reply := &datasources.Reply{Status: int(codes.OK), Body: body, Start: start}
	if err != nil {
		st := status.Convert(err)
		if failed := s.connection.failure(ctx, st, watched.Load()); failed != nil {
			return nil, failed
		}
		reply.Status = int(st.Code())
		var failed *datasources.Error
		if reply.Body, failed = statusBody(st); failed != nil {
			return nil, failed
		}
	}
	reply.Header, reply.Trailer = headerOf(header), headerOf(trailer)
	reply.Duration = time.Since(start)
	return reply, nil
}

// trailerSeen is set when the server's own status has arrived. The library makes statuses of its own for what goes wrong on the
// way, and nothing else tells them apart.
type trailerSeen = atomic.Bool

type trailerKey struct{}

// trailerWatch sets the trailerSeen of a call's context.
type trailerWatch struct{}

var _ stats.Handler = trailerWatch{}

// TagRPC implements stats.Handler.
func (trailerWatch) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements stats.Handler.
func (trailerWatch) HandleRPC(ctx context.Context, s stats.RPCStats) {
	if _, ok := s.(*stats.InTrailer); !ok {
		return
	}
	if seen, ok := ctx.Value(trailerKey{}).(*trailerSeen); ok {
		seen.Store(true)
	}
}

// TagConn implements stats.Handler.
func (trailerWatch) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (trailerWatch) HandleConn(context.Context, stats.ConnStats) {}
