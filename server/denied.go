package server

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
)

const (
	// deniedPerMinute bounds the lines about operations of which something is denied: anybody can ask for what nobody may have.
	deniedPerMinute = 60
	// deniedPaths bounds the paths in one line.
	deniedPaths = 10
)

// deniedOperations logs operations of which callers may not read something. It is safe for concurrent use.
type deniedOperations struct{ log *zap.Logger }

func newDeniedOperations(log *zap.Logger) deniedOperations {
	return deniedOperations{sampled(log, deniedPerMinute)}
}

// tell logs what is denied of an operation that has been begun, or was refused for it.
func (d deniedOperations) tell(query *graph.Query, run *graph.Run, errs gqlerror.List) {
	switch {
	case len(errs) > 0 && errs[0].Extensions["code"] == graph.CodeUnauthorized:
		paths := make([]string, 0, deniedPaths)
		for _, err := range errs[:min(len(errs), deniedPaths)] {
			paths = append(paths, err.Path.String())
		}
		d.write("operation refused: unauthorized", query.Operation, query.Caller, paths, len(errs))
	case run != nil:
		denied, more := run.Denied()
		if len(denied) == 0 {
			return
		}
		paths := make([]string, 0, deniedPaths)
		for i := range denied[:min(len(denied), deniedPaths)] {
			paths = append(paths, strings.Join(denied[i].Path, "."))
		}
		message := "fields denied"
		if run.Prepared().Plan.IsDry {
			message = "fields would be denied"
		}
		d.write(message, run.Operation().Definition().Name, query.Caller, paths, len(denied)+more)
	}
}

func (d deniedOperations) write(message, operation string, who *caller.Caller, paths []string, count int) {
	d.log.Info(message, zap.String("operation", shortened(operation)), zap.String("caller", who.Name()),
		zap.Strings("paths", paths), zap.Int("count", count))
}

// errAnonymous is the cause of errors about what the anonymous caller may not have: somebody who is known may.
var errAnonymous = errors.New("the caller has shown no credentials")

// asAnonymous notes on errors about permissions that the caller has shown no credentials, where there is a way to show some.
func (o *operations) asAnonymous(who *caller.Caller, errs gqlerror.List) gqlerror.List {
	if o.identifies == nil || !who.IsAnonymous() {
		return errs
	}
	for _, err := range errs {
		if err.Extensions["code"] == graph.CodeUnauthorized {
			err.Err = errAnonymous
		}
	}
	return errs
}

// challenge says how to show credentials (RFC 9110, section 11.6.1).
func (o *operations) challenge() string {
	if asks, ok := o.identifies.(identity.Challenger); ok {
		return asks.Challenge()
	}
	return "Bearer"
}
