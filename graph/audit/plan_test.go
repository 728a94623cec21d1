package audit_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/audit"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
)

// TestAuditsAgreeWithPlans asks the planner for every leaf on every way of some depth: it leaves a field without a supplier only where
// the audit says so, or where nothing at all supplies it.
func TestAuditsAgreeWithPlans(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Base(file) == "null_is_no_object.txtar" {
			continue // a plan does not know that a value is always null; nobody misses its fields
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var inputs []sdl.Input
			for _, f := range archive.Files {
				if filepath.Ext(f.Name) == ".graphql" {
					inputs = append(inputs, sdl.Input{File: f.Name, Text: string(f.Data)})
				}
			}
			g, found := sdl.Build(inputs, sdl.Options{})
			if g == nil {
				t.Fatal(found)
			}
			w := ways{t: t, g: g, planner: plan.NewPlanner(g), reported: map[string]bool{}, unplanned: map[string]bool{}}
			found.Add(supply.NewIndex(g, 0).Check()...)
			for _, d := range audit.Complete(g, found, audit.Options{}) {
				if d.Code == sdl.CodeSatisfiability || d.Code == supply.CodeNoSupplier {
					w.reported[d.Span.String()] = true
				}
			}
			w.below(g.Schema.Query, "", "", 4)
			for at := range w.reported {
				if !w.unplanned[at] {
					t.Errorf("%s is reported, and every plan supplies it", at)
				}
			}
		})
	}
}

// ways goes through the fields of a graph.
type ways struct {
	t       *testing.T
	g       *sdl.Graph
	planner *plan.Planner
	// reported and unplanned are the places of fields that the audit and the planner have no supplier for.
	reported, unplanned map[string]bool
}

// below plans every leaf below a type; open and closing surround it in the query.
func (w ways) below(on *ast.Definition, open, closing string, depth int) {
	for _, f := range on.Fields {
		if strings.HasPrefix(f.Name, "__") || needsArguments(f) {
			continue
		}
		named := w.g.Schema.Types[f.Type.Name()]
		if named.IsLeafType() {
			w.leaf(on, f, open+f.Name+closing)
			continue
		}
		if depth == 0 {
			continue
		}
		for _, possible := range w.g.Schema.GetPossibleTypes(named) {
			w.below(possible, open+f.Name+" { ... on "+possible.Name+" { ", " } }"+closing, depth-1)
		}
	}
}

func needsArguments(f *ast.FieldDefinition) bool {
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			return true
		}
	}
	return false
}

func (w ways) leaf(on *ast.Definition, f *ast.FieldDefinition, query string) {
	doc, errs := gqlparser.LoadQueryWithRules(w.g.Schema, "{ "+query+" }", nil)
	if errs != nil {
		w.t.Fatalf("%s: %v", query, errs)
	}
	p, err := w.planner.Plan(doc.Operations[0], nil, 0)
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	if !p.Unsupplied {
		return
	}
	at := w.g.Field(w.g.FieldByName(w.g.TypeByName(on.Name), f.Name)).Origin.String()
	w.unplanned[at] = true
	if !w.reported[at] {
		w.t.Errorf("%s has no plan, and %s is not reported", query, at)
	}
}
