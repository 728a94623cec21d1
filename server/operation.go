package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/auditlog"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/persisted"
)

// ExplainHeader is the request header that asks for explanations, such as "plan, calls".
const ExplainHeader = "Weft-Explain"

// operations turns requests that a transport has read into answers. It is shared by all transports and safe for concurrent
// use.
//
// The status is decided by statusOf, but for requests that are no GraphQL requests: those are refused with one of their own.
type operations struct {
	schema  *graph.Schema
	log     *zap.Logger
	explain bool
	maxBody int64
	timeout time.Duration
	hides   func(document string) bool
	// identifies finds out who asks; nil takes everybody for the anonymous caller.
	identifies identity.Identifier
	// policies say how much is answered, guards are those that look at requests whose caller is not known yet. readsOperations tells that
	// some look at operations, and tellsLimits that answers tell of limits.
	policies                     []admission.Policy
	guards                       []admission.Guard
	readsOperations, tellsLimits bool
	// crowded logs that limits count others together.
	crowded *zap.Logger
	// clients finds the addresses of clients.
	clients *clientAddresses
	// keepsExpired lets subscriptions go on when the credentials of their caller end.
	keepsExpired bool
	requests     *traffic.Requests
	// audit is told of every operation; nil if nobody wants to know.
	audit *auditlog.Log
	// cors knows which origins are allowed.
	cors *crossOrigin
	// compresses tells that answers are compressed for those who want it.
	compresses bool
	// batching says whether clients may send several operations at once.
	batching config.Batching
	// uploads bound the files of a request.
	uploads config.Uploads
	// profile says which statuses answers have.
	profile config.StatusProfile
	// partTimeout is the time that a client has to take one part of an answer that has several.
	partTimeout time.Duration
	// texts are those of automatic persisted queries; nil switches them off.
	texts   *persisted.Texts
	unknown unknownDocuments
	denied  deniedOperations
	failed  failedPolicies
	// hasSlots tells that the requests that are answered at the same time are bounded.
	hasSlots bool
	// hasExtensions tells that gqlgen's executor has something to do.
	hasExtensions bool
	known         knownBodies
	// eventStreams bound streams of events, subscription bounds subscriptions of all kinds. streams are those of the handler.
	eventStreams config.EventStream
	subscription config.Subscription
	streams      *streams
}

