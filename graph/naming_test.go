package graph_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers/system"
)

// visibleOnly makes a generation that shows callers what they may read.
func visibleOnly(tb testing.TB, document string, trust graph.Trust) *graph.Generation {
	tb.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "test.graphql", Text: document}}, sdl.Options{})
	if g == nil {
		tb.Fatal(diags, document)
	}
	rules, diags := permit.Compile(g, nil)
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	generation, err := graph.NewGeneration(graph.Params{
		Number: 1, Graph: g, Rules: rules, Trust: trust, Authorization: graph.Authorization{VisibleOnly: true}, System: system.Introspection,
		Bind: func(*plan.Plan) (graph.Bound, error) {
			return graph.Bound{Begin: func(context.Context, graph.Environment) execute.Loads { return noLoads{} }}, nil
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return generation
}

// answered is all that a client gets of a query: the errors, or the data of one that only introspects.
func answered(tb testing.TB, g *graph.Generation, q graph.Query) string {
	tb.Helper()
	run, errs := g.Begin(q)
	if len(errs) > 0 {
		return written(errs)
	}
	defer run.Close()
	if !strings.Contains(q.Text, "__") || strings.Contains(q.Text, "q0") {
		return "it is executed"
	}
	part, err := run.Next(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return string(part.Data) + written(part.Errors)
}

// written is every byte of errors that clients get.
func written(errs gqlerror.List) string {
	var b strings.Builder
	for _, err := range errs {
		fmt.Fprintf(&b, "%s %v %v %v %s\n", err.Message, err.Path, err.Locations, err.Extensions, err.Rule)
	}
	return b.String()
}

// TestWhatIsHiddenIsAsIfItDidNotExist holds random graphs and callers against graphs from which was taken what the callers may not read.
func TestWhatIsHiddenIsAsIfItDidNotExist(t *testing.T) {
	t.Parallel()
	var hidden atomic.Int64
	t.Cleanup(func() {
		if hidden.Load() < 300 {
			t.Errorf("%d questions were about what is hidden: that is too few to know anything", hidden.Load())
		}
	})
	for seed := range uint64(16) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			w := newWorld(seed)
			whole := visibleOnly(t, w.document(nil), graph.Trust{})
			for range 3 {
				scopes := w.caller()
				seen := w.seenBy(scopes)
				if !seen["Query"] {
					continue
				}
				who := caller.New(caller.Identity{Method: caller.APIKey, Subject: "k", Scopes: scopes})
				reduced := visibleOnly(t, w.document(seen), graph.Trust{})
				for range 40 {
					q := graph.Query{Text: w.query(), Variables: object(t, w.variables()), Caller: who}
					got, want := answered(t, whole, q), answered(t, reduced, q)
					if got != want {
						t.Fatalf("%v asks %s\ngot %s\nwant %s\n%s", scopes, q.Text, got, want, w.document(nil))
					}
					if again := answered(t, whole, q); again != want {
						t.Fatalf("%v asks again %s\ngot %s\nwant %s", scopes, q.Text, again, want)
					}
					if answered(t, whole, graph.Query{Text: q.Text, Variables: q.Variables, Caller: ann("a", "b", "c")}) != want {
						hidden.Add(1)
					}
				}
			}
		})
	}
}

const sharedDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@requiresScopes"])
type Query {
  node: I @connect(http: { GET: "http://refused.test" }, selection: """
    ... kind->match(["a", { __typename: "A" a thing { id } }], ["b", { __typename: "B" thing { id x } }])
  """)
  open: Int pay: Int @requiresScopes(scopes: [["a"]]) tax: Int @requiresScopes(scopes: [["b"]]) found: Found
}
interface I { thing: N }
interface N { id: Int }
type A implements I { a: Int thing: O @requiresScopes(scopes: [["a"]]) }
type B implements I { thing: P }
type O implements N { id: Int }
type P implements N { id: Int x: Int }
union Found = P | Bare
type Bare { y: Int @requiresScopes(scopes: [["b"]]) }
`

// A field that is seen because its interface promises it is of the type that the interface has. Nobody is told of the other.
func TestAPromisedFieldIsReadAsTheInterfaceDeclaresIt(t *testing.T) {
	t.Parallel()
	g := visibleOnly(t, sharedDocument, graph.Trust{})
	for text, want := range map[string]string{
		`{ node { ... on A { thing { ... on P { x } } } } }`: "node.thing",
		`{ node { ... on A { thing { id } } } }`:             "node.thing",
		`{ node { thing { id } } }`:                          "node.thing",
	} {
		for range 2 {
			run := begin(t, g, graph.Query{Text: text})
			if got := strings.Join(paths(run), " "); got != want {
				t.Errorf("%s: denied is %q, want %q", text, got, want)
			}
		}
	}
}

func TestOperatorsWhoRegisterADocumentVouchForItsNames(t *testing.T) {
	t.Parallel()
	const text = `{ open pay }`
	documents := []graph.TrustedDocument{{ID: "p", Text: text}}
	byID, only := visibleOnly(t, sharedDocument, graph.Trust{Documents: documents}), visibleOnly(t, sharedDocument, graph.Trust{Documents: documents, Only: true})
	for name, run := range map[string]*graph.Run{
		"by id": begin(t, byID, graph.Query{ID: "p"}), "the text, where there are no others": begin(t, only, graph.Query{Text: text}),
	} {
		if got := paths(run); len(got) != 1 || got[0] != "pay" {
			t.Errorf("%s: denied is %v", name, got)
		}
	}
	for _, text := range []string{text, "{ open, pay }"} {
		if _, errs := byID.Begin(graph.Query{Text: text}); len(errs) != 1 || !strings.HasPrefix(errs[0].Message, `Cannot query field "pay"`) {
			t.Errorf("%s: got %v", text, errs)
		}
	}
}

// Callers who see different parts of a schema share the plans of what both see.
func TestPlansAreSharedByAllWhoSeeWhatTheyRead(t *testing.T) {
	t.Parallel()
	g := visibleOnly(t, sharedDocument, graph.Trust{})
	for _, text := range []string{`{ open }`, `{ pay }`, `{ found { __typename ... on P { x } } }`} {
		plans := map[*graph.Prepared]bool{}
		for _, who := range []*caller.Caller{ann("a"), ann("a", "c"), ann("a", "b")} {
			for range 2 {
				plans[begin(t, g, graph.Query{Text: text, Caller: who}).Prepared()] = true
			}
		}
		if len(plans) != 1 {
			t.Errorf("%s has %d plans", text, len(plans))
		}
	}
}

func TestWhoSeesAllThatIsNamedPaysNothing(t *testing.T) {
	g := visibleOnly(t, sharedDocument, graph.Trust{})
	allocations := func(text string) float64 {
		q := graph.Query{Text: text, Caller: ann("a")}
		return testing.AllocsPerRun(100, func() {
			run, errs := g.Begin(q)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			run.Close()
		})
	}
	if plain, decided := allocations(`{ open }`), allocations(`{ open pay }`); decided > plain {
		t.Errorf("%v allocations, %v where nothing is decided", decided, plain)
	}
}
