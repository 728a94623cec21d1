package rest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// unexpectedFormat is what clients are told of a body that is not what its content type says.
const unexpectedFormat = "The server returned data in an unexpected format."

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
	if text == "" {
		return nil
	}
	tpl, err := mapping.ParseTemplate(text, mapping.V04)
	if err != nil {
		tb.Fatalf("template %q: %v", text, err)
	}
	return tpl
}

func parseValue(tb testing.TB, text string) value.Value {
	tb.Helper()
	if text == "" {
		return value.Missing()
	}
	v, err := value.Parse([]byte(text))
	if err != nil {
		tb.Fatalf("value %q: %v", text, err)
	}
	return v
}

// idShape is one object with the field id.
func idShape() *table.Shape {
	return &table.Shape{Levels: []table.Level{{
		Types:   []string{"T"},
		Members: []table.Member{{Path: []string{"id"}, Type: &table.Type{Leaf: table.Any}}},
	}}}
}

// prepare makes the fetcher of a connector; what the connector lacks is filled in.
func prepare(tb testing.TB, s datasources.Settings, c datasources.Connector, shape *table.Shape, o Options) datasources.Fetcher {
	tb.Helper()
	s.Kind = datasources.HTTP
	if s.HTTP == nil {
		s.HTTP = &datasources.HTTPSource{}
	}
	if c.Selection == nil {
		c.Selection = parse(tb, "id")
	}
	source, err := Opener(o)(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := source.Close(); err != nil {
			tb.Error(err)
		}
	})
	b, diagnostics := source.Bind(c)
	if len(diagnostics) > 0 {
		tb.Fatal(diagnostics)
	}
	f, err := b.Prepare(shape)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// get is a connector that gets the URL.
func get(tb testing.TB, url string) *datasources.HTTPConnector {
	tb.Helper()
	return &datasources.HTTPConnector{Method: http.MethodGet, URL: template(tb, url)}
}

// serve runs a server for the test and returns its base URL.
func serve(tb testing.TB, h http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.URL
}

// received is what a server has seen of a request.
type received struct {
	uri, host, body string
	header          http.Header
	length          int64
}

// record serves empty replies and returns the base URL, and a function that returns the last request.
func record(tb testing.TB) (base string, last func() received) {
	tb.Helper()
	seen := make(chan received, 1)
	base = serve(tb, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			tb.Error(err)
		}
		seen <- received{uri: r.RequestURI, host: r.Host, body: string(body), header: r.Header, length: r.ContentLength}
	})
	return base, func() received { return <-seen }
}

// send builds the request and sends it to a recording server.
func send(t *testing.T, f datasources.Fetcher, env *mapping.Env) {
	t.Helper()
	r, err := f.Request(env)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := f.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status != http.StatusOK {
		t.Fatalf("the server could not read %s: status %d", r.URL, reply.Status)
	}
}
