package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/config"
)

// hostile is a request that must be refused, or survived, without harm to the next one.
type hostile struct {
	name string
	// body is the request's whole body.
	body []byte
	// status, code and limit are those of the answer; no code means that the request is answered.
	status      int
	code, limit string
	// message is part of the first error's text.
	message string
	// data is compared where the request is answered; empty means not.
	data string
}

// request is the body of a query without variables.
func request(query string) []byte {
	text, _ := json.Marshal(query) // a string can always be written
	return append(append([]byte(`{"query":`), text...), '}')
}

// lines repeats a text with its number.
func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// bomb is a query whose fragments spread the next one twice: 2^levels fields in a few lines.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("{ me { ...F0 } }\n")
	for i := range levels {
		fmt.Fprintf(&b, "fragment F%d on User { ...F%d ...F%d }\n", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on User { id }", levels)
	return b.String()
}

// branchingBomb multiplies fields and not only spreads: every level selects the next twice under two names.
func branchingBomb(levels int) string {
	var b strings.Builder
	b.WriteString("{ me { ...F0 } }\n")
	for i := range levels {
		fmt.Fprintf(&b, "fragment F%d on User { a: reviews { author { ...F%d } } b: reviews { author { ...F%d } } }\n", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on User { id }", levels)
	return b.String()
}

func hostileQueries() []hostile {
	const (
		exceeded = "LIMIT_EXCEEDED"
		invalid  = "GRAPHQL_VALIDATION_FAILED"
		unparsed = "GRAPHQL_PARSE_FAILED"
		input    = "BAD_USER_INPUT"
	)
	refused := http.StatusBadRequest
	return []hostile{
		{"one megabyte of fields", request("{" + strings.Repeat(" me{id}", 1_000_000/7-10) + "}"), refused, exceeded, "tokens", "too many tokens", ""},
		{"more than a megabyte", request("{me{id}}#" + strings.Repeat("x", 1<<20)), http.StatusRequestEntityTooLarge, exceeded, "body_bytes", "too large", ""},
		{"one megabyte of comment", request("{me{id}}#" + strings.Repeat("x", 1_000_000)), http.StatusOK, "", "", "", `{"me":{"id":"1"}}`},
		{"a name of one megabyte", request("{" + strings.Repeat("x", 1_000_000) + "}"), refused, exceeded, "name_length", "A name in the query has 1000000 bytes", ""},
		{"10,000 aliases", request("{" + lines(10_000, " a%d:me{id}") + "}"), refused, exceeded, "tokens", "too many tokens", ""},
		{"10,000 aliases on one line of tokens", request("{" + lines(10_000, "a%d:__typename ") + "}"), refused, exceeded, "tokens", "too many tokens", ""},
		{"10,000 overlapping fields", request("{me{" + strings.Repeat("id ", 10_000) + "}}"), http.StatusOK, "", "", "", `{"me":{"id":"1"}}`},
		{"thousands of overlapping objects", request("{" + strings.Repeat("me{id}", 3_700) + "}"), http.StatusOK, "", "", "", `{"me":{"id":"1"}}`},
		{"hundreds of conflicting fields", request("{me{" + strings.Repeat(" x:id x:name", 500) + "}}"), refused, invalid, "", `Fields "x" conflict`, ""},
		{"10,000 unknown fields", request("{me{" + lines(10_000, " nope%d") + "}}"), refused, invalid, "", `Cannot query field "nope0"`, ""},
		{"a fragment in itself", request("{me{...F}} fragment F on User{...F}"), refused, invalid, "", `Cannot spread fragment "F" within itself`, ""},
		{"fragments in a circle", request("{me{...A}} fragment A on User{...B} fragment B on User{...C} fragment C on User{...A}"), refused, invalid, "", "within itself via", ""},
		{"a circle through fields", request("{me{...A}} fragment A on User{reviews{author{...A}}}"), refused, invalid, "", "within itself", ""},
		{"spreads that double 40 times", request(bomb(40)), refused, exceeded, "fields", "fields", ""},
		{"fields that double 40 times", request(branchingBomb(40)), refused, exceeded, "", "limit is", ""},
		{"many fragments", request("{me{...F0}}" + lines(600, " fragment F%d on User{id}")), refused, exceeded, "fragments", "600 fragments", ""},
		{"10,000 braces", request(strings.Repeat("{a", 10_000) + strings.Repeat("}", 10_000)), refused, exceeded, "nesting", "nests too deep", ""},
		{"10,000 braces that never close", request(strings.Repeat("{", 10_000)), refused, exceeded, "nesting", "nests too deep", ""},
		{"10,000 brackets", request("{me(x:" + strings.Repeat("[", 10_000)), refused, exceeded, "nesting", "nests too deep", ""},
		{"101 levels", request("{me{" + strings.Repeat("reviews{author{", 50) + "id" + strings.Repeat("}}", 50) + "}}"), refused, exceeded, "depth", "102 deep", ""},
		{"deep introspection", request("{__schema{types{" + strings.Repeat("fields{type{", 40) + "name" + strings.Repeat("}}", 40) + "}}}"), refused, exceeded, "introspection_depth", "40 deep", ""},
		{"wide introspection", request("{" + lines(400, " a%d:__schema{types{name}}") + "}"), refused, exceeded, "introspection_fields", "introspection", ""},
		{"half a query", request("{ me { id"), refused, unparsed, "", "Expected", ""},
		{"a control character", request("{ me\x00 }"), refused, unparsed, "", "", ""},
		{"no operation", request("fragment F on User{id}"), refused, invalid, "", "F", ""},
		{"an empty query", request(" "), refused, "OPERATION_RESOLUTION_FAILURE", "", "Must provide", ""},
		{"a number of another type", []byte(`{"query":"query($n:Int){users(limit:$n){id}}","variables":{"n":1e400}}`), refused, input, "", "$n", ""},
	}
}

func hostileBodies() []hostile {
	const malformed = "BAD_REQUEST"
	refused := http.StatusBadRequest
	deep := func(open, closing string) []byte {
		return []byte(`{"query":"{me{id}}","variables":{"x":` + strings.Repeat(open, 100_000) + strings.Repeat(closing, 100_000) + `}}`)
	}
	return []hostile{
		{"nothing", nil, refused, malformed, "", "not valid JSON", ""},
		{"half an object", []byte(`{"query":"{me`), refused, malformed, "", "not valid JSON", ""},
		{"a list", []byte(`[{"query":"{me{id}}"}]`), refused, "BATCHING_NOT_ENABLED", "", "Batched requests", ""},
		{"null", []byte(`null`), refused, malformed, "", "must be a JSON object", ""},
		{"a number for the query", []byte(`{"query":1}`), refused, malformed, "", `"query" must be a string`, ""},
		{"a list for the variables", []byte(`{"query":"{me{id}}","variables":[]}`), refused, malformed, "", `"variables" must be an object`, ""},
		{"two documents", []byte(`{"query":"{me{id}}"}{}`), refused, malformed, "", "not valid JSON", ""},
		{"invalid UTF-8", []byte("{\"query\":\"{me{id}} # \xff\"}"), refused, malformed, "", "not valid JSON", ""},
		{"lists 100,000 deep", deep("[", "]"), refused, "LIMIT_EXCEEDED", "json_nesting", "", ""},
		{"objects 100,000 deep", deep(`{"a":`, "}"), refused, "LIMIT_EXCEEDED", "json_nesting", "", ""},
		{"a variable of 900 KB", bytes.Join([][]byte{
			[]byte(`{"query":"query($t:String!){search(text:$t){__typename} me{id}}","variables":{"t":"`), bytes.Repeat([]byte("x"), 900_000), []byte(`"}}`),
		}, nil), http.StatusOK, "", "", "", `{"search":[],"me":{"id":"1"}}`},
		{"a variable of the wrong type with 900 KB", bytes.Join([][]byte{
			[]byte(`{"query":"query($t:Int){users(limit:$t){id}}","variables":{"t":"`), bytes.Repeat([]byte("x"), 900_000), []byte(`"}}`),
		}, nil), refused, "BAD_USER_INPUT", "", `Variable "$t"`, ""},
		{"60,000 variables that nobody declared", []byte(`{"query":"{me{id}}","variables":{` + strings.TrimSuffix(lines(60_000, `"v%d":1,`), ",") + `}}`), http.StatusOK, "", "", "", `{"me":{"id":"1"}}`},
	}
}

// Whatever a client sends, it gets one clear error in one short answer, and the next client gets what it asks for.
func TestHostileRequestsAreRefusedAndForgotten(t *testing.T) {
	// Not parallel: it looks for goroutines that stay behind.
	ignore := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, ignore) })
	w := serveShop(t, config.Source{})
	for _, h := range append(hostileQueries(), hostileBodies()...) {
		t.Run(h.name, func(t *testing.T) {
			h.check(t, w.post(t, h.body))
			wantData(t, w.ask(t, "{ user(id: 7) { id } }", nil), `{"user":{"id":"7"}}`)
		})
	}
}

