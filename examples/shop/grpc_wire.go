package shop

import (
	"context"
	"net"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that newRawCodec wraps
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/proto"
)

// connCredentials secures nothing. Its handshake remembers the connection, so that
// a fault can close it under a call.
type connCredentials struct {
	credentials.TransportCredentials
}

func newConnCredentials() credentials.TransportCredentials {
	return connCredentials{insecure.NewCredentials()}
}

// connInfo is what the handshake leaves with every call.
type connInfo struct {
	credentials.AuthInfo

	conn net.Conn
}

// ServerHandshake implements credentials.TransportCredentials.
func (c connCredentials) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := c.TransportCredentials.ServerHandshake(raw)
	if err != nil {
		return nil, nil, err
	}
	return conn, connInfo{AuthInfo: info, conn: conn}, nil
}

// Clone implements credentials.TransportCredentials.
func (c connCredentials) Clone() credentials.TransportCredentials {
	return connCredentials{c.TransportCredentials.Clone()}
}

// closeConn closes the connection that a call came on. Other calls on it fail, too.
func closeConn(ctx context.Context) {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return
	}
	if info, ok := caller.AuthInfo.(connInfo); ok {
		_ = info.conn.Close()
	}
}

// rawMessage is a message in its wire form, which may be damaged.
type rawMessage []byte

// rawCodec sends a rawMessage as it is and everything else as protobuf, whose maps
// it sorts: equal calls shall have equal answers.
type rawCodec struct{ encoding.CodecV2 }

func newRawCodec() encoding.CodecV2 { return rawCodec{encoding.GetCodecV2("proto")} }

// Marshal implements encoding.CodecV2.
func (c rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	switch m := v.(type) {
	case rawMessage:
		return mem.BufferSlice{mem.SliceBuffer(m)}, nil
	case proto.Message:
		wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		return mem.BufferSlice{mem.SliceBuffer(wire)}, err
	default:
		return c.CodecV2.Marshal(v)
	}
}
