package resolvers_test

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources/response"
)

var updateCorpus = flag.Bool("update", false, "rewrite the expectations of the corpus")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds one request of the corpus. It is only ever used up by a test that fails.
const patience = 20 * time.Second

// TestCorpus runs the cases below testdata/corpus, which README.md there describes. Each runs twice, with replies scanned where
// that is possible and with replies always evaluated; both must make the same calls and give the same answer.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, file := range corpusFiles(t) {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/corpus/"), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runCorpusCase(t, file)
		})
	}
}

// corpusFiles lists the cases.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("testdata/corpus", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".txtar" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func runCorpusCase(t *testing.T, file string) {
	t.Helper()
	c, err := readCorpusCase(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	scanned := c.run(t, response.Auto)
	evaluated := c.run(t, response.EvaluateOnly)
	if diff := cmp.Diff(scanned, evaluated); diff != "" {
		t.Errorf("scanning and evaluating differ (-scan +evaluate):\n%s", diff)
	}
	if *updateCorpus {
		if err := os.WriteFile(file, c.withOutputs(scanned), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(c.outputs, scanned); diff != "" {
		t.Errorf("(-want +got; -update rewrites the expectations)\n%s", diff)
	}
}

// run builds the graph of a case and answers its requests. It returns the expectations that would be right, by file name.
func (c *corpusCase) run(t *testing.T, mode response.Mode) map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := map[string]string{}
	g, diagnostics := c.build()
	if diagnostics != "" {
		out["diagnostics.txt"] = diagnostics
	}
	if g == nil {
		return out
	}
	for i := range c.requests {
		r := &c.requests[i]
		b := startBackend(t, c.contracts, r.replies)
		answer := c.answer(ctx, t, g, r, b, mode)
		b.stop()
		for name, text := range answer {
			out[r.file(name)] = text
		}
		for _, problem := range b.problems() {
			t.Errorf("%s: %s", r.file("backend.txt"), problem)
		}
	}
	return out
}
