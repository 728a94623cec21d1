package server_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// serveCalls serves gRPC by a handler for all methods, to which messages are bytes, and returns the address.
func serveCalls(t *testing.T, answer grpc.StreamHandler) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := grpc.NewServer(grpc.UnknownServiceHandler(answer), grpc.ForceServerCodecV2(bytesCodec{}))
	var serving sync.WaitGroup
	serving.Go(func() { _ = srv.Serve(ln) })
	t.Cleanup(func() { srv.Stop(); serving.Wait() })
	return "grpc://" + ln.Addr().String()
}

// answerCall is a grpc.StreamHandler for all methods of tellingProto.
func (b *tellingBackend) answerCall(_ any, stream grpc.ServerStream) error {
	var asked []byte
	if err := stream.RecvMsg(&asked); err != nil {
		return err //nolint:wrapcheck // the status is for the library
	}
	path, _ := grpc.MethodFromServerStream(stream)
	ids := idsOf(asked)
	known := callMetadata(stream.Context())
	who := path + " " + strings.Join(ids, ",") + known
	if !b.arrive(stream.Context(), who) {
		return status.FromContextError(stream.Context().Err()).Err()
	}
	switch {
	case strings.HasSuffix(path, "/Break"):
		return status.Error(codes.FailedPrecondition, who)
	case strings.HasSuffix(path, "/Watch"):
		for n := range 2 {
			if err := stream.SendMsg(said("", who, n+1)); err != nil {
				return err //nolint:wrapcheck // as above
			}
		}
		return nil
	case strings.HasSuffix(path, "/Notes"):
		var all []byte
		for _, id := range ids {
			all = protowire.AppendBytes(protowire.AppendTag(all, 1, protowire.BytesType), said(id, who, 0))
		}
		return stream.SendMsg(all)
	default:
		return stream.SendMsg(said("", who, 0))
	}
}

// callMetadata is all that a call tells of the caller.
func callMetadata(ctx context.Context) string {
	md, _ := metadata.FromIncomingContext(ctx)
	var known []string
	for name, values := range md {
		if !strings.HasPrefix(name, ":") && !strings.HasPrefix(name, "grpc-") && name != "content-type" && name != "user-agent" {
			known = append(known, name+"="+strings.Join(values, ", "))
		}
	}
	slices.Sort(known)
	return " [" + strings.Join(known, "] [") + "]"
}

// said is a message Said.
func said(id, who string, n int) []byte {
	m := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), id)
	m = protowire.AppendString(protowire.AppendTag(m, 2, protowire.BytesType), who)
	return protowire.AppendVarint(protowire.AppendTag(m, 3, protowire.VarintType), uint64(n))
}

// idsOf are the ids of a message Ask.
func idsOf(asked []byte) (ids []string) {
	for len(asked) > 0 {
		_, _, n := protowire.ConsumeTag(asked)
		id, m := protowire.ConsumeString(asked[max(n, 0):])
		if n < 0 || m < 0 {
			return nil
		}
		ids, asked = append(ids, id), asked[n+m:]
	}
	return ids
}

// bytesCodec leaves messages as they are on the wire.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	content, _ := v.([]byte)
	return mem.BufferSlice{mem.SliceBuffer(content)}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	if into, ok := v.(*[]byte); ok {
		*into = data.Materialize()
	}
	return nil
}
