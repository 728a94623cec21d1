package grpc

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// deadlineSlack is how long before our deadline a server may have noticed that it is over: it gets the same one with the call,
// rounded, and runs its own clock.
const deadlineSlack = 50 * time.Millisecond

// failure is the error of a call that ended with this status, or nil if the status is the server's answer.
func (c *connection) failure(ctx context.Context, st *status.Status, isAnswer bool) *datasources.Error {
	err := st.Err()
	switch {
	case ctx.Err() != nil:
		return datasources.ContextError(ctx, err)
	case st.Code() == codes.DeadlineExceeded && isOver(ctx):
		return datasources.ContextError(ctx, err)
	case st.Code() == codes.ResourceExhausted && isTooLarge(st.Message(), c.maxReply):
		return beyond("reply_bytes", tooMuch, err)
	case isUnreadable(st.Message()):
		return invalidReply(codes.OK, unexpectedFormat, err)
	case isAnswer:
		return nil
	case st.Code() == codes.ResourceExhausted && st.Message() == noPlace:
		return noReply("too many streams are open", err)
	case st.Code() == codes.ResourceExhausted && strings.HasPrefix(st.Message(), "trying to send message larger than max"):
		return &datasources.Error{Code: datasources.CodeFetch, Message: "The request is larger than the limit allows.", Cause: err}
	}
	if trouble := protocolTrouble(st.Message()); trouble != "" {
		return noReply(trouble, err)
	}
	if st.Code() == codes.Unavailable {
		return noReply(c.trouble(st.Message()), err)
	}
	return noReply(notGRPC, err)
}

// isUnreadable recognises the library's words for a message that it cannot take in. The server's status may have come by then, so that
// nothing else tells them from a server's answer.
func isUnreadable(message string) bool {
	for _, words := range [...]string{
		"cardinality violation", "grpc: Decompressor is not installed", "grpc: failed to decompress", "grpc: compressed flag set",
	} {
		if strings.HasPrefix(message, words) {
			return true
		}
	}
	return false
}

// protocolTrouble says in plain words what the library found in place of a gRPC reply, or returns "".
func protocolTrouble(message string) string {
	if strings.HasPrefix(message, "stream terminated by RST_STREAM") {
		return "stream reset by the server"
	}
	rest, ok := strings.CutPrefix(message, "unexpected HTTP status code received from server: ")
	if !ok {
		return ""
	}
	if status, _, _ := strings.Cut(rest, " "); status != strconv.Itoa(http.StatusOK) {
		return "HTTP status " + status + " instead of a gRPC reply"
	}
	return notGRPC
}

// isOver tells that the deadline is reached, or as good as reached.
func isOver(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < deadlineSlack
}

// isTooLarge recognises the library's words for a reply beyond our limit. The code alone is a server's for other things, and the
// words are also those of a server about our request, which then name its own limit.
func isTooLarge(message string, limit int64) bool {
	return strings.HasPrefix(message, "grpc: ") && strings.Contains(message, "larger than max") &&
		strings.Contains(message, strconv.FormatInt(limit, 10))
}

// noReply is the error of a call that was not answered. Its message names the kind of trouble and never the address, which the
// text of err has.
func noReply(trouble string, err error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeHTTPClient, Message: "Connector error: " + trouble, Cause: err}
}

// unexpectedFormat is the specification's message for a reply that is not what it should be.
const unexpectedFormat = "The server returned data in an unexpected format."

// invalidReply is the error of a reply that makes no sense.
func invalidReply(c codes.Code, message string, cause error) *datasources.Error {
	return &datasources.Error{
		Code:       datasources.CodeResponseInvalid,
		Message:    message,
		Extensions: value.Object(statusExtensions(c)),
		Cause:      cause,
	}
}

// tooMuch is the message for a reply beyond the source's limit.
const tooMuch = "The server returned more data than the limit allows."

// beyond is the error of a reply that is more than a limit of ours allows.
func beyond(limit, message string, cause error) *datasources.Error {
	e := invalidReply(codes.OK, message, cause)
	e.Extensions = value.Object(append(statusExtensions(codes.OK), value.Field{Name: "limit", Value: value.String(limit)}))
	return e
}

// statusExtensions are the extensions that every error has whose reply came: the code, and what else of the status is shown.
func statusExtensions(c codes.Code, more ...value.Field) []value.Field {
	return []value.Field{{Name: "grpc", Value: value.Object(append([]value.Field{
		{Name: "code", Value: value.Int(int64(c))},
		{Name: "status", Value: value.String(code.Code(c).String())},
	}, more...))}}
}

// notGRPC is the trouble of what answers and speaks another language.
const notGRPC = "no valid gRPC reply"
