package grpc

import (
	"fmt"

	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// RequestValue reads the message of a request back, for tests of mappings.
func (f *fetcher) RequestValue(r *datasources.Request) (value.Value, error) {
	return f.source.contract.decodeMessage(f.source.contract.whole(f.request.input), r.Body)
}

// ReplyBody makes up a reply, for tests of mappings: the message that the value gives, the messages of a stream from a list, or for a code other than OK the status
// with the value's `message`.
func (f *fetcher) ReplyBody(status int, v value.Value) ([]byte, error) {
	if codes.Code(status) == codes.OK && f.output.form == formMessages {
		return f.source.contract.encodeList(f.output, v)
	}
	if codes.Code(status) == codes.OK {
		return f.source.contract.encodeMessage(f.output, v)
	}
	body, err := proto.Marshal(&statuspb.Status{Code: int32(status), Message: v.Get("message").Text()})
	if err != nil {
		return nil, fmt.Errorf("write the status: %w", err)
	}
	return body, nil
}
