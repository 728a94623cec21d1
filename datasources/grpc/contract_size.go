package grpc

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// maxReflectionParts bounds the parts of all files of a server: messages, fields, imports and the like. One of two bytes takes hundreds of them
// once it is read, and a chain of messages is followed to its end.
const maxReflectionParts = 1 << 20

// partsIn counts the messages and texts that a file consists of, as far as it is well-formed, without reading them.
func partsIn(file []byte) int {
	return countParts(file, (*descriptorpb.FileDescriptorProto)(nil).ProtoReflect().Descriptor(), 0)
}

func countParts(data []byte, d protoreflect.MessageDescriptor, depth int) int {
	count := 0
	for len(data) > 0 && depth < maxMessageDepth {
		number, typ, n := protowire.ConsumeTag(data)
		if n < 0 {
			break
		}
		data = data[n:]
		if n = protowire.ConsumeFieldValue(number, typ, data); n < 0 {
			break
		}
		content := data[:n]
		data = data[n:]
		f := d.Fields().ByNumber(number)
		if f == nil || typ != protowire.BytesType {
			continue
		}
		count++
		if f.Message() != nil {
			inside, _ := protowire.ConsumeBytes(content)
			count += countParts(inside, f.Message(), depth+1)
		}
	}
	return count
}
