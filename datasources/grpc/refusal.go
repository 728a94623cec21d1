package grpc

import (
	"fmt"

	"google.golang.org/grpc/codes"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// noSuchMethod is the message for a server that does not have the method, where the author has none.
const noSuchMethod = "The server does not implement the method."

// refusal is the error of a reply that was judged a failure; content is its `$`.
func (f *fetcher) refusal(r *datasources.Reply, content value.Value, env *mapping.Env) *datasources.Error {
	code := codes.Code(r.Status)
	var more []value.Field
	if code != codes.OK {
		more = f.details.fields(f.source.contract, r.Body)
	}
	e := f.judge.Failure(content, env, statusExtensions(code, more...))
	e.NotFound = code == codes.NotFound
	if code == codes.Unimplemented && !f.judge.Words() {
		e.Message = noSuchMethod
	}
	if isOperational(code) {
		e.Cause = fmt.Errorf("%s: %s: %s", f.request.line, code, shortenTo(readStatus(r.Body).GetMessage(), maxToldBytes)) //nolint:err113 // for the log
	}
	return e
}

// maxToldBytes is how much of a server's message the log has.
const maxToldBytes = 500

// isOperational tells that a code is for whoever runs the server, so that the log has what the server says. The others answer a request,
// such as one for what does not exist.
func isOperational(c codes.Code) bool {
	switch c {
	case codes.Unknown, codes.Unimplemented, codes.Internal, codes.Unavailable, codes.DataLoss:
		return true
	default:
		return false
	}
}
