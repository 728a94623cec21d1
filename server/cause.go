package server

import (
	"context"
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources"
)

// logCauses logs what errors hide from clients: those of ours, and why a call failed or could not be made.
func (o *operations) logCauses(errs gqlerror.List) {
	for _, err := range errs {
		var failed *datasources.Error
		switch {
		case err.Err == nil:
		case err.Extensions["code"] == codeInternal:
			o.log.Error("internal error", zap.Error(err.Err), zap.Stringer("path", err.Path))
		case errors.As(err.Err, &failed) && errors.Is(failed.Cause, context.Canceled):
			// Nobody wants the answer any more, which is no failure: whoever asks and leaves at once would fill the log.
		case errors.As(err.Err, &failed) && failed.Cause != nil:
			fields := []zap.Field{
				zap.Any("connector", err.Extensions["connector"]), zap.String("code", failed.Code),
				zap.String("cause", ofCause(failed.Cause.Error())), zap.Stringer("path", err.Path),
			}
			if failed.Code == datasources.CodeHTTPClient {
				fields = append(fields, zap.String("message", failed.Message)) // the plain words for a cause that is a library's
			}
			o.log.Warn("call failed", fields...)
		}
	}
}

// maxCauseBytes bounds what the log has of a cause, which may quote what a back end has sent.
const maxCauseBytes = 1000

func ofCause(text string) string {
	if len(text) <= maxCauseBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxCauseBytes], "") + "…"
}
