package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/graph/plan"
)

var update = flag.Bool("update", false, "rewrite the plans in testdata/print")

// Each file of testdata/print is a query with its plan in the three forms in which plans are printed. -update rewrites the plans.
func TestPlansArePrintedAsTheirFilesShow(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/print/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	g := blog(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in := map[string]string{}
			for _, f := range archive.Files {
				in[f.Name] = string(f.Data)
			}
			conditions := map[string]bool{}
			if text := in["conditions.json"]; text != "" {
				if err := json.Unmarshal([]byte(text), &conditions); err != nil {
					t.Fatal(err)
				}
			}
			p := planned(t, g, in["query.graphql"], conditions)
			got := printed(t, p)
			if *update {
				rewrite(t, file, archive, got)
				return
			}
			for name, text := range got {
				if diff := cmp.Diff(in[name], text); diff != "" {
					t.Errorf("%s (-want +got; -update rewrites)\n%s", name, diff)
				}
			}
		})
	}
}

// printed returns a plan in all its forms, by the names that they have in the files.
func printed(t *testing.T, p *plan.Plan) map[string]string {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, p.AppendJSON(nil), "", " "); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"plan.txt":  string(p.AppendText(nil)),
		"plan.json": pretty.String() + "\n",
		"plan.mmd":  string(p.AppendMermaid(nil)),
	}
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	kept := archive.Files[:0]
	for _, f := range archive.Files {
		if _, isOutput := got[f.Name]; !isOutput {
			kept = append(kept, f)
		}
	}
	for _, name := range []string{"plan.txt", "plan.json", "plan.mmd"} {
		kept = append(kept, txtar.File{Name: name, Data: []byte(got[name])})
	}
	archive.Files = kept
	if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
