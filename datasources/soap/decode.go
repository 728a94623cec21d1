package soap

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// fetcher makes the calls of one connector for one shape.
type fetcher struct {
	*binding

	selection *response.Selection
	// program reads the element of the body, and of it what the mappings read for this shape.
	program *message.Program
	// scan fills the table straight from it; nil when only evaluating will do.
	scan *message.Scan
}

var _ datasources.Fetcher = (*fetcher)(nil)

// Request implements datasources.Fetcher.
func (f *fetcher) Request(env *mapping.Env) (*datasources.Request, error) {
	return f.request.build(f.vars, env)
}

// Do implements datasources.Fetcher.
func (f *fetcher) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	stamps := &f.request.stamps
	if stamps.areNone() {
		return f.source.client.Do(ctx, r)
	}
	r, id := stamps.stamp(r)
	reply, err := f.source.client.Do(ctx, r)
	if reply != nil && id != "" {
		reply.Payload = messageID(id)
	}
	return reply, err
}

// messageID is the payload of replies to messages that had an id.
type messageID string

// Decode implements datasources.Fetcher.
func (f *fetcher) Decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) (datasources.Outcome, error) {
	f.vars.BindReply(env, r)
	isDone, err := f.scanned(r, env, dst)
	if !isDone {
		err = f.decode(r, env, dst)
	}
	return datasources.Outcome{
		Status:   r.Status,
		Bytes:    len(r.Body),
		Rows:     dst.Len(0),
		Problems: env.Problems.List(),
	}, err
}

// decode judges the reply and fills the table from a successful one.
func (f *fetcher) decode(r *datasources.Reply, env *mapping.Env, dst *table.Builder) error {
	c, err := f.reply.read(r, bodyReader{program: f.program, problems: env.Problems})
	if err == nil && c.isForOther(r) {
		err = errOtherRequest
	}
	f.vars.AddReply(env, blocksField, c.blocks)
	isGood := isGoodStatus(r)
	if err != nil {
		// A page of an error's status tells enough by that; so does an empty reply that says that all is well.
		if isGood && !(errors.Is(err, errEmpty) && f.mayBeEmpty(r)) {
			return httpcall.InvalidReply(r.Status, err)
		}
		c = content{value: value.Null()}
	}
	isSuccess := isGood && !c.isFault
	if f.judge.Decides() {
		isSuccess = f.judge.IsSuccess(c.value, env)
	}
	switch {
	case !isSuccess:
		failed := f.judge.Failure(c.value, env, failureExtensions(r.Status, c))
		failed.Cause = f.hidden(r, c, err)
		return failed
	case err != nil && f.connector.NeedsBody && !f.mayBeEmpty(r):
		return httpcall.InvalidReply(r.Status, err)
	default:
		return f.selection.Evaluate(c.value, env, dst)
	}
}

// hidden is what a failure does not tell the client, for the log: the text of a Fault that the author does not word, and why a reply is none; nil
// for what the client knows.
func (f *fetcher) hidden(r *datasources.Reply, c content, unread error) error {
	switch {
	case c.isFault && !f.judge.Words():
		return fmt.Errorf("operation %s: Fault %s: %s", f.operation.Name, shortCode(c.fault.code), c.value.Get("faultstring").Text()) //nolint:err113 // for the log
	case unread != nil && len(r.Body) > 0:
		return fmt.Errorf("operation %s: the reply of status %d cannot be read: %w", f.operation.Name, r.Status, unread)
	default:
		return nil
	}
}

func isGoodStatus(r *datasources.Reply) bool { return r.Status >= 200 && r.Status <= 299 }

// isForOther tells that the reply says that it is one to another message.
func (c *content) isForOther(r *datasources.Reply) bool {
	id, ok := r.Payload.(messageID)
	return ok && c.relatesTo != "" && c.relatesTo != string(id)
}

// mayBeEmpty tells that a reply without a body is one: to an operation without output, to a selection that reads nothing,
// or of a status that says so.
func (f *fetcher) mayBeEmpty(r *datasources.Reply) bool {
	return f.operation.Output == nil || !f.connector.NeedsBody || r.Status == http.StatusAccepted || r.Status == http.StatusNoContent
}

// failureExtensions are what every failed call tells: the status and, of a Fault, its code.
func failureExtensions(status int, c content) []value.Field {
	fields := httpcall.StatusExtensions(status)
	if c.isFault {
		fields = append(fields, value.Field{Name: "soap", Value: c.fault.extension()})
	}
	return fields
}
