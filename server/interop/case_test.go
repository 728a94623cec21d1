package interop_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// interopCase is one file below testdata, which README.md describes.
type interopCase struct {
	archive *txtar.Archive
	files   map[string]string
}

func readCase(t *testing.T, file string) interopCase {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Comment) == 0 {
		t.Fatal("the comment on top does not say what the case shows")
	}
	c := interopCase{archive: archive, files: map[string]string{}}
	for _, f := range archive.Files {
		c.files[f.Name] = string(f.Data)
	}
	return c
}

// TestServersOfOthersAreCalledByReflectionAlone runs the cases: each starts the server that its folder is named after and a gateway
// before it, which knows the server's address and nothing else, and sends requests to the gateway.
func TestServersOfOthersAreCalledByReflectionAlone(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no cases", err)
	}
	for _, file := range files {
		server := path.Base(path.Dir(filepath.ToSlash(file)))
		t.Run(server+"/"+strings.TrimSuffix(path.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, file)
			got := c.run(t, servers[server](t))
			if *update {
				c.write(t, file, got)
				return
			}
			if diff := cmp.Diff(c.expectations(), got); diff != "" {
				t.Errorf("(-want +got; -update rewrites the expectations)\n%s", diff)
			}
		})
	}
}

// run returns the expectations that would be right, by file name.
func (c interopCase) run(t *testing.T, address string) map[string]string {
	t.Helper()
	folder := t.TempDir()
	args := []string{"serve", "--listen", "127.0.0.1:0"}
	for _, name := range []string{"weft.yaml", "schema.graphql"} {
		text, ok := c.files[name]
		if !ok {
			continue
		}
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "weft.yaml" {
			args = append(args, "--config", file)
		} else {
			args = append(args, file)
		}
	}
	got := map[string]string{}
	// Contracts are read and checked when the gateway starts.
	weft, endpoint := start(t, `listening on (\S+)`, []string{"SERVER=" + address}, "weft", args...)
	if endpoint == "" {
		<-weft.ended
		got["diagnostics.txt"] = strings.NewReplacer(folder+"/", "", address, "SERVER").Replace(weft.said.String())
		return got
	}
	for _, name := range c.requests() {
		header := map[string]string{}
		number := strings.TrimSuffix(strings.TrimPrefix(name, "query"), ".graphql")
		if text, ok := c.files["headers"+number+".json"]; ok {
			if err := json.Unmarshal([]byte(text), &header); err != nil {
				t.Fatal(err)
			}
		}
		r := request{Query: c.files[name], Variables: json.RawMessage(c.files["variables"+number+".json"])}
		got["answer"+number+".json"] = ask(t, endpoint, r, header)
	}
	return got
}

// requests are the names of the queries, in the order of the file.
func (c interopCase) requests() []string {
	var names []string
	for _, f := range c.archive.Files {
		if strings.HasPrefix(f.Name, "query") {
			names = append(names, f.Name)
		}
	}
	return names
}

func isExpectation(name string) bool {
	return name == "diagnostics.txt" || strings.HasPrefix(name, "answer")
}

func (c interopCase) expectations() map[string]string {
	want := map[string]string{}
	for name, text := range c.files {
		if isExpectation(name) {
			want[name] = text
		}
	}
	return want
}

// write rewrites the file: each answer stands behind its query.
func (c interopCase) write(t *testing.T, file string, got map[string]string) {
	t.Helper()
	a := txtar.Archive{Comment: c.archive.Comment}
	files := slices.DeleteFunc(slices.Clone(c.archive.Files), func(f txtar.File) bool { return isExpectation(f.Name) })
	for at, f := range files {
		a.Files = append(a.Files, f)
		number := numberOf(f.Name)
		answer := "answer" + number + ".json"
		if text, ok := got[answer]; ok && (at+1 == len(files) || numberOf(files[at+1].Name) != number) {
			a.Files = append(a.Files, txtar.File{Name: answer, Data: []byte(text)})
		}
	}
	if text := got["diagnostics.txt"]; text != "" {
		a.Files = append(a.Files, txtar.File{Name: "diagnostics.txt", Data: []byte(text)})
	}
	if err := os.WriteFile(file, txtar.Format(&a), 0o600); err != nil {
		t.Fatal(err)
	}
}

// numberOf is the number of a request's file, or something else for other files.
func numberOf(name string) string {
	stem, _, _ := strings.Cut(name, ".")
	for _, kind := range []string{"query", "variables", "headers"} {
		if number, ok := strings.CutPrefix(stem, kind); ok {
			return number
		}
	}
	return "none"
}
