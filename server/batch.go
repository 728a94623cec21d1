package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

const (
	// defaultBatch is how many operations one request may have.
	defaultBatch = 10
	// batchWorkers is how many of them run at a time.
	batchWorkers = 8
)

// entry is one operation of a batch.
type entry struct {
	query graph.Query
	// refused says why the entry is none; nil if it is one.
	refused *refusal
	// admitted is what was said of limits, nil if there are none.
	admitted *admitted
}

// readBatch reads the entries of a batch. What is wrong with one of them concerns that one only.
func (o *operations) readBatch(v value.Value) ([]entry, *refusal) {
	limit := o.batching.MaximumSize
	if limit <= 0 {
		limit = defaultBatch
	}
	switch n := v.Len(); {
	case !o.batching.Enabled:
		return nil, refuse(http.StatusBadRequest, codeBatchingNotEnabled,
			"Batched requests are not enabled: send one operation, as a JSON object.")
	case n == 0:
		return nil, refuse(http.StatusBadRequest, codeBadRequest, "The batch has no operations.")
	case n > limit:
		return nil, beyond("batch_size", http.StatusBadRequest, "The batch has %d operations, the limit is %d.", n, limit)
	}
	batch := make([]entry, v.Len())
	for i, request := range v.Elems() {
		batch[i].query, batch[i].refused = paramsFromJSON("Each operation of a batch", request)
	}
	return batch, nil
}

// answerBatch answers the entries of a batch, several at a time, with a list of their answers in the entries' order. The status says
// nothing of them: it is 200 whatever they are.
func (o *operations) answerBatch(
	w *trackingWriter, r *http.Request, exec graphql.GraphExecutor, request *reading, mediaType string, start time.Time,
) {
	o.admitBatch(request.admitted, request.batch)
	w.record.drop() // each of them has its own
	answers, records := make([][]byte, len(request.batch)), make([]*record, len(request.batch))
	var hasErrors atomic.Bool
	var running errgroup.Group
	running.SetLimit(batchWorkers)
	for i := range request.batch {
		running.Go(func() error { //nolint:contextcheck // it is in the request
			// Each has a header of its own, since begin adds to it.
			own := r.WithContext(r.Context())
			own.Header = r.Header.Clone()
			record := w.record.of(own, o)
			answer, failed := o.answerEntry(own, exec, request, &request.batch[i], record, start)
			record.settle(own.Context(), http.StatusOK)
			if answers[i], records[i] = answer, record; failed {
				hasErrors.Store(true)
			}
			return nil
		})
	}
	_ = running.Wait() // none returns an error
	for i, record := range records {
		if refused := record.kept(); refused != nil {
			answers[i] = o.whole(&graph.Answer{Errors: gqlerror.List{refused.err}})
			hasErrors.Store(true)
		}
	}
	request.admitted.gather(request.batch)
	w.hasErrors = hasErrors.Load()
	err := writeAnswer(w, mediaType, http.StatusOK, list(answers))
	for _, record := range records {
		record.sent(err)
		record.write(r.Context(), http.StatusOK)
	}
}

// list joins JSON texts.
func list(items [][]byte) []byte {
	size := 2
	for _, item := range items {
		size += len(item) + 1
	}
	whole := append(make([]byte, 0, size), '[')
	for i, item := range items {
		if i > 0 {
			whole = append(whole, ',')
		}
		whole = append(whole, item...)
	}
	return append(whole, ']')
}

// answerEntry answers one entry, and tells whether it has errors. Whatever panics ends here: it is logged, and only this entry fails.
func (o *operations) answerEntry(
	r *http.Request, exec graphql.GraphExecutor, request *reading, e *entry, record *record, start time.Time,
) (whole []byte, hasErrors bool) {
	defer func() {
		if p := recover(); p != nil {
			record.panicked()
			o.log.Error("panic while answering", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			whole, hasErrors = []byte(internalError), true
		}
	}()
	if e.refused != nil {
		return o.entryOf(r.Context(), record, &graph.Answer{Errors: gqlerror.List{e.refused.err}})
	}
	single := reading{query: e.query, generation: request.generation, admitted: e.admitted, record: record}
	o.address(r, &single.query, start)
	run, errs := o.begin(r, &single)
	if len(errs) > 0 {
		o.logCauses(errs)
		return o.entryOf(r.Context(), record, &graph.Answer{Errors: errs})
	}
	defer run.Close()
	if run.IsSubscription() {
		refused := refuse(http.StatusBadRequest, codeBadRequest, "A subscription cannot be part of a batch.")
		return o.entryOf(r.Context(), record, &graph.Answer{Errors: gqlerror.List{refused.err}})
	}
	if refused := record.begins(run, false); refused != nil {
		return o.entryOf(r.Context(), record, &graph.Answer{Errors: gqlerror.List{refused.err}})
	}
	answer := run.Answer(r.Context(), o.timeout, func(ctx context.Context) *graph.Answer {
		return o.run(ctx, r, exec, run, single.query)
	})
	if answer == nil {
		answer = timedOut()
	}
	return o.entryOf(r.Context(), record, answer)
}

// entryOf returns the JSON of an answer, which outlives the run.
func (o *operations) entryOf(ctx context.Context, record *record, a *graph.Answer) (whole []byte, hasErrors bool) {
	record.answered(ctx, a)
	if a.Data == nil {
		o.countRefused(a.Errors)
	}
	if a.Whole != nil {
		return append([]byte(nil), a.Whole...), false
	}
	whole, err := marshal(a)
	if err != nil {
		o.log.Error("marshal answer", zap.Error(err))
		return []byte(internalError), true
	}
	return whole, len(a.Errors) > 0
}
