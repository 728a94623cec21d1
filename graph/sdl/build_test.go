package sdl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

func TestLoadReadsFoldersInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("graph/b.graphql")
	write("graph/a/z.graphqls")
	write("graph/notes.txt")
	alone := write("alone.sdl")
	missing := filepath.Join(dir, "missing.graphql")
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o750); err != nil {
		t.Fatal(err)
	}

	inputs, diags := Load([]string{alone, filepath.Join(dir, "graph"), filepath.Join(dir, "graph", "b.graphql"), missing, filepath.Join(dir, "empty")})
	var got []string
	for _, in := range inputs {
		got = append(got, in.Text)
	}
	if diff := cmp.Diff([]string{"alone.sdl", "graph/a/z.graphqls", "graph/b.graphql"}, got); diff != "" {
		t.Errorf("unexpected documents (-want +got):\n%s", diff)
	}
	if len(diags) != 2 || diags[0].Span.File != missing || diags[0].Message != "there is no such file or folder" || diags[1].Severity != diag.Warning {
		t.Errorf("unexpected diagnostics: %v", diags)
	}
}

func TestMappingsAreLocatedInTheirDocument(t *testing.T) {
	t.Parallel()
	text := `extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
type Query {
  a(id: ID): User @connect(http: { GET: "http://a.test/{$args.id}" }, selection: """
    id
    name
  """)
}
type User { id: ID! name: String }
`
	g, diags := Build([]Input{{File: "a.graphql", Text: text}}, Options{})
	if g == nil {
		t.Fatal(diags)
	}
	c := g.Connector(1)
	name := c.Outputs.Fields[1]
	span := c.Locate(c.Call.Selection, name.Offset, name.End)
	if span.Line != 5 || span.Column != 5 || text[span.Start:span.End] != "name" {
		t.Errorf("the output is located at %v: %q", span, text[span.Start:span.End])
	}
	hole := c.Call.HTTP.URL.Parts()[1].Hole
	if span := c.Locate(hole, 0, 5); text[span.Start:span.End] != "$args" {
		t.Errorf("the hole is located at %v: %q", span, text[span.Start:span.End])
	}
	other, err := mapping.Parse("x", mapping.V04)
	if err != nil {
		t.Fatal(err)
	}
	if span := c.Locate(other, 0, 1); span != c.Origin {
		t.Errorf("a foreign mapping is located at %v", span)
	}
}

func TestNoDocumentsIsAnError(t *testing.T) {
	t.Parallel()
	if g, diags := Build(nil, Options{}); g != nil || !diags.HasErrors() {
		t.Errorf("got %v %v", g, diags)
	}
}

func TestHostileDocumentsAreCheap(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"undefined types":     "type Query { " + many(5_000, "f%[1]d: Undefined%[1]d ") + "}",
		"unclosed types":      many(5_000, "type T%d { a: Int "),
		"errors on one line":  "type Query { " + many(5_000, "f%d:: Int ") + "}",
		"errors on lines":     "type Query {\n" + many(5_000, "f%d:: Int\n") + "}",
		"brackets":            strings.Repeat("{", 200_000),
		"quotes":              strings.Repeat(`"`, 200_001),
		"extensions":          "type Query { a: Int }" + many(5_000, "extend type Query { f%d: Int }"),
		"enum extensions":     "type Query { a: E }" + many(5_000, "extend enum E { V%d }"),
		"many directives":     "type Query { a: Int " + many(5_000, "@d%d ") + "}",
		"chain of interfaces": "type Query { a: Int }" + many(1_000, "interface I%[1]d { a: Int }"),
		"one long line":       "type Query { " + many(5_000, "äöü%d: Int ") + "}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Build([]Input{{File: "a.graphql", Text: text}}, Options{}) // the test's own time limit is the check
		})
	}
}

func TestTheFirstDescriptionOfASchemaIsTheGraphs(t *testing.T) {
	t.Parallel()
	g, diags := Build([]Input{
		{File: "a.graphql", Text: "type Query { a: Int }"},
		{File: "b.graphql", Text: "\"All about b\" schema { query: Query } type Query { b: Int }"},
		{File: "c.graphql", Text: "\"All about c\" schema { query: Query } type Query { c: Int }"},
	}, Options{})
	if g == nil {
		t.Fatal(diags)
	}
	if got := g.Schema.Description; got != "All about b" {
		t.Errorf("got %q", got)
	}
}

