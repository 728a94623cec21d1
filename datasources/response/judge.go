package response

import (
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Judge tells success from failure and words the failure. It is immutable and safe for concurrent use.
type Judge struct {
	// isSuccess and message are nil when neither the connector nor its source has one.
	isSuccess, message *mapping.Mapping
	// needsWords tells that a message without a text is worded as if there were no mapping.
	needsWords bool
	// readsBody tells that isSuccess depends on the body.
	readsBody bool
	// extensions are in the order of merging: the source's, then the connector's.
	extensions []*mapping.Mapping
}

// NewJudge returns the judge of a connector's replies.
func NewJudge(s datasources.Settings, c datasources.Connector) *Judge {
	j := &Judge{
		isSuccess:  firstMapping(c.IsSuccess, s.IsSuccess),
		message:    firstMapping(c.ErrorsMessage, s.ErrorsMessage),
		needsWords: c.NeedsWords,
	}
	for _, m := range []*mapping.Mapping{s.ErrorsExtensions, c.ErrorsExtensions} {
		if m != nil {
			j.extensions = append(j.extensions, m)
		}
	}
	if m := j.isSuccess; m != nil {
		// A group that makes nothing gives what it is applied to, so that it depends on the body without reading it.
		j.readsBody = m.Reads().Used || m.Outputs().Object
	}
	return j
}

// Decides tells whether an `isSuccess` mapping takes the place of the protocol's own test.
func (j *Judge) Decides() bool { return j.isSuccess != nil }

// Words tells whether an `errors.message` mapping words the failures.
func (j *Judge) Words() bool { return j.message != nil }

// ReadsBody tells whether IsSuccess depends on the body, which must be decoded then. A test such as `$status->lt(500)` does
// not: any value will do, so that the reply can still be scanned.
func (j *Judge) ReadsBody() bool { return j.readsBody }

// IsSuccess runs the `isSuccess` mapping on the decoded body: only true is a success (Connectors specification 4.2). It may
// be called only when Decides is true.
func (j *Judge) IsSuccess(body value.Value, env *mapping.Env) bool {
	return j.isSuccess.Eval(body, env).AsBool()
}

// Failure is the error of a reply that was judged a failure (Connectors specification 4.4). The protocol's extensions, such
// as `http`, come first; the author's replace them by key. A string `code` of the author's becomes the error's code.
func (j *Judge) Failure(body value.Value, env *mapping.Env, protocol []value.Field) *datasources.Error {
	e := &datasources.Error{Code: datasources.CodeFetch, Message: j.words(body, env)}
	fields := protocol
	for _, m := range j.extensions {
		// A result that is no object has no fields and adds nothing.
		fields = append(fields[:len(fields):len(fields)], m.Eval(body, env).Fields()...)
	}
	e.Extensions = value.Object(fields)
	if code := e.Extensions.Get("code"); code.Kind() == value.KindString {
		e.Code = code.Text()
	}
	return e
}

const requestFailed = "Request failed"

// words is the message of a failure. In the public dialect that is nothing when the author's mapping gives no string; in ours a
// client is never told nothing.
func (j *Judge) words(body value.Value, env *mapping.Env) string {
	if j.message == nil {
		return requestFailed
	}
	text := ""
	if m := j.message.Eval(body, env); m.Kind() == value.KindString {
		text = m.Text()
	}
	if j.needsWords && strings.TrimSpace(text) == "" {
		return requestFailed
	}
	return text
}

func firstMapping(connector, source *mapping.Mapping) *mapping.Mapping {
	if connector != nil {
		return connector
	}
	return source
}
