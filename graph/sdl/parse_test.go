package sdl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/vektah/gqlparser/v2/ast"
	gqlparser "github.com/vektah/gqlparser/v2/parser"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/schema"
)

// theirs parses with gqlparser; nil when it refuses the text.
func theirs(text string) *ast.SchemaDocument {
	tree, err := gqlparser.ParseSchema(&ast.Source{Name: "x", Input: text})
	if err != nil {
		return nil
	}
	return tree
}

// sameTree compares our syntax tree with gqlparser's, positions and comments aside.
func sameTree(ours syntax, other *ast.SchemaDocument) string {
	mine := &ast.SchemaDocument{Directives: ours.directives}
	for _, d := range ours.definitions {
		if d.isExtension {
			mine.Extensions = append(mine.Extensions, d.Definition)
		} else {
			mine.Definitions = append(mine.Definitions, d.Definition)
		}
	}
	other.Schema = append(other.Schema, other.SchemaExtension...)
	other.SchemaExtension = nil
	mine.Schema = append(mine.Schema, ours.schemas...)
	byPosition := func(list ast.SchemaDefinitionList) map[int]*ast.SchemaDefinition {
		found := map[int]*ast.SchemaDefinition{}
		for _, s := range list {
			found[len(s.Directives)*1000+len(s.OperationTypes)] = s
		}
		return found
	}
	if diff := cmp.Diff(byPosition(mine.Schema), byPosition(other.Schema), treeOptions...); diff != "" {
		return diff
	}
	mine.Schema, other.Schema = nil, nil
	return cmp.Diff(mine, other, treeOptions...)
}

var treeOptions = []cmp.Option{
	cmpopts.IgnoreTypes(&ast.Position{}, []*ast.Position{}, &ast.CommentGroup{}),
	cmpopts.EquateEmpty(),
	cmpopts.IgnoreFields(ast.Value{}, "Definition", "VariableDefinition", "ExpectedType", "ExpectedTypeHasDefault"),
}

// isComparable leaves out what the parsers are meant to read differently.
func isComparable(text string) bool {
	return !strings.Contains(text, `"""`) && !strings.Contains(text, `\u`) && !strings.Contains(text, "extend interface")
}

func TestParserAgreesWithGQLParser(t *testing.T) {
	t.Parallel()
	var texts []string
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			texts = append(texts, string(f.Data))
		}
	}
	compared := 0
	for _, text := range texts {
		other := theirs(text)
		if other == nil || !isComparable(text) {
			continue
		}
		compared++
		var diags diag.List
		tree := parse(newFile("x", text), &diags)
		if diags.HasErrors() {
			continue // an error that only we report, such as an enum value called true
		}
		if diff := sameTree(tree, other); diff != "" {
			t.Errorf("the trees differ (-ours +gqlparser) for %s:\n%s", text, diff)
		}
	}
	if compared < 50 {
		t.Errorf("compared only %d documents", compared)
	}
}

func TestPositionsAreExact(t *testing.T) {
	t.Parallel()
	text := "\"\"\"é\r\nblock\r\n\"\"\"\r\ntype Query {\r\n  ü\r\n}"
	f := newFile("x", strings.Replace(text, "ü", "field(a: [Int!]! = [\"ü\", 1]): T @d(x: {a: 1})", 1))
	var diags diag.List
	tree := parse(f, &diags)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	field := tree.definitions[0].Fields[0]
	for _, check := range []struct {
		name     string
		position *ast.Position
		want     string
		line     int
		column   int
	}{
		{"the type's name", tree.definitions[0].Position, "Query", 4, 6},
		{"the field's name", field.Position, "field", 5, 3},
		{"the argument's type", field.Arguments[0].Type.Position, "[Int!]!", 5, 12},
		{"the default value", field.Arguments[0].DefaultValue.Position, `["ü", 1]`, 5, 22},
		{"the field's type", field.Type.Position, "T", 5, 33},
		{"the directive", field.Directives[0].Position, "@d", 5, 35},
		{"the directive's value", field.Directives[0].Arguments[0].Value.Position, "{a: 1}", 5, 41},
	} {
		if got := f.text[check.position.Start:check.position.End]; got != check.want {
			t.Errorf("%s is at %q, want %q", check.name, got, check.want)
		}
		if check.position.Line != check.line || check.position.Column != check.column {
			t.Errorf("%s is at %d:%d, want %d:%d", check.name, check.position.Line, check.position.Column, check.line, check.column)
		}
	}
}

func TestShippedDefinitionsParse(t *testing.T) {
	t.Parallel()
	load := func(name, text string) {
		t.Helper()
		if text == "" {
			t.Fatalf("%s is not there", name)
		}
		var diags diag.List
		tree := parse(newFile(name, text), &diags)
		if len(diags) > 0 || len(tree.directives) == 0 {
			t.Errorf("%s: %v", name, diags)
		}
	}
	load(schema.Link())
	load(schema.Federation())
	for _, version := range []string{"v0.1", "v0.2", "v0.3", "v0.4"} {
		load(schema.Connect(version))
	}
	load(schema.Weft("v0.1"))
}

func FuzzParse(f *testing.F) {
	addCorpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		var diags diag.List
		tree := parse(newFile("x", text), &diags)
		if diags.HasErrors() || !isComparable(text) {
			return
		}
		other := theirs(text)
		if other == nil {
			return
		}
		if diff := sameTree(tree, other); diff != "" {
			t.Errorf("the trees differ (-ours +gqlparser):\n%s", diff)
		}
	})
}

// addCorpus makes the documents of the corpus seeds.
func addCorpus(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	rules, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	files = append(files, rules...)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, document := range txtar.Parse(text).Files {
			if document.Name != "want" {
				f.Add(string(document.Data))
			}
		}
	}
}
