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

func parse(t testing.TB, text string) *mapping.Mapping {
	t.Helper()
	if text == "" {
		return nil
	}
	m, err := mapping.Parse(text, mapping.V04)
	if err != nil {
		t.Fatalf("mapping %q: %v", text, err)
	}
	return m
}

func template(t testing.TB, text string) *mapping.Template {
	t.Helper()
	if text == "" {
		return nil
	}
	tpl, err := mapping.ParseTemplate(text, mapping.V04)
	if err != nil {
		t.Fatalf("template %q: %v", text, err)
	}
	return tpl
}

func parseValue(t testing.TB, text string) value.Value {
	t.Helper()
	if text == "" {
		return value.Missing()
	}
	v, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatalf("value %q: %v", text, err)
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
func prepare(t testing.TB, s datasources.Settings, c datasources.Connector, shape *table.Shape, o Options) datasources.Fetcher {
	t.Helper()
	s.Kind = datasources.HTTP
	if s.HTTP == nil {
		s.HTTP = &datasources.HTTPSource{}
	}
	if c.Selection == nil {
		c.Selection = parse(t, "id")
	}
	source, err := Opener(o)(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	b, diagnostics := source.Bind(c)
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	f, err := b.Prepare(shape)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// get is a connector that gets the URL.
func get(t testing.TB, url string) *datasources.HTTPConnector {
	t.Helper()
	return &datasources.HTTPConnector{Method: http.MethodGet, URL: template(t, url)}
}

// serve runs a server for the test and returns its base URL.
func serve(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// received is what a server has seen of a request.
type received struct {
	uri, host, body string
	header          http.Header
	length          int64
}

// record serves empty replies and returns the base URL, and a function that returns the last request.
func record(t testing.TB) (base string, last func() received) {
	t.Helper()
	seen := make(chan received, 1)
	base = serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
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
