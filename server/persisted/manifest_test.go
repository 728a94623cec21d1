package persisted_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/persisted"
)

// shown are documents and diagnostics, one on each line.
func shown(documents []persisted.Document, diags diag.List) string {
	var b strings.Builder
	for _, d := range documents {
		fmt.Fprintf(&b, "%s: %s %q %s\n", d.Span, d.ID, d.Name, d.Text)
	}
	for _, d := range diags {
		b.WriteString(d.Error() + "\n")
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  %s: %s\n", n.Span, n.Message)
		}
	}
	return b.String()
}

func TestManifestsAreReadAndTheirMistakesNamed(t *testing.T) {
	t.Parallel()
	const apollo = `{"format":"apollo-persisted-query-manifest","version":1,"operations":`
	for _, tt := range []struct{ name, text, want string }{
		{
			"Apollo", apollo + "[\n" + `  {"id":"1","name":"A","type":"query","body":"query A { a }"},` + "\n" +
				`  {"body":"{ b }","id":"2","clientName":null,"name":null}]}`,
			"m.json:2:9: 1 \"A\" query A { a }\nm.json:3:24: 2 \"\" { b }\n",
		},
		{"Apollo without operations", apollo + "[]}", ""},
		{
			"Relay", "{\n  \"0a1b\": \"query A {\\n  a\\n}\",\n  \"ü\" : \"{ b }\"\n}",
			"m.json:2:3: 0a1b \"\" query A {\n  a\n}\nm.json:3:3: ü \"\" { b }\n",
		},
		{"an empty map", "{}", ""},
		{"a map with the id format", `{"format":"{ a }"}`, "m.json:1:2: format \"\" { a }\n"},
		{"one id twice with one text", `{"a":"{ a }","a":"{ a }"}`, "m.json:1:2: a \"\" { a }\n"},
		{
			"one id for two texts", "{\"a\":\"{ a }\",\n\"a\":\"{ b }\"}",
			"m.json:1:2: a \"\" { a }\nm.json:2:1: error[WEFT_MANIFEST]: the id \"a\" stands for two different documents\n  m.json:1:2: the first one is here\n",
		},
		{"bad JSON", "{\n\"a\": \"{ a }\"\n\"b\"", "m.json:3:1: error[WEFT_MANIFEST]: the manifest is not valid JSON: expected ',' or '}' but found '\"'\n"},
		{"nothing", "", "m.json:1:1: error[WEFT_MANIFEST]: the manifest is not valid JSON: expected a value but the text ends\n"},
		{"bad UTF-8", "{\"a\":\"\xff\"}", "m.json:1:7: error[WEFT_MANIFEST]: the manifest is not valid JSON: invalid UTF-8\n"},
		{
			"deep", strings.Repeat("[", 600),
			"m.json:1:513: error[WEFT_MANIFEST]: the manifest is not valid JSON: nested deeper than 512 levels\n",
		},
		{"a list", `[{"id":"a","body":"{ a }"}]`, "m.json:1:1: error[WEFT_MANIFEST]: a manifest is a JSON object, not a list\n"},
		{"a number", `5`, "m.json:1:1: error[WEFT_MANIFEST]: a manifest is a JSON object, not a number\n"},
		{
			"a map with what is no text", `{"a":{"body":"{ a }"},"b":1e999,"c":null,"d":"{ d }"}`,
			"m.json:1:42: d \"\" { d }\n" +
				"m.json:1:6: error[WEFT_MANIFEST]: the document \"a\" must be a string, not an object\n" +
				"m.json:1:27: error[WEFT_MANIFEST]: the document \"b\" must be a string, not a number\n" +
				"m.json:1:37: error[WEFT_MANIFEST]: the document \"c\" must be a string, not null\n",
		},
		{
			"empty ids and texts", `{"":"{ a }","b":" "}`,
			"m.json:1:2: error[WEFT_MANIFEST]: the id of a document is empty\nm.json:1:13: error[WEFT_MANIFEST]: the document \"b\" is empty\n",
		},
		{
			"a long id", `{"` + strings.Repeat("x", 513) + `":"{ a }"}`,
			"m.json:1:2: error[WEFT_MANIFEST]: the id of a document has 513 bytes, more than the limit of 512\n",
		},
		{
			"another version", `{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}`,
			"m.json:1:55: error[WEFT_MANIFEST]: the \"version\" must be 1\n",
		},
		{
			"another format", `{"format":"mine","operations":[{"id":"a","body":"{ a }"}]}`,
			"m.json:1:38: a \"\" { a }\n" +
				"m.json:1:1: error[WEFT_MANIFEST]: the \"version\" is missing; it must be 1\n" +
				"m.json:1:11: error[WEFT_MANIFEST]: the \"format\" must be \"apollo-persisted-query-manifest\"\n",
		},
		{
			"operations that are none", apollo + `[5,{"id":"a"},{"id":7,"body":"{ a }"},{"id":"b","body":"{ b }","name":[]}]}`,
			"m.json:1:114: b \"\" { b }\n" +
				"m.json:1:71: error[WEFT_MANIFEST]: an operation must be an object with \"id\" and \"body\", not a number\n" +
				"m.json:1:73: error[WEFT_MANIFEST]: \"body\" is missing\n" +
				"m.json:1:90: error[WEFT_MANIFEST]: \"id\" must be a string, not a number\n" +
				"m.json:1:140: error[WEFT_MANIFEST]: \"name\" must be a string, not a list\n",
		},
		{"operations that are no list", apollo + `{}}`, "m.json:1:70: error[WEFT_MANIFEST]: \"operations\" must be a list, not an object\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, shown(persisted.Parse("m.json", tt.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManifestsOfSeveralFilesAreOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"web/b.json": `{"b":"{ b }","shared":"{ s }"}`, "web/a.json": `{"a":"{ a }","shared":"{ s }"}`, "web/readme.txt": "no manifest",
		"app.json": `{"a":"{ other }"}`, "empty/readme.txt": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	got := shown(persisted.Load([]string{in("web"), in("web/a.json"), in("app.json"), in("gone.json"), in("empty")}))
	want := `web/a.json:1:2: a "" { a }
web/a.json:1:14: shared "" { s }
web/b.json:1:2: b "" { b }
gone.json: error[WEFT_MANIFEST]: there is no such file or folder
empty: warning[WEFT_MANIFEST]: the folder has no .json files
app.json:1:2: error[WEFT_MANIFEST]: the id "a" stands for two different documents
  web/a.json:1:2: the first one is here
`
	if diff := cmp.Diff(want, strings.ReplaceAll(got, dir+string(filepath.Separator), "")); diff != "" {
		t.Error(diff)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"1","name":"A","type":"query","body":"{ a }"}]}`)
	f.Add(`{"a":"{ a }","a":"{ b }","\u0061":[{"x":[1e999,true,null]}]}`)
	f.Add("{\r\n\"ü\":\"\\ud800\"}")
	f.Fuzz(func(t *testing.T, text string) {
		documents, diags := persisted.Parse("m.json", text)
		ids := map[string]bool{}
		for _, d := range documents {
			if d.ID == "" || strings.TrimSpace(d.Text) == "" || ids[d.ID] {
				t.Errorf("there is a document %+v", d)
			}
			ids[d.ID] = true
			if d.Span.Start >= len(text) || d.Span.Line == 0 || text[d.Span.Start] != '"' {
				t.Errorf("%s is at %v", d.ID, d.Span)
			}
		}
		for _, d := range diags {
			if d.Span.Line == 0 {
				t.Errorf("a finding has no place: %v", d)
			}
		}
	})
}

// The files are what @apollo/generate-persisted-query-manifest, @graphql-codegen/client-preset and relay-compiler have written.
func TestManifestsOfToolsAreRead(t *testing.T) {
	t.Parallel()
	got := shown(persisted.Load([]string{"testdata"}))
	want := `testdata/apollo.json:6:13: 30fdcd38140257848880df2d5e42f0fcc0fb57d9ee5d3a25c1ec3a14717b031d "Change" mutation Change {
  greet(name: "c")
}
testdata/apollo.json:12:13: e5fc1730185526cb1bfaad3ed17a427d39b52755d193075eba062a4ec4686fd4 "Greeting" query Greeting($name: String) {
  greet(name: $name)
}
testdata/codegen.json:2:3: sha256:3e0cbf6fa505905204771f2c6cfac5e09417def7d39b114b12e2d0e1e80d00f6 "" query Greeting($name: String) { greet(name: $name) }
testdata/codegen.json:3:3: sha256:76237fc9b5b1335ef788ae1d573dbc195a54da382853a06efe95ffc91e8b288c "" mutation Change { greet(name: "c") }
testdata/relay.json:2:3: e25eb026f3a4cb0ef059e337a7da41aa "" query AppQuery(
  $name: String
) {
  greet(name: $name)
}

`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFilesAreTheManifestsAndTheirFolders(t *testing.T) {
	t.Parallel()
	got := persisted.Files([]string{"testdata", "gone.json"})
	want := []string{"testdata", "testdata/apollo.json", "testdata/codegen.json", "testdata/relay.json", "gone.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