// serve answers one request. Whatever panics while it is answered ends here: it is logged with its stack, and the client is
// told nothing of it.
func (o *operations) serve(
	w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, read func() (reading, *refusal),
) {
	mediaType := negotiate(r.Header)
	tracked := &trackingWriter{ResponseWriter: w, ctx: r.Context(), isPost: r.Method == http.MethodPost}
	var isCodingKnown bool
	tracked.wants, isCodingKnown = o.codings(r.Header)
	tracked.begun = o.requests.Begin()
	tracked.record = o.newRecord(r, overHTTP, tracked.begun)
	defer func() { //nolint:contextcheck // it is in the request
		if p := recover(); p != nil {
			tracked.record.panicked()
			o.log.Error("panic while answering", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			tracked.hasErrors = true
			if !tracked.started {
				o.answerRefusal(tracked, mediaType, refuse(http.StatusInternalServerError, codeInternal, "Internal server error"))
			}
		}
		o.countOut(tracked)
		tracked.record.write(r.Context(), tracked.status)
	}()
	if refused := o.refusesUnaudited(); refused != nil {
		tracked.record.drop() // before anything is asked: those who are refused otherwise would have lines, too
		o.answerUnaudited(tracked, mediaType, refused)
		return
	}
	if !isCodingKnown {
		o.answerRefusal(tracked, mediaType, refuse(http.StatusNotAcceptable, codeBadRequest,
			"Answers are encoded with zstd, gzip or br, or not at all, of which the request accepts none."))
		return
	}
	parts := acceptParts(r.Header, mediaType)
	if parts.isAll {
		mediaType, tracked.onlyParts = mediaJSON, parts.format // of what is refused, too
	}
	if mediaType == "" {
		o.answerRefusal(tracked, "", refuse(http.StatusNotAcceptable, codeBadRequest,
			"Answers are %s, %s, %s or %s, of which the request accepts none.", mediaGraphQL, mediaJSON, mediaEvents, mediaParts))
		return
	}
	if mediaType == mediaEvents {
		tracked.record.over(overEvents)
	}
	r, refused := o.letIn(tracked, r) //nolint:contextcheck // it is in the request
	if refused != nil {
		o.answerRefusal(tracked, mediaType, refused)
		return
	}
	if o.hasSlots && tracked.isPost {
		whole := read
		read = func() (reading, *refusal) { return readBetween(w, r, whole) }
	}
	request, refused := read()
	if request.release != nil {
		defer request.release()
	}
	if refused == nil {
		refused = nameByPath(r, &request)
	}
	switch {
	case refused != nil:
		o.answerRefusal(tracked, mediaType, refused)
		return
	case request.known != nil && mediaType != mediaEvents && !o.readsOperations:
		tracked.record.known(request.knownBody)
		o.answer(tracked, mediaType, http.StatusOK, request.known)
		return
	}
	request.parts = parts
	o.dispatch(tracked, r, exec, &request, mediaType)
}

// letIn finds out who asks, and whether the request is read at all.
func (o *operations) letIn(t *trackingWriter, r *http.Request) (*http.Request, *refusal) {
	t.admitted, t.tellsLimits = o.newAdmitted(r), o.tellsLimits
	r, refused := o.admit(t, r, t.admitted)
	t.record.askedBy(caller.From(r.Context()))
	return r, refused
}

// dispatch answers what was read in the way that the client wants it.
func (o *operations) dispatch(t *trackingWriter, r *http.Request, exec graphql.GraphExecutor, request *reading, mediaType string) {
	request.admitted = t.admitted
	request.record = t.record
	o.address(r, &request.query, t.begun)
	switch {
	case request.batch != nil && mediaType == mediaEvents:
		o.answerRefusal(t, mediaJSON, refuse(http.StatusNotAcceptable, codeBadRequest, "A batch is not answered by a stream of events."))
	case request.batch != nil:
		o.answerBatch(t, r, exec, request, mediaType, t.begun)
	case mediaType == mediaEvents:
		o.serveEvents(t, r, exec, request)
	default:
		// What extensions do is done to whole answers. Parts have no coding, as each would have to have one of its own.
		request.query.TakesParts = request.parts.format != wholeAnswer && !o.hasExtensions && !t.wants.isRequired
		o.execute(t, r, exec, request, mediaType)
	}
}

// countOut counts a request out, once. One for a subscription is over when the stream has begun.
func (o *operations) countOut(t *trackingWriter) {
	if !t.isCounted {
		t.isCounted = true
		o.requests.End(t.begun, t.hasErrors)
	}
}

// codings reads which coding the answer has. It is not ok if the client takes none that there is.
func (o *operations) codings(header http.Header) (wantedCoding, bool) {
	if !o.compresses {
		return wantedCoding{}, true
	}
	return codings(header)
}

// address completes a query with what the request says besides.
func (o *operations) address(r *http.Request, query *graph.Query, start time.Time) {
	query.Header, query.Caller, query.Started = r.Header, caller.From(r.Context()), start
	query.EventTimeout, query.Measured = o.timeout, o.audit != nil
	query.Alone = query.Alone || o.hasExtensions // what an extension decides by is in no key
	if o.isExplained(r) {
		query.Explain = graph.ParseExplain(r.Header.Get(ExplainHeader))
	}
}

// isExplained tells whether a request asks for explanations and may have them.
func (o *operations) isExplained(r *http.Request) bool {
	return o.explain && r.Header[ExplainHeader] != nil
}

// reading is what a transport has read of a request.
type reading struct {
	query graph.Query
	// parts is what the client says of answers in parts.
	parts acceptedParts
	// batch are the entries of a batch, which has no query; nil for others.
	batch []entry
	// generation is the one that answers.
	generation *graph.Generation
	// known is the answer, if the request is one whose answer is known, as knownBody tells.
	known     *graph.Answer
	knownBody *knownBody
	// admitted is what was said of limits, nil if there are none.
	admitted *admitted
	// record is what the audit log is told, or nil.
	record *record
	// release lets go of what the request's files are in, once it is answered; nil without files.
	release func()
	// body is what was read, if another request with the same bytes may ask the same, or nil. It is valid until the request is answered.
	body []byte
}

// execute answers a query.
func (o *operations) execute(
	w *trackingWriter, r *http.Request, exec graphql.GraphExecutor, request *reading, mediaType string,
) {
	run, errs := o.begin(r, request)
	if len(errs) > 0 {
		o.answerRequestErrors(w, mediaType, errs)
		return
	}
	defer run.Close()
	if refused := refuseMutation(w, r, run); refused != nil {
		o.answerRefusal(w, mediaType, refused)
		return
	}
	if run.IsSubscription() {
		o.executeSubscription(w, r, exec, run, request, mediaType) //nolint:contextcheck // it is in the request
		return
	}
	if refused := request.record.begins(run, false); refused != nil {
		o.answerUnaudited(w, mediaType, refused)
		return
	}
	if run.HasParts() {
		o.answerParts(w, r, run, request, mediaType)
		return
	}
	answer := run.Answer(r.Context(), o.timeout, func(ctx context.Context) *graph.Answer {
		return o.run(ctx, r, exec, run, request.query)
	})
	switch {
	case answer == nil:
		o.answerTimeout(w, mediaType)
	case answer.Data == nil:
		o.answerRequestErrors(w, mediaType, answer.Errors)
	default:
		// A text that comes with its hash has to be seen each time, since it may have to be kept again.
		if request.body != nil && answer == run.Constant() && (request.query.Hash == "" || request.query.Text == "") {
			o.known.of(request.generation).putRun(request.body, request.query, run, answer)
		}
		o.answer(w, mediaType, statusOf(o.profile, mediaType, answer), answer)
	}
}

// run executes a run. The answer is complete: it may be given to others, who only read it. It has no data when an extension has refused
// the request, and is nil when the time was over before there was one.
func (o *operations) run(
	ctx context.Context, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query,
) *graph.Answer {
	var answer *graph.Answer
	if o.hasExtensions {
		answer = dispatch(graph.WithRun(ctx, run), r, exec, run, query)
	} else {
		answer = run.Execute(ctx)
	}
	if answer != nil && answer.Data != nil {
		o.logCauses(answer.Errors)
		answer.Errors = o.redact(answer.Errors)
	}
	return answer
}

// dispatch runs the run in ctx through gqlgen's executor and its extensions.
func dispatch(ctx context.Context, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query) *graph.Answer {
	responses, ctx, errs := dispatchAll(ctx, r, exec, run, query)
	if len(errs) > 0 {
		return &graph.Answer{Errors: errs}
	}
	return run.Presented(responses(ctx))
}

// dispatchAll has gqlgen's executor begin the run, which is in ctx, too. The responses are asked for with the context that is returned.
func dispatchAll(
	ctx context.Context, r *http.Request, exec graphql.GraphExecutor, run *graph.Run, query graph.Query,
) (graphql.ResponseHandler, context.Context, gqlerror.List) {
	op, errs := exec.CreateOperationContext(graphql.StartOperationTrace(ctx), &graphql.RawParams{
		Query:         run.Operation().Document().Text(),
		OperationName: query.Operation,
		Headers:       r.Header,
	})
	if len(errs) > 0 {
		return nil, ctx, errs
	}
	responses, ctx := exec.DispatchOperation(ctx, op)
	return responses, ctx, nil
}

// answerRequestErrors answers what was not executed.
func (o *operations) answerRequestErrors(w http.ResponseWriter, mediaType string, errs gqlerror.List) {
	o.logCauses(errs)
	a := &graph.Answer{Errors: errs}
	status := statusOf(o.profile, mediaType, a)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", o.challenge())
	}
	o.answer(w, mediaType, status, a)
}

// answerTimeout answers an operation whose time was over before it began.
func (o *operations) answerTimeout(w http.ResponseWriter, mediaType string) {
	o.answer(w, mediaType, timeoutStatus(mediaType), timedOut())
}

// timedOut is the answer to an operation whose time was over before it began.
func timedOut() *graph.Answer {
	refused := refuse(http.StatusGatewayTimeout, codeRequestTimeout, "Request timed out")
	return &graph.Answer{Data: []byte("null"), Errors: gqlerror.List{refused.err}}
}
