package wsdl_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
)

// Parts of a document that can be changed without making it no XML: values of attributes, and elements without content.
var (
	attributePart = regexp.MustCompile(`"[^"<]*"`)
	elementPart   = regexp.MustCompile(`<[a-z0-9A-Z]+(:[a-zA-Z]+)?( [^<>]*)?/>`)
)

// FuzzMutated loads contracts of the corpus in which a few names and elements were put in the places of others: they stay XML, so that
// what is wrong with them is found by the loader and not by its reader.
func FuzzMutated(f *testing.F) {
	names, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	corpus := make([]inMemory, len(names))
	for i, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		corpus[i] = filesOf(txtar.Parse(text))
		for seed := range uint64(4) {
			f.Add(uint16(i), seed)
		}
	}
	f.Fuzz(func(t *testing.T, index uint16, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 1))
		files := inMemory{}
		for name, text := range corpus[int(index)%len(corpus)] {
			for range 1 + r.IntN(4) {
				text = mutate(r, text)
			}
			files[name] = text
		}
		c, found := wsdl.Load(t.Context(), files, start)
		if (c == nil) != found.HasErrors() {
			t.Fatalf("contract %v, diagnostics %v", c, found)
		}
		if c == nil {
			return
		}
		for _, s := range c.Services {
			for _, p := range s.Ports {
				check(t, p)
			}
		}
		_ = dump(c)
	})
}

// mutate puts one part of a text in the place of another one of its kind, or away.
func mutate(r *rand.Rand, text []byte) []byte {
	kind := attributePart
	if r.IntN(3) == 0 {
		kind = elementPart
	}
	parts := kind.FindAllIndex(text, -1)
	if len(parts) == 0 {
		return text
	}
	at, from := parts[r.IntN(len(parts))], parts[r.IntN(len(parts))]
	replacement := text[from[0]:from[1]]
	if kind == elementPart && r.IntN(2) == 0 {
		replacement = nil
	}
	return bytes.Join([][]byte{text[:at[0]], replacement, text[at[1]:]}, nil)
}
