package docs_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
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

var curlData = regexp.MustCompile(`(?s)^curl .* -d '(.*)'\n$`)

// TestPrintedAnswersAreTheAnswers sends the requests of the README's curl commands to the demo's graph and compares the answers with
// the JSON blocks after them.
func TestPrintedAnswersAreTheAnswers(t *testing.T) {
	t.Parallel()
	handler := serveShop(t, startShop(t), shopDocuments(t)...)
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
