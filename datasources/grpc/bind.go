package grpc

import (
	"cmp"
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// Bind implements datasources.Source: the method is looked up in the contract, and the mappings are held against its messages.
func (s *source) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	if c.GRPC == nil || c.Selection == nil {
		return nil, []diag.Diagnostic{{
			Code:    codeMethod,
			Message: "a connector of a gRPC source needs a method and a selection",
			Span:    c.Origin,
		}}
	}
	method, problem := s.contract.method(c.GRPC, c.Stream)
	if problem != nil {
		return nil, []diag.Diagnostic{*problem}
	}
	b := &binding{
		connector: c,
		source:    s,
		vars:      response.NewVariables(s.settings, c),
		judge:     response.NewJudge(s.settings, c),
		output:    s.contract.message(method.Output()),
		collects:  method.IsStreamingServer() && !c.Stream,
		request: requestPlan{
			line:       c.GRPC.Method,
			path:       "/" + c.GRPC.Method,
			contract:   s.contract,
			input:      s.contract.message(method.Input()),
			mapping:    c.GRPC.Message,
			metadata:   mergeMetadata(c.GRPC.Metadata, s.settings.GRPC.Metadata),
			rules:      s.settings.HeaderRules.Beside(s.settings.GRPC.Metadata, c.GRPC.Metadata),
			addressErr: s.addressErr,
		},
	}
	if b.collects {
		b.output = listOf(b.output)
		b.request.maxMessages = cmp.Or(c.GRPC.MaxMessages, datasources.DefaultMaxMessages)
	}
	b.details = newDetailFilter(shownDetails(s.settings, c.GRPC))
	found := b.check()
	if found.HasErrors() {
		return nil, found
	}
	return b, found
}

// binding is one connector of a source.
type binding struct {
	connector datasources.Connector
	source    *source
	vars      *response.Variables
	judge     *response.Judge
	// output is the type of a reply with the code OK.
	output *message
	// details are those that clients see of a failure.
	details detailFilter
	// collects tells that a reply is a list of all messages of a stream.
	collects bool
	request  requestPlan
}

var _ datasources.Binding = (*binding)(nil)

// Prepare implements datasources.Binding.
func (b *binding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	f := newFetcher(b, want)
	switch {
	case b.connector.Stream:
		return streamer{f}, nil
	case b.collects:
		return collector{f}, nil
	default:
		return f, nil
	}
}

// check holds the mappings of the request and of a successful reply against the contract. Those that look at failures see
// something else, about which the contract says nothing.
func (b *binding) check() diag.List {
	messages := messageCheck{binding: b}
	messages.run()
	selection := selectionCheck{binding: b}
	selection.run()
	return slices.Concat(messages.found, selection.found, b.source.contract.checkDetails(b.connector.GRPC.ErrorDetails))
}

// failureMappings are the mappings besides the selection that may look at a reply.
func (b *binding) failureMappings() []*mapping.Mapping {
	c, s := &b.connector, &b.source.settings
	var all []*mapping.Mapping
	for _, m := range []*mapping.Mapping{
		c.IsSuccess, s.IsSuccess, c.ErrorsMessage, s.ErrorsMessage, c.ErrorsExtensions, s.ErrorsExtensions,
	} {
		if m != nil {
			all = append(all, m)
		}
	}
	return all
}
