package execute_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
)

const lateDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query { user: User @connect(source: "api", http: { GET: "/user" }, selection: "id name") }
extend type Query { users: [User!] @connect(source: "api", http: { GET: "/users" }, selection: "id name") }
type User {
  id: ID!
  name: String
  badge: String @connect(source: "api", http: { GET: "/badge/{$this.id}" }, selection: "$.badge")
  score: Int! @connect(source: "api", http: { GET: "/score/{$this.id}" }, selection: "$.score")
}`

// lateParts runs a query for a client that takes parts.
func lateParts(ctx context.Context, t *testing.T, query string, loads *fakeLoads, memory *execute.Memory) execute.Parts {
	t.Helper()
	g := build(t, lateDocument)
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], map[string]bool{plan.TakesParts: true}, 0)
	if err != nil {
		t.Fatal(err)
	}
	loads.t, loads.plan, loads.done = t, p, make(chan execute.Loaded, len(p.Fetches))
	return execute.Run(ctx, p, execute.Input{Loads: loads, Memory: memory})
}

func TestThePartsComeInOrderAndThenNoMore(t *testing.T) {
	t.Parallel()
	loads := &fakeLoads{replies: replies{"Query.user": `{"id":"1","name":"Ann"}`, "User.badge": `"gold"`}}
	parts := lateParts(t.Context(), t, `{ user { name ... @defer { badge } } }`, loads, &execute.Memory{})
	defer parts.Close()
	first, err := parts.Next(t.Context())
	if err != nil || string(first.Data) != `{"user":{"name":"Ann"}}` || !first.HasNext || len(first.Pending) != 1 {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := parts.Next(t.Context())
	if err != nil || second.HasNext || len(second.Patches) != 1 || string(second.Patches[0].Data) != `{"badge":"gold"}` {
		t.Fatalf("%+v %v", second, err)
	}
	if part, err := parts.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("%+v %v", part, err)
	}
	// What is deferred is asked for as soon as it can be, before the first part is given.
	if diff := cmp.Diff([]string{"Query.user()", "|", `User.badge("1")`, "|"}, loads.log); diff != "" {
		t.Error(diff)
	}
}

func TestTheFirstPartDoesNotWaitForACallThatIsNeverAnswered(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	loads := &fakeLoads{replies: replies{"Query.user": `{"id":"1","name":"Ann"}`}}
	parts := lateParts(ctx, t, `{ user { name ... @defer { badge score } } }`, loads, nil)
	defer parts.Close()
	first, err := parts.Next(ctx)
	if err != nil || string(first.Data) != `{"user":{"name":"Ann"}}` || !first.HasNext {
		t.Fatalf("%+v %v", first, err)
	}
	cancel()
	last, err := parts.Next(ctx)
	if err != nil || last.HasNext || len(last.Completed) != 1 || !last.Completed[0].HasFailed {
		t.Fatalf("%+v %v", last, err)
	}
	if diff := cmp.Diff([]string{"REQUEST_TIMEOUT user.badge *2"}, problems(last.Completed[0].Errors)); diff != "" {
		t.Error(diff)
	}
}

// Memory is given back when nothing uses it any more, and not before: whoever closes in the middle leaves calls behind.
func TestLoadsAreReleasedWithTheLastPartAlone(t *testing.T) {
	t.Parallel()
	for _, isClosedEarly := range []bool{false, true} {
		loads := &fakeLoads{replies: replies{"Query.user": `{"id":"1"}`, "User.badge": `"gold"`}}
		parts := lateParts(t.Context(), t, `{ user { id ... @defer { badge } } }`, loads, &execute.Memory{})
		for range 2 {
			if _, err := parts.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			if isClosedEarly {
				parts.Close()
				if _, err := parts.Next(t.Context()); !errors.Is(err, io.EOF) {
					t.Errorf("after Close: %v", err)
				}
				break
			}
		}
		if got := loads.releases; (got == 1) == isClosedEarly {
			t.Errorf("closed early: %t, released %d times", isClosedEarly, got)
		}
	}
}

func TestFragmentsAreBounded(t *testing.T) {
	t.Parallel()
	list := "[" + strings.TrimSuffix(strings.Repeat(`{"id":"1"},`, 60_000), ",") + "]"
	loads := &fakeLoads{replies: replies{"Query.users": list, "User.badge": `"gold"`}}
	parts := lateParts(t.Context(), t, `{ users { id ... @defer { a: badge } ... @defer { b: badge } } }`, loads, nil)
	first, err := parts.Next(t.Context())
	if err != nil || len(first.Pending) != 100_000 {
		t.Fatalf("%d fragments are pending, %v", len(first.Pending), err)
	}
	if diff := cmp.Diff([]string{"LIMIT_EXCEEDED "}, problems(first.Errors)); diff != "" {
		t.Error(diff)
	}
	// The parts are not closed, so that no other run gets the buffer.
}
