package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

const (
	schemaFile = "../../docs/reference/weft.schema.json"
	pageFile   = "../../docs/configuration.md"
)

// TestReferenceIsWhatTheCodeSays compares the JSON Schema and the tables of the page with the description of the keys. With
// WEFT_UPDATE it writes them, which is how they are generated.
func TestReferenceIsWhatTheCodeSays(t *testing.T) {
	t.Parallel()
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]byte{schemaFile: schema, pageFile: []byte(fill(string(page)))} {
		if os.Getenv("WEFT_UPDATE") != "" {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Error(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: run go generate ./server/config\n%s", file, diff)
		}
	}
}

// tablePlace finds a table in the page: what is generated stands between two comments.
var tablePlace = regexp.MustCompile(`(?s)(<!-- (keys|parts|lacking)([^\n]*) -->\n).*?(<!-- end -->)`)

// fill writes the tables into the page.
func fill(page string) string {
	return tablePlace.ReplaceAllStringFunc(page, func(place string) string {
		m := tablePlace.FindStringSubmatch(place)
		prefix := strings.TrimSpace(m[3])
		switch m[2] {
		case "keys":
			return m[1] + "\n" + keyTable(prefix, "") + "\n" + m[4]
		case "parts":
			return m[1] + "\n" + keyTable(prefix, prefix) + "\n" + m[4]
		default:
			return m[1] + "\n" + lackingList() + "\n" + m[4]
		}
	})
}

// keyTable lists the keys that work and whose paths begin with the prefix. What is cut is not written.
func keyTable(prefix, cut string) string {
	var b strings.Builder
	b.WriteString("| key | default | example | meaning |\n|---|---|---|---|\n")
	eachKey(root().Shape(), "", func(path string, k shapeKey) {
		isSection := k.example == "" && k.shape.kind != listShape
		if !strings.HasPrefix(path, prefix) || isSection || k.state != works || strings.Contains(strings.TrimPrefix(path, prefix), "[]") {
			return
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", strings.TrimPrefix(path, cut), code(k.standard), code(k.example), escaped(k.doc))
	})
	return b.String()
}

// lackingList lists the keys that are known and have no effect.
func lackingList() string {
	var order []string
	names := map[string][]string{}
	eachKey(root().Shape(), "", func(path string, k shapeKey) {
		section := strings.TrimSuffix(strings.TrimSuffix(path, k.name), ".")
		if k.state != lacking {
			return
		}
		if section == "" {
			section = "whole sections"
		} else {
			section = "`" + section + "`"
		}
		if names[section] == nil {
			order = append(order, section)
		}
		names[section] = append(names[section], "`"+k.name+"`")
	})
	var b strings.Builder
	for _, section := range order {
		fmt.Fprintf(&b, "- %s: %s\n", section, strings.Join(names[section], ", "))
	}
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + escaped(text) + "`"
}

// escaped keeps a bar from ending a cell.
func escaped(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

var yamlBlock = regexp.MustCompile("(?ms)^```ya?ml\n(.*?\n)```")

func TestExamplesOfThePagesAreValid(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	checked := 0
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../examples/*/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, block := range yamlBlock.FindAllSubmatch(text, -1) {
				checked++
				if err := validate(t, schema, string(block[1])); err != nil {
					t.Errorf("%s: %v\n%s", file, err, block[1])
				}
			}
		}
	}
	if checked < 3 {
		t.Errorf("found %d examples", checked)
	}
}

// Files of tests and examples may be wrong on purpose; then both say so.
func TestReaderAndSchemaAgreeOnFilesOfTests(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for name, text := range settingsFiles(t) {
		_, diags := Read(name, text, func(string) (string, bool) { return "5", true })
		if err := validate(t, schema, text); diags.HasErrors() != (err != nil) {
			t.Errorf("%s: the reader says %v, the schema %v", name, diags, err)
		}
	}
}

var filledIn = regexp.MustCompile(`\$\{[A-Z]+\}`)

// settingsFiles are the weft.yaml files of examples, and those in the scripts of the command line.
func settingsFiles(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir("../../examples", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != "weft.yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob("../../cmd/weft/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(text).Files {
			if filepath.Base(f.Name) == "weft.yaml" || filepath.Base(script) == "config.txtar" && filepath.Ext(f.Name) == ".yaml" {
				// Addresses of back ends that a script starts stand as ${NAME}, and are filled in before anyone reads the file.
				out[script+"/"+f.Name] = filledIn.ReplaceAllString(string(f.Data), "grpc://localhost:1")
			}
		}
	}
	return out
}
