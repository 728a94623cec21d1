package xsd

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/diag"
)

// FuzzBuild builds schemas from any text, which includes a second one. What is built without a word holds what its types promise.
func FuzzBuild(f *testing.F) {
	names, err := filepath.Glob("../wsdl/testdata/corpus/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var schemas [][]byte
		for _, file := range txtar.Parse(text).Files {
			schemas = append(schemas, schemasOf(file.Data)...)
		}
		for i, schema := range schemas {
			f.Add(schema, schemas[(i+1)%len(schemas)])
		}
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		files := contract.NewFiles(someFiles{"a.xsd": string(first), "other": string(second)})
		b := NewBuilder(files)
		for _, location := range []string{"a.xsd", "other"} {
			if file := files.Open(t.Context(), location, diag.Span{}); file != nil {
				b.Add(t.Context(), file, file.Root)
			}
		}
		set := b.Build()
		if len(files.Diagnostics) > 0 {
			return
		}
		for _, typ := range b.types {
			checkType(t, typ)
		}
		for _, e := range set.elements {
			if e.Type == nil {
				t.Errorf("element %s has no type", e.Name)
			}
		}
	})
}

// schemasOf are the schemas in a file, cut out as they are: those of WSDLs need the namespaces around them, of which some are put in.
func schemasOf(text []byte) [][]byte {
	const begin, end = "<xs:schema", "</xs:schema>"
	var found [][]byte
	for {
		i := bytes.Index(text, []byte(begin))
		if i < 0 {
			return found
		}
		text = text[i:]
		n := bytes.Index(text, []byte(end))
		if n < 0 {
			return found
		}
		schema := text[:n+len(end)]
		if !bytes.Contains(schema, []byte("xmlns:xs=")) {
			schema = append([]byte(begin+` xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:u="urn:u"`), schema[len(begin):]...)
		}
		found = append(found, schema)
		text = text[n:]
	}
}

// checkType holds a type against what it promises.
func checkType(t *testing.T, typ *Type) {
	t.Helper()
	if !typ.DerivesFrom(anyType) {
		t.Errorf("type %s does not derive from anything", typ.Name)
	}
	if !typ.IsComplex && typ.Simple == nil {
		t.Errorf("simple type %s has no text", typ.Name)
	}
	fields := typ.Fields()
	for i := range fields {
		f := &fields[i]
		if typ.Field(f.Name) != f || f.Element != nil && typ.ElementFieldIndex(f.Element.Name) != i {
			t.Errorf("field %q of type %s is not found by its name", f.Name, typ.Name)
		}
		if f.Element != nil && f.Element.Type == nil || f.Attribute != nil && f.Attribute.Simple == nil {
			t.Errorf("field %q of type %s has no type", f.Name, typ.Name)
		}
	}
	for _, derived := range typ.Derived {
		if !derived.DerivesFrom(typ) {
			t.Errorf("type %s does not derive from %s", derived.Name, typ.Name)
		}
	}
	for s, depth := typ.Simple, 0; s != nil; s, depth = s.Item, depth+1 {
		if s.Variety == List && s.Item == nil || depth > maxDerivations {
			t.Fatalf("a list of type %s has no items, or no end", typ.Name)
		}
	}
}
