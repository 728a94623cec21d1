package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// diagnosticsOnly are the folders whose codes are about documents and configuration, and not for clients.
var diagnosticsOnly = []string{"graph/sdl", "graph/permit", "server/config"}

// errorCode is what a code looks like: at least two words in capitals, and one that has a word.
var errorCode = regexp.MustCompile(`^([A-Z]+(_[A-Z]+)+|OVERLOADED|UNAUTHENTICATED|FORBIDDEN)$`)

// catalogued is one row of the catalogue.
type catalogued struct{ given bool }

func catalogue(t *testing.T) map[string]catalogued {
	t.Helper()
	out := map[string]catalogued{}
	for _, row := range readPage(t, "docs/errors.md").tables("## The catalogue") {
		code, given := codeIn(row[0]), row[len(row)-1]
		if _, twice := out[code]; twice {
			t.Errorf("%s is in the catalogue twice", code)
		}
		if given != "yes" && given != "no" {
			t.Errorf("%s: the last column says neither yes nor no but %q", code, given)
		}
		out[code] = catalogued{given == "yes"}
	}
	if len(out) < 20 {
		t.Fatalf("found %d codes in the catalogue", len(out))
	}
	return out
}

func TestCatalogueHasEveryCodeOfTheCode(t *testing.T) {
	t.Parallel()
	listed := catalogue(t)
	for code, at := range codesInUse(t, false) {
		if _, ok := listed[code]; !ok {
			t.Errorf("%s: %s is not in the catalogue of docs/errors.md", at, code)
		}
	}
}

func TestCatalogueSaysWhichCodesAreGiven(t *testing.T) {
	t.Parallel()
	used := codesInUse(t, false)
	for code, row := range catalogue(t) {
		if _, given := used[code]; given != row.given {
			t.Errorf("%s: the catalogue says given %t, the code says %t", code, row.given, given)
		}
	}
}

func TestOwnDiagnosticCodesAreListed(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, row := range readPage(t, "docs/errors.md").tables("## Diagnostics") {
		listed = append(listed, codeIn(row[0]))
	}
	used := codesInUse(t, true)
	for code, at := range used {
		if strings.HasPrefix(code, "WEFT_") && !slices.Contains(listed, code) {
			t.Errorf("%s: %s is not listed in docs/errors.md", at, code)
		}
	}
	for _, code := range listed {
		if _, ok := used[code]; !ok {
			t.Errorf("docs/errors.md lists %s, which nothing reports", code)
		}
	}
}

// codesInUse finds the codes that the code gives, with a place for each: literals, and constants that something refers to. It
// returns either those of diagnostics or those of errors for clients.
func codesInUse(t *testing.T, diagnostics bool) map[string]token.Position {
	t.Helper()
	s := codeScan{fset: token.NewFileSet(), constants: map[string]foundCode{}, mentioned: map[string]bool{}, found: map[string]foundCode{}}
	for _, p := range packages(t) {
		if isGenerated(p.folder()) {
			continue
		}
		for _, name := range p.GoFiles {
			s.file(t, p.folder(), under(p.folder()+"/"+name))
		}
	}
	for name, c := range s.constants {
		if s.mentioned[name] {
			s.found[c.code] = c
		}
	}
	out := map[string]token.Position{}
	for code, c := range s.found {
		if c.diagnostic == diagnostics {
			out[code] = c.at
		}
	}
	return out
}

func isGenerated(folder string) bool {
	return folder == "graph/generated" || folder == "graph/model" || strings.HasPrefix(folder, "examples/")
}

type foundCode struct {
	code       string
	at         token.Position
	diagnostic bool
}

// codeScan goes through files. Constants are known by name: exported ones by their name alone, the others by folder and name.
type codeScan struct {
	fset      *token.FileSet
	constants map[string]foundCode
	mentioned map[string]bool
	found     map[string]foundCode
}

func (s *codeScan) file(t *testing.T, folder, path string) {
	t.Helper()
	parsed, err := parser.ParseFile(s.fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[*ast.Ident]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			s.declaration(folder, n, declared)
		case *ast.CompositeLit:
			s.literal(folder, n)
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.BasicLit); ok && key.Value == `"code"` {
				s.add(folder, n.Value, false)
			}
		case *ast.Ident:
			if !declared[n] {
				s.mentioned[constantKey(folder, n.Name)] = true
			}
		}
		return true
	})
}

// declaration notes constants that are named as codes.
func (s *codeScan) declaration(folder string, spec *ast.ValueSpec, declared map[*ast.Ident]bool) {
	for i, name := range spec.Names {
		declared[name] = true
		if i >= len(spec.Values) || !strings.HasPrefix(strings.ToLower(name.Name), "code") {
			continue
		}
		if code, ok := codeLiteral(spec.Values[i]); ok {
			s.constants[constantKey(folder, name.Name)] = s.foundAt(folder, code, spec.Values[i], false)
		}
	}
}

// literal notes codes that stand in composite literals without a constant.
func (s *codeScan) literal(folder string, lit *ast.CompositeLit) {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Code" {
				s.add(folder, kv.Value, typeName(lit.Type) == "Diagnostic" || lit.Type == nil)
			}
		}
	}
}

func (s *codeScan) add(folder string, e ast.Expr, diagnostic bool) {
	if code, ok := codeLiteral(e); ok {
		s.found[code] = s.foundAt(folder, code, e, diagnostic)
	}
}

func (s *codeScan) foundAt(folder, code string, e ast.Expr, diagnostic bool) foundCode {
	diagnostic = diagnostic || strings.HasPrefix(code, "WEFT_") || slices.Contains(diagnosticsOnly, folder)
	return foundCode{code: code, at: s.fset.Position(e.Pos()), diagnostic: diagnostic}
}

func constantKey(folder, name string) string {
	if ast.IsExported(name) {
		return name
	}
	return folder + "." + name
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	default:
		return ""
	}
}

func codeLiteral(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	code, err := strconv.Unquote(lit.Value)
	return code, err == nil && errorCode.MatchString(code)
}