func (h *hostile) check(t *testing.T, a answer) {
	t.Helper()
	if a.status != h.status {
		t.Errorf("status %d, want %d", a.status, h.status)
	}
	if h.data != "" && string(a.Data) != h.data {
		t.Errorf("data %.200s", a.Data)
	}
	if h.code == "" {
		if len(a.Errors) > 0 {
			t.Errorf("errors: %.500v", fmt.Sprint(a.Errors))
		}
		return
	}
	if len(a.Errors) == 0 {
		t.Fatalf("no error; data %.200s", a.Data)
	}
	e := a.Errors[0]
	limit, _ := e.Extensions["limit"].(string)
	if e.code() != h.code || h.limit != "" && limit != h.limit || !strings.Contains(e.Message, h.message) {
		t.Errorf("got code %q, limit %q, message %.200q", e.code(), limit, e.Message)
	}
	// An answer that repeats its question could be used to fill logs and lines.
	if len(a.Errors) > 51 || len(e.Message) > 1000 {
		t.Errorf("%d errors, the first has %d bytes", len(a.Errors), len(e.Message))
	}
}

// Two hundred aliases of one field are one call, as long as they ask the same.
func TestAliasesOfOneReadShareItsCall(t *testing.T) {
	t.Parallel()
	w := serveShop(t, config.Source{})
	a := w.ask(t, "{"+lines(200, " a%d: user(id: 7) { name }")+"}", nil)
	if n := len(w.shop.Calls()); len(a.Errors) > 0 || n != 1 {
		t.Errorf("%d calls, errors %v", n, a.Errors)
	}
}

// Where an operator allows them, ten thousand aliases are work in proportion: no step of planning or answering is quadratic.
func TestTenThousandAliasesAreAnsweredWhereAllowed(t *testing.T) {
	t.Parallel()
	const many = 10_000
	w := serveShop(t, config.Source{})
	g := serve(t, shopDocuments(t), &config.Config{
		Limits:  graph.Limits{MaxTokens: 1_000_000, MaxFields: 100_000, MaxHeight: 100_000, MaxAliases: many, MaxRootFields: many},
		Sources: map[string]config.Source{"shop.shop": {OverrideURL: w.shop.URL()}},
	})
	a := g.ask(t, "{"+lines(many, " a%d: me { id }")+"}", nil)
	if got := dataOf[map[string]row](t, a); len(got) != many {
		t.Errorf("%d keys", len(got))
	}
	w.shop.ResetCalls()
	a = g.ask(t, "{"+lines(many, " a%d: user(id: 7) { name }")+"}", nil)
	if got := dataOf[map[string]row](t, a); len(got) != many || len(w.shop.Calls()) != 1 {
		t.Errorf("%d keys by %d calls", len(got), len(w.shop.Calls()))
	}
}
