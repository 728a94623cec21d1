package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// Options change how sources work. The zero Options are for production.
type Options struct {
	// Transport sends the requests instead of the source's own connections; it is not closed with the source.
	Transport http.RoundTripper
	Mode      response.Mode
}

var errNoHTTP = errors.New("the source has no HTTP settings")

// Open makes a source for the settings, which must be of Kind HTTP. It makes no connection yet. A base URL that cannot be
// used, perhaps because a variable is not set, is reported by every request and not here: it concerns this source alone.
func Open(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
	return Opener(Options{})(ctx, s)
}

var _ datasources.Open = Open

// Opener returns Open with options.
func Opener(o Options) datasources.Open {
	return func(_ context.Context, s datasources.Settings) (datasources.Source, error) {
		if s.Kind != datasources.HTTP || s.HTTP == nil {
			return nil, errNoHTTP
		}
		return newSource(s, o), nil
	}
}

// source is one HTTP back end. Everything but the state of its connections is immutable.
type source struct {
	settings datasources.Settings
	http     *datasources.HTTPSource
	mode     response.Mode
	base     httpcall.Address
	baseErr  error
	client   httpcall.Client
	close    func()
}

var _ datasources.Source = (*source)(nil)

func newSource(settings datasources.Settings, o Options) *source {
	s := &source{settings: settings, http: settings.HTTP, mode: o.Mode, close: func() {}}
	var env mapping.Env
	response.NewVariables(settings, datasources.Connector{}).BindSource(&env)
	s.base, s.baseErr = baseAddress(settings, &env)
	s.client = httpcall.Client{Transport: o.Transport, MaxReply: settings.ReplyLimit()}
	if o.Transport == nil {
		t := httpcall.NewTransport(settings)
		s.client.Transport, s.close = t, t.CloseIdleConnections
	}
	return s
}

// Close implements datasources.Source: idle connections are closed, those in use when their calls end.
func (s *source) Close() error {
	s.close()
	return nil
}

// Bind implements datasources.Source.
func (s *source) Bind(c datasources.Connector) (datasources.Binding, []diag.Diagnostic) {
	if c.HTTP == nil || c.HTTP.URL == nil || c.Selection == nil {
		return nil, []diag.Diagnostic{{
			Code:    "MISSING_HTTP_METHOD",
			Message: "a connector of an HTTP source needs an HTTP method and a selection",
			Span:    c.Origin,
		}}
	}
	return &binding{
		connector: c,
		source:    s,
		vars:      response.NewVariables(s.settings, c),
		judge:     response.NewJudge(s.settings, c),
		request:   newRequestPlan(s, c),
	}, nil
}

// binding is one connector of a source.
type binding struct {
	connector datasources.Connector
	source    *source
	vars      *response.Variables
	judge     *response.Judge
	request   requestPlan
}

var _ datasources.Binding = (*binding)(nil)

// Prepare implements datasources.Binding.
func (b *binding) Prepare(want *table.Shape) (datasources.Fetcher, error) {
	f := &fetcher{binding: b, selection: response.NewSelection(b.connector, want)}
	if b.source.mode == response.Auto {
		f.program = compile(f.selection, want)
	}
	if b.connector.Stream {
		return streamer{f}, nil
	}
	return f, nil
}
