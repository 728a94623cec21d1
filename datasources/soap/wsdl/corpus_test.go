package wsdl_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
)

var update = flag.Bool("update", false, "write what was read into the files of the corpus")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wanted is the name of the part of a corpus file that says what is read, start that of the WSDL.
const (
	wanted = "want"
	start  = "a.wsdl"
)

// inMemory reads the files of one contract.
type inMemory map[string][]byte

func (f inMemory) Read(_ context.Context, location string) ([]byte, error) {
	if text, ok := f[location]; ok {
		return text, nil
	}
	return nil, fmt.Errorf("open %s: %w", location, fs.ErrNotExist)
}

func (f inMemory) Resolve(base, reference string) (string, error) {
	return path.Join(path.Dir(base), reference), nil
}

func (f inMemory) Show(location string) string { return location }

func filesOf(archive *txtar.Archive) inMemory {
	files := inMemory{}
	for _, f := range archive.Files {
		if f.Name != wanted {
			files[f.Name] = f.Data
		}
	}
	return files
}

// loaded is what is read of a contract, or what is wrong with it.
func loaded(tb testing.TB, files contract.Reader) string {
	tb.Helper()
	c, found := wsdl.Load(tb.Context(), files, start)
	if c != nil {
		return dump(c)
	}
	var b strings.Builder
	for _, d := range found {
		b.WriteString(d.Error() + "\n")
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  note: %s: %s\n", n.Span, n.Message)
		}
	}
	return b.String()
}

// Each file of the corpus is one feature of contracts: the comment says which, then come the contract's files, then what is read of
// them. With -update the last part is written.
func TestContractsAreReadAsTheCorpusSays(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(text)
			if len(bytes.TrimSpace(archive.Comment)) == 0 {
				t.Error("the file does not say what it is about")
			}
			got := loaded(t, filesOf(archive))
			last := len(archive.Files) - 1
			if archive.Files[last].Name != wanted {
				archive.Files = append(archive.Files, txtar.File{Name: wanted})
				last++
			}
			if *update {
				archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(archive.Files[last].Data), got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
