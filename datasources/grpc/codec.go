package grpc

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// rawCodec passes messages on as bytes: a request is a []byte, a reply goes to a *[]byte.
type rawCodec struct{}

var _ encoding.CodecV2 = rawCodec{}

// Marshal implements encoding.CodecV2. The bytes are not copied.
func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	data, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("cannot send a %T", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(data)}, nil
}

// Unmarshal implements encoding.CodecV2. The bytes are copied, since the library takes its buffers back.
func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	dst, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("cannot receive a %T", v)
	}
	*dst = data.Materialize()
	return nil
}

// Name implements encoding.CodecV2: messages are protobuf, whoever encodes them.
func (rawCodec) Name() string { return "proto" }
