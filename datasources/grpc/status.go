package grpc

import (
	"strings"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// failureObject is what `$` is for a code other than OK: code, message and details. The body is a google.rpc.Status. Details
// that do not fit their type are left out: the error that they belong to matters more.
func (c *contract) failureObject(body []byte) value.Value {
	m := c.statusMessage()
	v, err := c.decodeMessage(c.whole(m), body)
	if err == nil {
		return v
	}
	var st status.Status
	if err := proto.Unmarshal(body, &st); err != nil {
		st.Code = int32(codes.Unknown)
	}
	return value.Object([]value.Field{
		{Name: "code", Value: value.Int(int64(st.GetCode()))},
		{Name: "message", Value: value.String(st.GetMessage())},
		{Name: "details", Value: value.Array(nil)},
	})
}

// statusMessage returns google.rpc.Status as this program knows it, whatever the contract says.
func (c *contract) statusMessage() *message {
	return c.message(status.File_google_rpc_status_proto.Messages().ByName("Status"))
}

// statusBody is the body of a reply with this status, a google.rpc.Status.
func statusBody(st *grpcstatus.Status) ([]byte, *datasources.Error) {
	told := st.Proto()
	told.Message = strings.ToValidUTF8(told.GetMessage(), "\uFFFD") // on the wire it is any bytes
	body, err := proto.Marshal(told)
	if err != nil {
		return nil, invalidReply(st.Code(), unexpectedFormat, err)
	}
	return body, nil
}
