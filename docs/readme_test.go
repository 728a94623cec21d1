package docs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

var (
	makeCommand = regexp.MustCompile("(?m)(?:^|`)make ([a-z]+)")
	makeTarget  = regexp.MustCompile(`(?m)^([a-z]+):`)
)

func TestMakeTargetsOfThePagesExist(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(under("Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, found := range makeTarget.FindAllSubmatch(makefile, -1) {
		targets[string(found[1])] = true
	}
	for _, p := range pages(t) {
		for _, found := range makeCommand.FindAllStringSubmatch(p.text, -1) {
			if !targets[found[1]] {
				t.Errorf("%s: there is no target for `make %s`", p.file, found[1])
			}
		}
	}
}

// TestPrintedPlansAreThePlans runs the commands of blocks that begin with "$ weft plan", without flags but --query.
func TestPrintedPlansAreThePlans(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			command, want, _ := strings.Cut(b.text, "\n")
			args, ok := strings.CutPrefix(command, "$ weft plan ")
			if !ok {
				continue
			}
			checked++
			var schema, query string
			if _, err := fmt.Sscanf(args, "%s --query %s", &schema, &query); err != nil {
				t.Fatalf("%s:%d: %s: %v", p.file, b.line, command, err)
			}
			if diff := cmp.Diff(want, planText(t, schema, query)); diff != "" {
				t.Errorf("%s:%d: unexpected plan (-page +weft):\n%s", p.file, b.line, diff)
			}
		}
	}
	if checked == 0 {
		t.Error("there are no plans")
	}
}

func planText(t *testing.T, schema, query string) string {
	t.Helper()
	inputs, diags := sdl.Load([]string{under(schema)})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	g, diags := server.Check(t.Context(), server.Definition{Documents: inputs})
	if g == nil {
		t.Fatal(diags)
	}
	text, err := os.ReadFile(under(query))
	if err != nil {
		t.Fatal(err)
	}
	p, err := server.Plan(g, graph.Limits{}, graph.Query{Text: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return string(p.AppendText(nil))
}

// TestPrintedReportIsTheReport checks the block that begins with "```graphql broken FILE" and compares the report with the block after it.
func TestPrintedReportIsTheReport(t *testing.T) {
	t.Parallel()
	blocks := readPage(t, "README.md").blocks()
	for i, b := range blocks {
		file, ok := strings.CutPrefix(b.note, "broken ")
		if !ok {
			continue
		}
		command, want, _ := strings.Cut(blocks[i+1].text, "\n")
		if command != "$ weft check "+file {
			t.Fatalf("line %d: the command is %q", blocks[i+1].line, command)
		}
		_, diags := server.Check(t.Context(), server.Definition{Documents: []sdl.Input{{File: file, Text: b.text}}})
		var got strings.Builder
		if err := diag.Render(&got, diags, map[string]string{file: b.text}, false); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.String()); diff != "" {
			t.Errorf("line %d: unexpected report (-page +weft):\n%s", blocks[i+1].line, diff)
		}
		return
	}
	t.Error("there is no broken document")
}

var curlData = regexp.MustCompile(`(?s)^curl .* -d '(.*)'\n$`)

// TestPrintedAnswersAreTheAnswers sends the requests of the README's curl commands to the demo's graph and compares the answers with
// the JSON blocks after them.
func TestPrintedAnswersAreTheAnswers(t *testing.T) {
	t.Parallel()
	handler := demo(t, shopDocuments(t)...)
	blocks := readPage(t, "README.md").blocks()
	checked := 0
	for i, b := range blocks {
		found := curlData.FindStringSubmatch(b.text)
		if found == nil {
			continue
		}
		checked++
		if diff := cmp.Diff(compact(t, blocks[i+1].text), post(t, handler, found[1])); diff != "" {
			t.Errorf("line %d: unexpected answer (-page +weft):\n%s", b.line, diff)
		}
	}
	if checked == 0 {
		t.Error("there are no requests")
	}
}

// TestTourOfTheReadmeAnswers asks every connector of the tour, with the shop's back end behind it.
func TestTourOfTheReadmeAnswers(t *testing.T) {
	t.Parallel()
	handler := demo(t, sdl.Input{File: "shop.graphql", Text: tourOf(readPage(t, "README.md"))})
	got := post(t, handler, `{"query":"{
		user(id: 7) { name city orders(status: \"PAID\") { lines { quantity } } }
		order(id: 1028) { total lines { product { name price } } }
		latest { id status }
		search(text: \"cup\") { ... on Product { name price } ... on User { name orders { total } } }
	}"}`)
	var answer struct {
		Data   map[string]json.RawMessage `json:"data"`
		Errors []json.RawMessage          `json:"errors"`
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Errors) > 0 {
		t.Errorf("unexpected errors: %s", answer.Errors)
	}
	for field, v := range answer.Data {
		if string(v) == "null" || string(v) == "[]" {
			t.Errorf("%s is %s", field, v)
		}
	}
}

// post sends a request and returns the answer without blanks. Line ends in the body, which JSON does not allow in a string, are dropped.
func post(t *testing.T, handler http.Handler, body string) string {
	t.Helper()
	body = strings.NewReplacer("\n", " ", "\t", "").Replace(body)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return compact(t, w.Body.String())
}

// compact removes the blanks of a JSON text, and nothing else: the order of keys and the spelling of numbers count.
func compact(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out.String()
}

func shopDocuments(t *testing.T) []sdl.Input {
	t.Helper()
	inputs, diags := sdl.Load([]string{under("examples/shop/schema")})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return inputs
}

// demo serves documents with the shop's back end, as `weft demo` does.
func demo(t *testing.T, documents ...sdl.Input) http.Handler {
	t.Helper()
	backend, err := shop.Start(t.Context(), shop.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Close() }) // nothing is written that could be lost
	settings := &config.Config{Sources: map[string]config.Source{}}
	for name, address := range backend.Overrides() {
		settings.Sources[name] = config.Source{OverrideURL: address}
	}
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: documents, Config: settings})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	return gateway.Handler(zap.NewNop(), server.Exposure{})
}
