package wsdl_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/datasources/soap/wsdl"
)

// twoFiles are a WSDL and what is at all other locations.
type twoFiles struct{ wsdl, other []byte }

func (f twoFiles) Read(_ context.Context, location string) ([]byte, error) {
	if location == start {
		return f.wsdl, nil
	}
	return f.other, nil
}

func (twoFiles) Resolve(_, reference string) (string, error) { return reference, nil }

func (twoFiles) Show(location string) string { return location }

// FuzzLoad loads any text as a contract that refers to any other: there is a contract or something to say, and always the same.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		files := filesOf(txtar.Parse(text))
		for name, other := range files {
			if name != start || len(files) == 1 {
				f.Add(files[start], other)
			}
		}
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		files := twoFiles{first, second}
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
		const small = 1 << 14
		if len(first)+len(second) > small {
			return
		}
		once := loaded(t, files)
		if again := loaded(t, files); again != once {
			t.Errorf("the contract reads differently the second time:\n%s\n%s", once, again)
		}
	})
}

// check holds a port against what its type promises.
func check(t *testing.T, p *wsdl.Port) {
	t.Helper()
	if (p.Version == wsdl.NoSOAP) != (p.Unsupported != "") {
		t.Errorf("port %q speaks %s, unsupported %q", p.Name, p.Version, p.Unsupported)
	}
	for _, o := range p.Operations {
		switch {
		case p.Operation(o.Name) != o:
			t.Errorf("operation %q is not found by its name", o.Name)
		case o.Unsupported == "" && o.Input == nil:
			t.Errorf("operation %q has no input", o.Name)
		}
	}
}
