package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"

	_ "google.golang.org/genproto/googleapis/rpc/errdetails" // so that details can be any of them
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// messages writes and reads messages as JSON, by protobuf's own library.
type messages struct{ types *knownTypes }

func newMessages(c *contracts) *messages {
	return &messages{&knownTypes{dynamicpb.NewTypes(c.files), protoregistry.GlobalTypes}}
}

// text is a message on one line. Fields that are set are there, even with their default.
func (m *messages) text(message proto.Message) string {
	text, err := protojson.MarshalOptions{Resolver: m.types}.Marshal(message)
	if err != nil {
		return fmt.Sprintf("%q", err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil { // the library puts blanks at random
		return fmt.Sprintf("%q", err)
	}
	return b.String()
}

func (m *messages) read(text []byte, into proto.Message) error {
	return protojson.UnmarshalOptions{Resolver: m.types}.Unmarshal(text, into)
}

// recognise makes fields of the extensions of the case, which the server has received as fields that it does not know.
func (m *messages) recognise(message *dynamicpb.Message) error {
	if len(message.GetUnknown()) == 0 {
		return nil
	}
	data, err := proto.Marshal(message)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	return proto.UnmarshalOptions{Resolver: m.types}.Unmarshal(data, message)
}

// send sends a reply: a message, or a status with its details.
func (m *messages) send(stream grpc.ServerStream, r *reply, output protoreflect.MessageDescriptor) error {
	if r.code != codes.OK {
		st, err := m.status(r)
		if err != nil {
			return status.Error(codes.Internal, err.Error())
		}
		return status.ErrorProto(st)
	}
	if r.isRaw {
		// Unknown fields are written as they are.
		raw := &emptypb.Empty{}
		raw.ProtoReflect().SetUnknown(r.content)
		return stream.SendMsg(raw)
	}
	message := dynamicpb.NewMessage(output)
	if len(r.content) > 0 {
		if err := m.read(r.content, message); err != nil {
			return status.Errorf(codes.Internal, "%s: %v", r.line, err)
		}
	}
	return stream.SendMsg(message)
}

// stream sends a message for each line of the body, and then the status.
func (m *messages) stream(stream grpc.ServerStream, r *reply, output protoreflect.MessageDescriptor) error {
	for line := range bytes.Lines(r.content) {
		message := dynamicpb.NewMessage(output)
		if err := m.read(line, message); err != nil {
			return status.Errorf(codes.Internal, "%s: %v", r.line, err)
		}
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
	return status.Error(r.code, r.message)
}

func (m *messages) status(r *reply) (*spb.Status, error) {
	st := &spb.Status{}
	if len(r.content) > 0 {
		if err := m.read(fmt.Appendf(nil, `{"details":%s}`, r.content), st); err != nil {
			return nil, fmt.Errorf("%s: %w", r.line, err)
		}
	}
	st.Code, st.Message = int32(r.code), r.message
	return st, nil
}

// knownTypes are the types of the case, and those that this program knows.
type knownTypes struct {
	own    *dynamicpb.Types
	global *protoregistry.Types
}

// FindMessageByName implements protoregistry.MessageTypeResolver.
func (k *knownTypes) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	if t, err := k.own.FindMessageByName(name); err == nil {
		return t, nil
	}
	return k.global.FindMessageByName(name)
}

// FindMessageByURL implements protoregistry.MessageTypeResolver.
func (k *knownTypes) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if t, err := k.own.FindMessageByURL(url); err == nil {
		return t, nil
	}
	return k.global.FindMessageByURL(url)
}

// FindExtensionByName implements protoregistry.ExtensionTypeResolver.
func (k *knownTypes) FindExtensionByName(name protoreflect.FullName) (protoreflect.ExtensionType, error) {
	return k.own.FindExtensionByName(name)
}

// FindExtensionByNumber implements protoregistry.ExtensionTypeResolver.
func (k *knownTypes) FindExtensionByNumber(
	message protoreflect.FullName, number protoreflect.FieldNumber,
) (protoreflect.ExtensionType, error) {
	return k.own.FindExtensionByNumber(message, number)
}