func FuzzBuild(f *testing.F) {
	addCorpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		g, diags := Build([]Input{{File: "a.graphql", Text: text}}, Options{})
		if (g == nil) != diags.HasErrors() {
			t.Errorf("graph is nil: %t; %v", g == nil, diags)
		}
		if g != nil {
			checkGraph(t, g)
		}
		if g, _ := Build([]Input{{File: "a.graphql", Text: text}}, Options{Allow: allCodes()}); g != nil {
			checkGraph(t, g)
		}
		for _, d := range CheckConnectors([]Input{{File: "a.graphql", Text: text}}, Options{}) {
			if !isSpecified(d.Code) || d.Severity == diag.Warning && d.Code != codeNoSourceImport {
				t.Errorf("not the specification's: %v", d)
			}
			diags.Add(d)
		}
		for _, d := range diags {
			if d.Code == "" || d.Message == "" || d.Span.End > len(text) || d.Span.Start > d.Span.End {
				t.Errorf("bad diagnostic: %+v", d)
			}
		}
	})
}

// checkGraph checks what whoever reads a graph relies on, allowed errors or not.
func checkGraph(t *testing.T, g *Graph) {
	t.Helper()
	if g.Schema == nil || g.Query == 0 {
		t.Error("the graph has no schema or no Query type")
	}
	for _, f := range g.Fields[1:] {
		if f.Named == 0 || f.Type == nil || f.Parent == 0 {
			t.Errorf("field %q has no type", f.Name)
		}
	}
	for _, typ := range g.Types[1:] {
		for _, k := range typ.Keys {
			if len(k.Fields) == 0 {
				t.Errorf("a key of %q has no fields", typ.Name)
			}
		}
	}
	for _, c := range g.Connectors[1:] {
		isHTTP := g.Sources[c.Source].Settings.Kind == datasources.HTTP
		if c.Source == 0 || c.On == 0 || c.Call.Selection == nil || c.Outputs == nil || isHTTP && c.Call.HTTP != nil && c.Call.HTTP.URL == nil {
			t.Errorf("connector %s is not complete", c.Call.Coordinate)
		}
	}
}

// allCodes are the codes that a fuzzed document can have errors of.
func allCodes() []string {
	return append(specifiedCodes(),
		codeNoQueries, codeTypeKind, codeFieldType, codeArgumentType, codeArgumentDefault, codeInputDefault, codeRequiredArgument,
		codeRequiredInput, codeEmptyInput, codeEmptyEnum, codeEnumValue, codeSharing, codeExternalMissing, codeInterfaceField,
		codeKeyFields, codeRequiresFields, codeProvidesFields, codeReferencedInaccessible, codeOnlyInaccessible,
		codeRequiredInaccessible, codeImplInaccessible, codeRootInaccessible, codeDocumentName, codeDialects, codeUnsupported,
		codeBatch, codeBatchBy,
	)
}

// BenchmarkBuild builds one document with 2,000 types, half of them with a connector, and as many fields with one.
func BenchmarkBuild(b *testing.B) {
	for _, types := range []int{200, 2000} {
		b.Run(fmt.Sprintf("types=%d", types), func(b *testing.B) {
			in := []Input{{File: "big.graphql", Text: bigDocument(types)}}
			b.SetBytes(int64(len(in[0].Text)))
			b.ReportAllocs()
			for b.Loop() {
				if g, diags := Build(in, Options{}); g == nil {
					b.Fatal(diags[0])
				}
			}
		})
	}
}

func bigDocument(types int) string {
	var s strings.Builder
	s.WriteString(`extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query {
  start: T0 @connect(source: "api", http: { GET: "/" }, selection: "id name")
}
`)
	for i := range types {
		fmt.Fprintf(&s, "\"\"\"\nType %d\n\"\"\"\ntype T%d", i, i)
		if i%4 == 0 {
			fmt.Fprintf(&s, "\n  @connect(source: \"api\", http: { GET: \"/t%d/{$this.id}\" }, selection: \"id name count\")", i)
		}
		fmt.Fprintf(&s, " {\n  id: ID!\n  name: String\n  count: Int!\n")
		fmt.Fprintf(&s, "  next: T%d", (i+1)%types)
		if i%4 == 2 {
			fmt.Fprintf(&s, "\n    @connect(source: \"api\", http: { GET: \"/n/{$this.id}\" }, selection: \"\"\"\n      id\n      name: $.fullName\n    \"\"\")")
		}
		s.WriteString("\n}\n")
	}
	return s.String()
}

func TestDocumentsOfAFileSystemFindTheirContractsThere(t *testing.T) {
	t.Parallel()
	inputs, err := LoadFS(fstest.MapFS{
		"b.graphqls":       {Data: []byte("b")},
		"a/c.graphql":      {Data: []byte("c")},
		"a/api.proto":      {Data: []byte("proto")},
		"a/c.graphql.orig": {Data: []byte("no document")},
	})
	if err != nil || len(inputs) != 2 || inputs[0].File != "a/c.graphql" || inputs[0].Text != "c" || inputs[1].File != "b.graphqls" {
		t.Fatalf("got %v, %v", inputs, err)
	}
	if text, err := inputs[0].Files.Read("api.proto"); err != nil || string(text) != "proto" {
		t.Errorf("the contract: %q, %v", text, err)
	}
}
