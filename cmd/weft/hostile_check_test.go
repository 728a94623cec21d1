package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checked runs `weft check` on one document and returns its report, and whether it found errors.
func checked(t *testing.T, text string) (report string, failed bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "graph.graphql")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs([]string{"check", file})
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	var reported *reportedError
	if err != nil && !errors.As(err, &reported) {
		t.Fatalf("not a report but %v", err)
	}
	return out.String(), err != nil
}

const goodDocument = `extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  user: User @connect(source: "api", http: { GET: "/user" }, selection: "id name")
}
type User { id: ID! name: String }
`

// A document that cannot be used is a report that names the place, underlines it, and ends the program with exit code 1.
func TestHostileDocumentsAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		// want are parts of the report.
		want []string
	}{
		{"half a type", strings.TrimSuffix(goodDocument, "}\n"), []string{"graph.graphql:7:"}},
		{"no SDL", "<html>Sorry</html>", []string{"graph.graphql:1:1", "<html>", "^"}},
		{"binary", "\x00\x01\x02\xff", []string{"graph.graphql:1:4", "not valid UTF-8", "^"}},
		{"an unclosed string", strings.Replace(goodDocument, `"id name"`, `"id name`, 1), []string{"graph.graphql:5:"}},
		{"an unclosed block string", goodDocument + `""" never ends`, []string{"graph.graphql:8:"}},
		{"an unknown source", strings.Replace(goodDocument, `source: "api"`, `source: "apj"`, 1), []string{"graph.graphql:5:", `"apj"`, `"api"`, "^"}},
		{"an unknown type", strings.Replace(goodDocument, "user: User", "user: Usr", 1), []string{"graph.graphql:5:9", "Usr", "User", "^"}},
		{"a selection that is none", strings.Replace(goodDocument, `"id name"`, `"id {"`, 1), []string{"graph.graphql:5:", "^"}},
		{"braces without an end", goodDocument + "type T {" + strings.Repeat(" a: [", 100_000), []string{"graph.graphql:8:"}},
		{"values without an end", "type T @a(b: " + strings.Repeat("[", 1_000_000), []string{"graph.graphql:1:"}},
		{"a mapping without an end", strings.Replace(goodDocument, `"id name"`, `"id `+strings.Repeat("a {", 100_000)+`"`, 1), []string{"graph.graphql:5:"}},
		{"a mapping of brackets", strings.Replace(goodDocument, `"id name"`, `"id: $(`+strings.Repeat("[", 100_000)+`)"`, 1), []string{"graph.graphql:5:"}},
		{"nothing", "", []string{"NO_QUERIES", "no document has a Query type"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report, failed := checked(t, tt.text)
			if !failed {
				t.Errorf("no error:\n%.1000s", report)
			}
			for _, want := range tt.want {
				if !strings.Contains(report, want) {
					t.Errorf("the report does not have %q:\n%.2000s", want, report)
				}
			}
			if len(report) > 20_000 {
				t.Errorf("the report has %d bytes", len(report))
			}
		})
	}
	report, failed := checked(t, goodDocument)
	if failed || report != "1 document, 1 connector, no errors\n" {
		t.Errorf("a good document: %s", report)
	}
}
