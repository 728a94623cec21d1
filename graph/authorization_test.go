package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

const restrictedDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated", "@requiresScopes", "@policy"])
  @source(name: "api", http: { baseURL: "http://test" })
type Query {
  user(id: ID!): User @connect(source: "api", http: { GET: "/users/{$args.id}" }, selection: "id name email salary")
  own(id: ID!, with: In): User @policy(policies: [["args.id == caller.subject && (!has(args.with) || args.with.ids != ['5'])"]])
    @connect(source: "api", http: { GET: "/users/{$args.id}" }, selection: "id name")
}
type User { id: ID! name: String email: String @authenticated salary: Int @requiresScopes(scopes: [["hr"]]) }
input In { ids: [ID!] }
`

// restricted makes a generation whose graph demands things of its callers.
func restricted(tb testing.TB, authorization graph.Authorization) *graph.Generation {
	tb.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: restrictedDocument}}, sdl.Options{})
	if g == nil {
		tb.Fatal(diags)
	}
	rules, diags := permit.Compile(g, nil)
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1, Graph: g, Rules: rules, Authorization: authorization,
		Bind: func(*plan.Plan) (graph.Bound, error) {
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} }}, nil
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return generation
}

func ann(scopes ...string) *caller.Caller {
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: "ann", Scopes: scopes})
}

func paths(run *graph.Run) []string {
	var out []string
	denied, _ := run.Denied()
	for _, d := range denied {
		out = append(out, strings.Join(d.Path, "."))
	}
	return out
}

func TestPlansAreChosenByWhatCallersMayRead(t *testing.T) {
	t.Parallel()
	g := restricted(t, graph.Authorization{})
	const text = `{ user(id: 1) { name email salary } }`
	plans := map[*graph.Prepared]bool{}
	for _, c := range []struct {
		who  *caller.Caller
		want []string
	}{
		{nil, []string{"user.email", "user.salary"}},
		{ann(), []string{"user.salary"}},
		{ann("hr"), nil},
		{ann("hr", "other"), nil},
		{ann("other"), []string{"user.salary"}},
	} {
		run := begin(t, g, graph.Query{Text: text, Caller: c.who})
		plans[run.Prepared()] = true
		if diff := cmp.Diff(c.want, paths(run)); diff != "" {
			t.Errorf("%v: %s", c.who.Identity(), diff)
		}
		if run.Constant() != nil {
			t.Error("there is one answer for all")
		}
	}
	if len(plans) != 3 {
		t.Errorf("%d plans", len(plans))
	}
	// What demands nothing has one plan.
	if a, b := begin(t, g, graph.Query{Text: `{ user(id: 1) { name } }`}), begin(t, g, graph.Query{Text: `{ user(id: 1) { name } }`, Caller: ann()}); a.Prepared() != b.Prepared() {
		t.Error("there are two plans")
	}
}

// Whichever spelling of an ID a client chooses, policies see a string.
func TestPoliciesSeeIDsAsStrings(t *testing.T) {
	t.Parallel()
	g := restricted(t, graph.Authorization{})
	seven := caller.New(caller.Identity{Method: caller.APIKey, Subject: "7"})
	for _, c := range []struct {
		text, variables string
		may             bool
	}{
		{`{ own(id: 7) { id } }`, `{}`, true},
		{`{ own(id: "7") { id } }`, `{}`, true},
		{`{ own(id: 8) { id } }`, `{}`, false},
		{`query($id: ID!) { own(id: $id) { id } }`, `{"id":7}`, true},
		{`query($id: ID!) { own(id: $id) { id } }`, `{"id":"8"}`, false},
		{`{ own(id: 7, with: {ids: [5]}) { id } }`, `{}`, false},
		{`{ own(id: 7, with: {ids: 5}) { id } }`, `{}`, false},
		{`{ own(id: 7, with: {ids: ["6"]}) { id } }`, `{}`, true},
		{`query($with: In) { own(id: 7, with: $with) { id } }`, `{"with":{"ids":[5]}}`, false},
	} {
		run := begin(t, g, graph.Query{Text: c.text, Variables: object(t, c.variables), Caller: seven})
		if may := len(paths(run)) == 0; may != c.may {
			t.Errorf("%s %s: %t", c.text, c.variables, may)
		}
	}
}

func TestArgumentsThatVaryMakeNoMorePlansThanAreRemembered(t *testing.T) {
	t.Parallel()
	g := restricted(t, graph.Authorization{})
	var text strings.Builder
	text.WriteString("query(")
	for i := range 10 {
		fmt.Fprintf(&text, "$v%d: ID! ", i)
	}
	text.WriteString(") {")
	for i := range 10 {
		fmt.Fprintf(&text, " a%d: own(id: $v%d) { id }", i, i)
	}
	text.WriteString("}")
	for n := range 200 {
		var vars []string
		for i := range 10 {
			vars = append(vars, fmt.Sprintf(`"v%d":%q`, i, []string{"ann", "bob"}[n>>i&1]))
		}
		run := begin(t, g, graph.Query{Text: text.String(), Variables: object(t, "{"+strings.Join(vars, ",")+"}"), Caller: ann()})
		for i := range 10 {
			if isDenied := strings.Contains(strings.Join(paths(run), " ")+" ", fmt.Sprintf("a%d ", i)); isDenied != (n>>i&1 == 1) {
				t.Fatalf("%d: a%d is denied: %t", n, i, isDenied)
			}
		}
	}
	if n := g.CachedPlans(); n != 64 {
		t.Errorf("%d plans are remembered", n)
	}
}

func TestRefusedOperationsNameEveryPathWithinABound(t *testing.T) {
	t.Parallel()
	g := restricted(t, graph.Authorization{RejectUnauthorized: true})
	var text strings.Builder
	text.WriteString("{ user(id: 1) {")
	for i := range 130 {
		fmt.Fprintf(&text, " a%d: email", i)
	}
	text.WriteString("} }")
	run, errs := g.Begin(graph.Query{Text: text.String()})
	if run != nil || len(errs) != 101 {
		t.Fatalf("%d errors", len(errs))
	}
	last := errs[100]
	if last.Message != "Unauthorized fields or types: 30 more" || last.Extensions["positions"] != 30 || last.Extensions["code"] != graph.CodeUnauthorized {
		t.Errorf("%v", last)
	}
	run, errs = g.Begin(graph.Query{Text: text.String(), Caller: ann()})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	run.Close()
}

func TestPlansAreMadeBeforeForCallersWhoMayReadEverything(t *testing.T) {
	t.Parallel()
	old := restricted(t, graph.Authorization{})
	begin(t, old, graph.Query{Text: `{ user(id: 1) { email } }`})
	g := restricted(t, graph.Authorization{})
	g.Warm(old, 10)
	if n := g.CachedPlans(); n != 1 {
		t.Fatalf("%d plans", n)
	}
	begin(t, g, graph.Query{Text: `{ user(id: 1) { email } }`, Caller: ann()})
	if n := g.CachedPlans(); n != 1 {
		t.Errorf("%d plans: another one was made", n)
	}
}

func TestDecisionsByScopesAllocateNothing(t *testing.T) {
	g := restricted(t, graph.Authorization{})
	allocations := func(text string) float64 {
		q := graph.Query{Text: text, Caller: ann()}
		return testing.AllocsPerRun(100, func() {
			run, errs := g.Begin(q)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			run.Close()
		})
	}
	plain, decided := allocations(`{ user(id: 1) { id name } }`), allocations(`{ user(id: 1) { id name email salary } }`)
	if decided > plain {
		t.Errorf("%v allocations, %v where nothing is decided", decided, plain)
	}
}

// BenchmarkBeginFor measures what it costs to decide what a caller may read, when the plan is remembered.
func BenchmarkBeginFor(b *testing.B) {
	g := restricted(b, graph.Authorization{})
	for name, text := range map[string]string{
		"nothing":   `{ user(id: 1) { id name } }`,
		"scopes":    `{ user(id: 1) { id name email salary } }`,
		"arguments": `{ own(id: "ann") { id name } }`,
	} {
		q := graph.Query{Text: text, Caller: ann()}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run, errs := g.Begin(q)
				if len(errs) > 0 {
					b.Fatal(errs)
				}
				run.Close()
			}
		})
	}
}
