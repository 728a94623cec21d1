package grpc

import (
	"errors"
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// requestPlan makes the requests of one connector. It is immutable.
type requestPlan struct {
	line string
	// path is "/package.Service/Method".
	path       string
	contract   *contract
	input      *message
	mapping    *mapping.Mapping // nil for the empty message
	metadata   []metadataRule
	rules      datasources.HeaderRules
	addressErr error
	// maxMessages bounds the messages of a stream that is collected.
	maxMessages int
}

// build evaluates the mappings for one call. Every error is an *Error.
func (p *requestPlan) build(vars *response.Variables, env *mapping.Env) (*datasources.Request, error) {
	if p.addressErr != nil {
		return nil, cannotBuild(p.addressErr)
	}
	vars.BindSource(env)
	v := value.Missing()
	if p.mapping != nil {
		v = p.mapping.Eval(value.Object(nil), env)
	}
	content, err := p.contract.encodeMessage(p.input, v)
	if err != nil {
		return nil, cannotBuild(err)
	}
	md := applyRules(p.rules, makeMetadata(p.metadata, env), env)
	return &datasources.Request{
		Line:   p.line,
		URL:    p.path,
		Header: http.Header(md),
		Body:   content,

		MaxMessages: p.maxMessages,
	}, nil
}

// cannotBuild is the error of a request that cannot be built. Clients learn which part of the message does not fit, and what the contract has
// there; the value, which may come from the configuration, and the address are for the log.
func cannotBuild(cause error) *datasources.Error {
	e := &datasources.Error{Code: datasources.CodeFetch, Message: "Request cannot be built", Cause: cause}
	var wrong *misfit
	if errors.As(cause, &wrong) {
		e.Message += ": " + wrong.forClients()
	}
	return e
}
