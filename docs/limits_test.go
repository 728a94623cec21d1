package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// limitRow is one row of the page on limits.
type limitRow struct {
	limit, key, standard string
	// name is what `extensions.limit` says, empty for those that no client exceeds.
	name string
}

var (
	limitName = regexp.MustCompile("\\(`([a-z_]+)`\\)$")
	fixedAt   = regexp.MustCompile("^fixed: \\[`(\\w+)`\\]\\(\\.\\./([\\w./]+)\\)$")
	keyOf     = regexp.MustCompile("^`([\\w.]+)`$")
)

func limitRows(t *testing.T) []limitRow {
	t.Helper()
	page := readPage(t, "docs/limits.md")
	var rows []limitRow
	for _, heading := range regexp.MustCompile(`(?m)^## .*$`).FindAllString(page.text, -1) {
		for _, cells := range page.tables(heading) {
			row := limitRow{limit: cells[0], key: cells[1], standard: cells[2]}
			if m := limitName.FindStringSubmatch(row.limit); m != nil {
				row.name = m[1]
			}
			rows = append(rows, row)
		}
	}
	if len(rows) < 50 {
		t.Fatalf("found %d limits", len(rows))
	}
	return rows
}

// The defaults on the page are those of the configuration's tables, which are made from the code, or of the constant that the row
// leads to.
func TestLimitsHaveTheDefaultsOfTheCode(t *testing.T) {
	t.Parallel()
	configured := map[string]string{}
	configuration := readPage(t, "docs/configuration.md")
	for _, m := range regexp.MustCompile("(?m)^\\| `([\\w.]+)` \\| `?([^|`]*)`? \\|").FindAllStringSubmatch(configuration.text, -1) {
		configured[m[1]] = strings.TrimSpace(m[2])
	}
	for _, row := range limitRows(t) {
		if m := keyOf.FindStringSubmatch(row.key); m != nil {
			want, known := configured[m[1]]
			if !known || quantity(t, row.standard) != quantity(t, want) {
				t.Errorf("%s: %s has the default %q, the page says %q", row.limit, m[1], want, row.standard)
			}
			continue
		}
		m := fixedAt.FindStringSubmatch(row.key)
		if m == nil {
			t.Errorf("%s: %q is neither a key nor a constant", row.limit, row.key)
			continue
		}
		if got, want := constant(t, m[2], m[1]), quantity(t, row.standard); got != want {
			t.Errorf("%s: %s is %v, the page says %s", row.limit, m[1], got, row.standard)
		}
	}
}

// Every name that `extensions.limit` can have is on the page, and no other.
func TestLimitsThatClientsCanExceedAreListed(t *testing.T) {
	t.Parallel()
	given := limitsInUse(t)
	listed := map[string]bool{}
	for _, row := range limitRows(t) {
		if row.name == "" {
			continue
		}
		listed[row.name] = true
		if !slices.Contains(given, row.name) {
			t.Errorf("%s: no error names the limit %q", row.limit, row.name)
		}
	}
	for _, name := range given {
		if !listed[name] {
			t.Errorf("docs/limits.md does not list the limit %q", name)
		}
	}
}

// Every key of the sections that are about limits is on the page.
func TestKeysOfLimitsAreOnThePage(t *testing.T) {
	t.Parallel()
	page := readPage(t, "docs/limits.md").text
	keys := regexp.MustCompile("(?m)^\\| `((?:limits|demand_control)\\.[\\w.]+)`").FindAllStringSubmatch(readPage(t, "docs/configuration.md").text, -1)
	if len(keys) < 10 {
		t.Fatalf("found %d keys", len(keys))
	}
	for _, m := range keys {
		if !strings.Contains(page, m[1]) {
			t.Errorf("docs/limits.md does not have the key %s", m[1])
		}
	}
}

// limitInUse finds names in the code: constants such as limitDepth, and what is written to `extensions.limit`.
var limitInUse = regexp.MustCompile(`\blimit[A-Z]\w*\s*= "([a-z_]+)"|"limit": "([a-z_]+)"|` +
	`\["limit"\] = "([a-z_]+)"|"limit":"([a-z_]+)"|\brefuseOverload\(w, "[a-z]+", "([a-z_]+)"\)|\b(?:beyond|exceeds)\("([a-z_]+)"|"limit", Value: value\.String\("([a-z_]+)"\)`)

func limitsInUse(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, folder := range []string{"datasources", "graph", "resolvers", "server"} {
		err := filepath.WalkDir(under(folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range limitInUse.FindAllStringSubmatch(string(text), -1) {
				names = append(names, strings.Join(m[1:], ""))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// quantity reads "15,000", "16 MiB", "64kib", "30 s", "2 min", "2m", "60s"; nothing is -1.
func quantity(t *testing.T, text string) float64 {
	t.Helper()
	m := regexp.MustCompile(`^([\d,]+) ?(KiB|kib|MiB|[kK][bB]|[mM][bB]|s|min|m)?$`).FindStringSubmatch(strings.Trim(text, "`"))
	if m == nil {
		if text != "" {
			t.Errorf("%q is no quantity", text)
		}
		return -1
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
	if err != nil {
		t.Error(err)
	}
	return n * map[string]float64{"": 1, "KiB": 1 << 10, "kib": 1 << 10, "MiB": 1 << 20, "kb": 1e3, "KB": 1e3, "kB": 1e3, "mb": 1e6, "MB": 1e6, "s": 1e9, "m": 60e9, "min": 60e9}[m[2]]
}

// constant returns the value of a constant that is declared in a file.
func constant(t *testing.T, file, name string) float64 {
	t.Helper()
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, under(file), nil, 0)
	if err != nil {
		t.Error(err)
		return math.NaN()
	}
	for _, decl := range parsed.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if at := slices.IndexFunc(values.Names, func(i *ast.Ident) bool { return i.Name == name }); ok && at >= 0 {
				return evaluate(t, types.ExprString(values.Values[at]))
			}
		}
	}
	t.Errorf("%s has no constant %s", file, name)
	return math.NaN()
}

// evaluate evaluates an expression of numbers, times and the one constant of another package.
func evaluate(t *testing.T, expr string) float64 {
	t.Helper()
	if expr == "value.MaxDepth" {
		return constant(t, "graph/value/parse.go", "MaxDepth")
	}
	plain := strings.NewReplacer("time.Second", "1000000000", "time.Minute", "60000000000", "time.Millisecond", "1000000").Replace(expr)
	v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, plain)
	if err != nil {
		t.Error(err)
		return math.NaN()
	}
	n, err := strconv.ParseFloat(v.Value.ExactString(), 64)
	if err != nil {
		t.Error(err)
	}
	return n
}
