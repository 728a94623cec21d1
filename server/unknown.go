package server

import (
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/persisted"
)

// unknownPerMinute bounds the lines about documents that no manifest has.
const unknownPerMinute = 60

// unknownDocuments logs documents that no manifest has. It is safe for concurrent use.
type unknownDocuments struct{ log *zap.Logger }

func newUnknownDocuments(log *zap.Logger) unknownDocuments {
	return unknownDocuments{sampled(log, unknownPerMinute)}
}

// sampled bounds the lines of each message.
func sampled(log *zap.Logger, perMinute int) *zap.Logger {
	return log.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core {
		return zapcore.NewSamplerWithOptions(core, time.Minute, perMinute, 0)
	}))
}

// tell logs the document of a query that has been begun, or was not.
func (u unknownDocuments) tell(query *graph.Query, run *graph.Run, errs gqlerror.List) {
	if len(errs) > 0 {
		u.refused(query, errs)
	} else {
		u.run(run)
	}
}

// run logs a document that runs, once as long as it is remembered.
func (u unknownDocuments) run(run *graph.Run) {
	if doc := run.Operation().Document(); !doc.IsTrusted() && doc.Notice() {
		u.log.Warn("document is not trusted", zap.String("operation", run.Operation().Definition().Name),
			zap.String("sha256", persisted.HashOf(doc.Text())))
	}
}

// refused logs a query that was refused because its document is not trusted. Its text has not been parsed, so that the name is the one
// that the client says.
func (u unknownDocuments) refused(q *graph.Query, errs gqlerror.List) {
	if errs[0].Extensions["code"] != graph.CodeNotTrusted {
		return
	}
	fields := []zap.Field{zap.String("operation", shortened(q.Operation))}
	if q.Text != "" {
		fields = append(fields, zap.String("sha256", persisted.HashOf(q.Text)))
	} else {
		fields = append(fields, zap.String("id", shortened(q.ID+q.Hash)))
	}
	u.log.Warn("document was refused, since it is not trusted", fields...)
}

// longestWord is how much of a client's word is repeated, to it or to the log.
const longestWord = 200

func shortened(s string) string { return s[:min(len(s), longestWord)] }
