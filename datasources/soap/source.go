package soap

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// Options change how sources work. The zero Options are for production.
type Options struct {
	// Transport sends the requests instead of the source's own connections; it is not closed with the source.
	Transport http.RoundTripper
	// Now tells the time of messages that have one; nil is the system's clock.
	Now  func() time.Time
	Mode response.Mode
}

var errNoSOAP = errors.New("the source has no SOAP settings")

// Open makes a source for the settings, which must be of Kind SOAP, and loads its contract: from files, or with GET requests
// when the WSDL is a URL. What is wrong with the contract is a *datasources.ContractError. No call of the service is made.
func Open(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
	return Opener(Options{})(ctx, s)
}

var _ datasources.Open = Open

// Opener returns Open with options.
func Opener(o Options) datasources.Open {
	return func(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
		if s.Kind != datasources.SOAP || s.SOAP == nil {
			return nil, errNoSOAP
		}
		return open(ctx, s, o)
	}
}

// source is one service. Everything but the state of its connections is immutable.
type source struct {
	settings datasources.Settings
	soap     *datasources.SOAPSource
	contract *wsdl.Contract
	port     *wsdl.Port
	support  support
	// url is where the port is called; urlErr is why that cannot be.
	url    string
	urlErr error
	client httpcall.Client
	close  func()
	mode   response.Mode

	dialect *dialect
	// security is nil without one; securityErr is why it cannot be made.
	security    *security
	securityErr error
	now         func() time.Time
}

var _ datasources.Source = (*source)(nil)

func open(ctx context.Context, settings datasources.Settings, o Options) (*source, error) {
	s := &source{settings: settings, soap: settings.SOAP, close: func() {}, now: o.Now, mode: o.Mode}
	if s.now == nil {
		s.now = time.Now
	}
	s.client = httpcall.Client{Transport: o.Transport, MaxReply: settings.ReplyLimit()}
	if o.Transport == nil {
		t := httpcall.NewTransport(settings)
		s.client.Transport, s.close = t, t.CloseIdleConnections
	}
	if err := s.load(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// load reads the contract and chooses the port.
func (s *source) load(ctx context.Context) error {
	reader, location := s.reader()
	var found diag.List
	if s.contract, found = wsdl.Load(ctx, reader, location); len(found) > 0 {
		adviseAddress(found, location, reader.Show(location))
		return &datasources.ContractError{Diagnostics: found}
	}
	var wrong *diag.Diagnostic
	if s.port, wrong = choosePort(s.contract, s.soap); wrong != nil {
		if wrong.Span.IsZero() {
			wrong.Span = diag.Span{File: reader.Show(location)}
		}
		return &datasources.ContractError{Diagnostics: diag.List{*wrong}}
	}
	s.dialect = dialectOf(s.port)
	s.support = newSupport(s.port)
	s.url, s.urlErr = s.address()
	s.security, s.securityErr = newSecurity(s.soap.Security, s.environment())
	return nil
}

// Close implements datasources.Source: idle connections are closed, those in use when their calls end.
func (s *source) Close() error {
	s.close()
	return nil
}

// Bind implements datasources.Source.
func (s *source) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	if c.SOAP == nil || c.Selection == nil {
		return nil, []diag.Diagnostic{{
			Code: codeOperation, Message: "a connector of a SOAP source needs an operation and a selection", Span: c.Origin,
		}}
	}
	operation, wrong := s.operation(&c)
	if wrong != nil {
		return nil, []diag.Diagnostic{*wrong}
	}
	found := s.check(&c, operation)
	if found.HasErrors() {
		return nil, found
	}
	b := &binding{
		connector: c,
		source:    s,
		operation: operation,
		vars:      response.NewVariables(s.settings, c),
		judge:     response.NewJudge(s.settings, c),
		request:   newRequestPlan(s, operation, c.SOAP),
	}
	b.reply = newReplyPlan(s, operation, c)
	return b, found
}

// readsOf is what a selection and the connector's other mappings read of a reply's content.
func readsOf(reads *mapping.Paths, s datasources.Settings, c datasources.Connector) *mapping.Paths {
	for _, m := range []*mapping.Mapping{
		s.IsSuccess, s.ErrorsMessage, s.ErrorsExtensions, c.IsSuccess, c.ErrorsMessage, c.ErrorsExtensions,
	} {
		if m != nil {
			reads = reads.Merge(m.Reads())
		}
	}
	return reads
}

// binding is one connector of a source.
type binding struct {
	connector datasources.Connector
	source    *source
	operation *wsdl.Operation
	vars      *response.Variables
	judge     *response.Judge
	request   requestPlan
	reply     replyPlan
}

var _ datasources.Binding = (*binding)(nil)

// Prepare implements datasources.Binding.
func (b *binding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	f := &fetcher{binding: b, selection: response.NewSelection(b.connector, want)}
	f.program = message.Compile(b.source.contract.Schemas, b.operation.Output, readsOf(f.selection.Reads(), b.source.settings, b.connector))
	if b.source.mode != response.EvaluateOnly && !b.operation.OutputEncoded && !(b.judge.Decides() && b.judge.ReadsBody()) {
		f.scan = compileScan(f.selection, f.program, want, b.operation.IsRPC)
	}
	return f, nil
}
