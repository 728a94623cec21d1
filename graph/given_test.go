package graph_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

func TestVariablesBeyondALimitAreRefused(t *testing.T) {
	t.Parallel()
	const text = `query($id: ID = 1 $f: Filter) { user(id: $id filter: $f) { id } }`
	g := newGeneration(t, graph.Limits{MaxListSize: 10, MaxVariableValues: 20, MaxVariableNesting: 5}, nil)
	for _, tt := range []struct{ name, variables, limit string }{
		{"within", `{"f": {"min": 1, "tags": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]}}`, ""},
		{"a long list", `{"f": {"min": 1, "tags": [` + strings.Repeat("1,", 10) + `1]}}`, "list_size"},
		{"a long list of a variable that is not declared", `{"x": [` + strings.Repeat("1,", 10) + `1]}`, "list_size"},
		{"many values", `{"f": {"min": 1}, "x": [` + strings.Repeat("[1],", 9) + `[1]]}`, "variable_values"},
		{"many small variables", "{" + numbered(20, `"v%d": 1,`) + `"id": 1}`, "variable_values"},
		{"deep lists", `{"id": [[[[[[1]]]]]]}`, "variable_nesting"},
		{"deep objects", `{"f": {"f": {"f": {"f": {"f": {"f": {"f": 1}}}}}}}`, "variable_nesting"},
		{"five levels", `{"x": [[[[[1]]]]]}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			variables, err := value.Parse([]byte(tt.variables))
			if err != nil {
				t.Fatal(err)
			}
			run, errs := g.Begin(graph.Query{Text: text, Variables: variables})
			if run != nil {
				run.Close()
			}
			limit := ""
			if len(errs) > 0 {
				limit, _ = errs[0].Extensions["limit"].(string)
			}
			if limit != tt.limit {
				t.Errorf("got limit %q, want %q: %v", limit, tt.limit, errs)
			}
			if tt.limit == "" && errs != nil {
				t.Error(errs)
			}
		})
	}
}

func TestWhatOnlyWarnsPassesAndIsTold(t *testing.T) {
	t.Parallel()
	limits := graph.Limits{MaxDepth: 2, MaxAliases: 2, MaxRootFields: 2, MaxHeight: 4, MaxTokens: 60}
	g := newGeneration(t, limits, nil)
	limits.WarnOnly = true
	warns := newGeneration(t, limits, nil)
	for _, tt := range []struct{ name, text, limit string }{
		{"depth", "{ user(id: 1) { friends { id } } }", "depth"},
		{"aliases", "{ user(id: 1) { a: id b: id c: id } }", "aliases"},
		{"root fields, two of which are one", "{ g: __typename g: __typename ... { user(id: 1) { id } } }", ""},
		{"root fields", "{ greeting __typename user(id: 1) { id } }", "root_fields"},
		{"height", "{ greeting user(id: 1) { id name __typename } }", "height"},
		{"height, two of which are one", "{ greeting user(id: 1) { id n: name n: name } }", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refused := ""
			if _, errs := g.Prepare(tt.text); len(errs) > 0 {
				refused, _ = errs[0].Extensions["limit"].(string)
			}
			run, errs := warns.Begin(graph.Query{Text: tt.text})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			defer run.Close()
			told := ""
			for _, err := range run.Operation().Exceeds() {
				told, _ = err.Extensions["limit"].(string)
			}
			if refused != tt.limit || told != tt.limit {
				t.Errorf("got %q as an error and %q as a warning, want %q", refused, told, tt.limit)
			}
		})
	}
	if _, errs := warns.Prepare("{" + strings.Repeat("a ", 60) + "}"); len(errs) == 0 {
		t.Error("too many tokens have passed")
	}
}
