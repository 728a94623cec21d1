package grpc

import (
	"google.golang.org/grpc/codes"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// RequestValue reads the message of a request back, for tests of mappings.
func (f *fetcher) RequestValue(r *datasources.Request) (value.Value, error) {
	return f.source.contract.decodeMessage(f.source.contract.whole(f.request.input), r.Body)
}

// ReplyBody makes up a reply, for tests of mappings: the message that the value gives, the messages of a stream from a list, or for a code
// other than OK the status with the value's `message` and `details`.
func (f *fetcher) ReplyBody(status int, v value.Value) ([]byte, error) {
	c := f.source.contract
	switch {
	case codes.Code(status) != codes.OK:
		return c.encodeMessage(c.messageNamed("google.rpc.Status"), value.Object([]value.Field{
			{Name: "code", Value: value.Int(int64(status))},
			{Name: "message", Value: value.String(v.Get("message").Text())},
			{Name: "details", Value: v.Get("details")},
		}))
	case f.output.form == formMessages:
		return c.encodeList(f.output, v)
	default:
		return c.encodeMessage(f.output, v)
	}
}
