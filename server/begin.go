package server

import (
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
)

// begin finds or makes the plan of what was read. Every transport begins its runs here, so that what is decided of an operation before it is
// executed holds for all of them. Whoever gets a run closes it; without one, the errors are those of a request that was not executed.
//
// The run is begun before gqlgen's executor is asked, if it is, which then finds document and operation in it; see graph.QueryCache.
func (o *operations) begin(r *http.Request, request *reading) (*graph.Run, gqlerror.List) {
	query := request.query
	run, errs := o.start(request.generation, &query)
	for run == nil && errs == nil {
		// It was replaced, and is over, since the request was read.
		request.generation, query = o.schema.Generation(), request.query
		run, errs = o.start(request.generation, &query)
	}
	if request.generation.Trust().Log {
		o.unknown.tell(&query, run, errs)
	}
	if !request.generation.Authorization().NoLog {
		o.denied.tell(&query, run, errs)
	}
	if len(errs) > 0 {
		errs = o.asAnonymous(query.Caller, errs)
	} else if errs = o.admitOperation(run, request.admitted); len(errs) > 0 {
		run.Close()
		run = nil
	}
	request.record.begun(&query, run, errs)
	if len(errs) > 0 {
		return nil, errs
	}
	for _, exceeded := range run.Operation().Exceeds() {
		o.log.Warn("operation exceeds a limit", zap.Any("limit", exceeded.Extensions["limit"]), zap.String("problem", exceeded.Message))
	}
	if estimated, most, exceeds := run.ExceedsCost(); exceeds {
		o.log.Warn("operation costs too much", zap.String("operation", run.Operation().Definition().Name),
			zap.Int64("estimated", estimated), zap.Int64("max", most))
	}
	if run.ReadsHeader() {
		r.Header["Host"] = []string{r.Host} // a header like the others to mappings; net/http keeps it apart
	}
	return run, nil
}

// start begins a run in a generation, whose document may be one that is named. There is neither a run nor an error if the generation is over.
func (o *operations) start(g *graph.Generation, query *graph.Query) (*graph.Run, gqlerror.List) {
	query.PolicyFailed = o.failed.of(query.Caller)
	if errs := o.recall(g, query); len(errs) > 0 {
		return nil, errs
	}
	return g.Begin(*query)
}
