package httpcall

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// CannotBuild is the error of a request that cannot be built. Its message is the text of err, which clients see.
func CannotBuild(err error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeFetch, Message: err.Error()}
}

// noReply is the error of a request that was not answered. Its message names the kind of trouble and never the
// address, which the text of err has.
func noReply(ctx context.Context, err error) *datasources.Error {
	switch {
	case ctx.Err() != nil, isTimeout(err):
		return datasources.ContextError(ctx, err)
	default:
		return &datasources.Error{
			Code:    datasources.CodeHTTPClient,
			Message: "Connector error: " + trouble(err),
			Cause:   err,
		}
	}
}

// badReply is the error of a reply that came, with this status, but cannot be read to its end.
func badReply(ctx context.Context, err error, status int) *datasources.Error {
	switch {
	case errors.Is(err, errTooLarge):
		e := invalid("The server returned more data than the limit allows.", status, err)
		e.Extensions = value.Object(append(StatusExtensions(status), value.Field{Name: "limit", Value: value.String("reply_bytes")}))
		return e
	case errors.Is(err, errCompressed):
		return InvalidReply(status, err)
	default:
		return noReply(ctx, err)
	}
}

// InvalidReply is the error of a reply that makes no sense, whatever its status: its body is not what its content type says
// (Connectors specification 4.1).
func InvalidReply(status int, cause error) *datasources.Error {
	return invalid("The server returned data in an unexpected format.", status, cause)
}

func invalid(message string, status int, cause error) *datasources.Error {
	return &datasources.Error{
		Code:       datasources.CodeResponseInvalid,
		Message:    message,
		Extensions: value.Object(StatusExtensions(status)),
		Cause:      cause,
	}
}

// StatusExtensions are the extensions that every error has whose reply came.
func StatusExtensions(status int) []value.Field {
	code := value.Object([]value.Field{{Name: "status", Value: value.Int(int64(status))}})
	return []value.Field{{Name: "http", Value: code}}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// trouble says in plain words what went wrong on the wire.
func trouble(err error) string {
	if text := datasources.Trouble(err); text != "" {
		return text
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return "connection closed before the end of the reply"
	}
	return "no valid HTTP reply"
}
