package soap

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func parse(tb testing.TB, text string) *mapping.Mapping {
	tb.Helper()
	if text == "" {
		return nil
	}
	m, err := mapping.Parse(text, mapping.V04)
	if err != nil {
		tb.Fatalf("mapping %q: %v", text, err)
	}
	return m
}

func template(tb testing.TB, text string) *mapping.Template {
	tb.Helper()
	tpl, err := mapping.ParseTemplate(text, mapping.V04)
	if err != nil {
		tb.Fatalf("template %q: %v", text, err)
	}
	return tpl
}

func parseValue(tb testing.TB, text string) value.Value {
	tb.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("value %q: %v", text, err)
	}
	return v
}

// anyShape is one value of any kind, taken whole.
func anyShape() *table.Shape {
	return &table.Shape{Levels: []table.Level{{
		Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.Any}}},
	}}}
}

// setup is a source and one connector of it.
type setup struct {
	wsdl, service, port string
	// address is where the port is called; empty for the contract's own.
	address   string
	operation string
	message   string
	headers   string
	selection string
	isSuccess string
	needsBody bool
	options   Options
	change    func(*datasources.Settings, *datasources.Connector)
}

// settings are the source's.
func (s setup) settings(tb testing.TB) datasources.Settings {
	tb.Helper()
	settings := datasources.Settings{Kind: datasources.SOAP, Name: "test.soap", SOAP: &datasources.SOAPSource{
		WSDL: s.wsdl, Service: s.service, Port: s.port, Files: datasources.Folder("testdata"),
	}}
	if s.address != "" {
		settings.SOAP.Address = template(tb, s.address)
	}
	return settings
}

// bind opens the source and binds the connector.
func (s setup) bind(tb testing.TB) (datasources.Binding, []diag.Diagnostic) {
	tb.Helper()
	settings := s.settings(tb)
	selection := s.selection
	if selection == "" {
		selection = "$"
	}
	c := datasources.Connector{
		SOAP:      &datasources.SOAPConnector{Operation: s.operation, Message: parse(tb, s.message), Headers: parse(tb, s.headers)},
		Selection: parse(tb, selection),
		IsSuccess: parse(tb, s.isSuccess),
		NeedsBody: s.needsBody,
	}
	c.Locate = placeInTest
	if s.change != nil {
		s.change(&settings, &c)
	}
	source, err := Opener(s.options)(tb.Context(), settings)
	if err != nil {
		tb.Fatal(explain(err))
	}
	tb.Cleanup(func() {
		if err := source.Close(); err != nil {
			tb.Error(err)
		}
	})
	return source.Bind(c)
}

// placeInTest is a place in these tests: the text of the mapping that it encloses.
func placeInTest(m *mapping.Mapping, offset, end int) diag.Span {
	return diag.Span{File: m.Text()[offset:end], Start: offset, End: end}
}

// canSend tells whether a connector can be called with a value of the argument x.
func canSend(tb testing.TB, b datasources.Binding, x string) bool {
	tb.Helper()
	f, err := b.Prepare(anyShape())
	if err != nil {
		tb.Fatal(err)
	}
	env := &mapping.Env{}
	env.Vars[mapping.Args] = parseValue(tb, `{"x":`+x+`}`)
	_, err = f.Request(env)
	return err == nil
}

// explain returns an error with all diagnostics of a contract.
func explain(err error) error {
	if wrong := (*datasources.ContractError)(nil); errors.As(err, &wrong) {
		return wrong.Diagnostics
	}
	return err
}

// fetcher prepares the connector.
func (s setup) fetcher(tb testing.TB, shape *table.Shape) datasources.Fetcher {
	tb.Helper()
	b, found := s.bind(tb)
	if len(found) > 0 {
		tb.Fatal(diag.List(found))
	}
	f, err := b.Prepare(shape)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// call makes one call and returns what the selection gives, as JSON.
func call(ctx context.Context, tb testing.TB, f datasources.Fetcher, shape *table.Shape, env *mapping.Env) (string, error) {
	tb.Helper()
	r, err := f.Request(env)
	if err != nil {
		return "", err
	}
	reply, err := f.Do(ctx, r)
	if err != nil {
		return "", err
	}
	return decode(f, shape, reply, env)
}

// decode decodes a reply for anyShape.
func decode(f datasources.Fetcher, shape *table.Shape, reply *datasources.Reply, env *mapping.Env) (string, error) {
	b := table.NewBuilder(shape, reply.Body)
	if _, err := f.Decode(reply, env, b); err != nil {
		return "", err
	}
	t := b.Finish()
	if t.Root.IsNull() || len(t.Levels[0].Cells) == 0 {
		return "null", nil
	}
	return string(t.Bytes(t.Levels[0].Cells[0])), nil
}

// serve runs a server for the test and returns its base URL.
func serve(tb testing.TB, h http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.URL
}

// answer is a server that always replies the same.
func answer(tb testing.TB, status int, contentType, body string) string {
	tb.Helper()
	return serve(tb, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			tb.Error(err)
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// wrap puts the content of a body into an envelope.
func wrap(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header/><S:Body>` +
		body + `</S:Body></S:Envelope>`
}
