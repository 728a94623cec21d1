package grpc

import (
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// failureObject is what `$` is for a code other than OK: code, message and details. The body is a google.rpc.Status.
func (c *contract) failureObject(body []byte) value.Value {
	st := readStatus(body)
	details := make([]value.Value, len(st.GetDetails()))
	for i, d := range st.GetDetails() {
		details[i] = c.detail(d, nil)
	}
	return value.Object([]value.Field{
		{Name: "code", Value: value.Int(int64(st.GetCode()))},
		{Name: "message", Value: value.String(st.GetMessage())},
		{Name: "details", Value: value.Array(details)},
	})
}

// readStatus reads the body of a reply with a code other than OK.
func readStatus(body []byte) *status.Status {
	st := &status.Status{}
	if err := proto.Unmarshal(body, st); err != nil {
		return &status.Status{Code: int32(codes.Unknown)}
	}
	return st
}

// detail is a detail of a status as JSON. Of one that does not fit its type that is left: the error that it belongs to matters more. Of
// messages of unknown types in it, and of those that shows refuses, nothing but the type is told; a nil shows leaves all as they are.
func (c *contract) detail(d *anypb.Any, shows func(protoreflect.FullName) bool) value.Value {
	if body, err := proto.Marshal(d); err == nil {
		decoder := c.newDecoder(body)
		decoder.shows = shows
		v, err := decoder.whole(c.whole(c.message(d.ProtoReflect().Descriptor())))
		if err == nil {
			return v
		}
	}
	return typeOnly(d)
}

// typeOnly is a detail of which nothing but the type is told.
func typeOnly(d *anypb.Any) value.Value {
	return value.Object([]value.Field{{Name: anyTypeKey, Value: value.String(d.GetTypeUrl())}})
}

// statusBody is the body of a reply with this status, a google.rpc.Status. What is no text of it is left out: on the wire it is any bytes.
func statusBody(st *grpcstatus.Status) ([]byte, *datasources.Error) {
	told := st.Proto()
	told.Message = strings.ToValidUTF8(told.GetMessage(), "\uFFFD")
	told.Details = slices.DeleteFunc(told.GetDetails(), func(d *anypb.Any) bool { return !utf8.ValidString(d.GetTypeUrl()) })
	body, err := proto.Marshal(told)
	if err != nil {
		return nil, invalidReply(st.Code(), unexpectedFormat, err)
	}
	return body, nil
}
