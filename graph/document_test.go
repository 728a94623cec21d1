package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
)

// chain returns n fragments of which each spreads the next `times` times, below a field when nested.
func chain(n, times int, field string) string {
	var b strings.Builder
	b.WriteString("{ user(id: 1) { ...f0 } }\n")
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on User { id ", i)
		if i < n-1 {
			for k := range times {
				if field == "" {
					fmt.Fprintf(&b, "...f%d ", i+1)
				} else {
					fmt.Fprintf(&b, "a%d: %s { ...f%d } ", k, field, i+1)
				}
			}
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// spreads returns n fragments of which each spreads the next.
func spreads(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on Query { ...f%d } ", i, i+1)
	}
	return b.String()
}

// ring returns n fragments of which each spreads the next twice, and the last the first.
func ring(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on __Schema { ...f%[2]d ...f%[2]d } ", i, (i+1)%n)
	}
	return b.String()
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Every one of these has cost a server somewhere its life. None may cost more than it says here.
func TestHostileDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	for _, tt := range []struct{ name, text, code, limit string }{
		{"1 MB of text", "{ greeting } #" + strings.Repeat("x", 1<<20), graph.CodeLimitExceeded, "bytes"},
		{"1 MB of braces", strings.Repeat("{a", 1<<19), graph.CodeLimitExceeded, "nesting"},
		{"1 MB of commas", strings.Repeat(",", 1<<20), graph.CodeOperationResolution, ""},
		{"1 MB of comments", strings.Repeat("#\n", 1<<19), graph.CodeLimitExceeded, "tokens"},
		{"1 MB of one name", "{" + strings.Repeat("a", 1<<20-10) + "}", graph.CodeLimitExceeded, "name_length"},
		{"10,000 aliases", "{" + numbered(10_000, "a%d: greeting ") + "}", graph.CodeLimitExceeded, "tokens"},
		{"deep list value", "{ user(id: " + strings.Repeat("[", 5000), graph.CodeLimitExceeded, "nesting"},
		{"deep type", "query($v: " + strings.Repeat("[", 5000), graph.CodeLimitExceeded, "nesting"},
		{
			"deep fields", "{ user(id: 1) " + strings.Repeat("{ friends ", 120) + "{ id }" + strings.Repeat("}", 120) + "}",
			graph.CodeLimitExceeded, "depth",
		},
		{"deep fields through fragments", chain(110, 1, "friends"), graph.CodeLimitExceeded, "depth"},
		{"doubling fragments", chain(30, 2, "friends"), graph.CodeLimitExceeded, "fields"},
		{"flat doubling fragments", chain(30, 2, ""), graph.CodeLimitExceeded, "fields"},
		{"a long chain of fragments", chain(1000, 1, ""), graph.CodeLimitExceeded, "fragments"},
		{"fragment cycle", "{ user(id: 1) { ...a } } fragment a on User { ...b } fragment b on User { ...a }", graph.CodeValidationFailed, ""},
		{"doubling fragments without a field, in a cycle, below __schema", "{ __schema { ...f0 } }" + ring(40), graph.CodeValidationFailed, ""},
		{
			"a fragment of itself, in many operations",
			numbered(190, "query q%d { ...A } ") + numbered(400, "fragment g%d on Query { greeting } ") +
				"fragment A on Query {" + strings.Repeat("...A ", 4000) + "}",
			graph.CodeValidationFailed, "",
		},
		{
			"a long chain of fragments with one field at its end", "{ ...f0 }" + spreads(480) + "fragment f480 on Query { greeting }",
			graph.CodeLimitExceeded, "validation_steps",
		},
		{
			"a list in many operations", numbered(150, "query q%d { ...A } ") +
				"fragment A on Query { user(id: [" + strings.Repeat("1 ", 10_000) + "]) { id } }",
			graph.CodeLimitExceeded, "validation_steps",
		},
		{"many operations", numbered(201, "query q%d { greeting } "), graph.CodeLimitExceeded, "operations"},
		{"many variables", "query(" + numbered(501, "$v%d: ID ") + ") { greeting }", graph.CodeLimitExceeded, "variables"},
		{"a directive flood", "{ greeting " + strings.Repeat("@x ", 1001) + "}", graph.CodeLimitExceeded, "directives"},
		{"a directive flood at one place", "{ greeting " + strings.Repeat("@x ", 51) + "}", graph.CodeLimitExceeded, "directives_per_location"},
		{"directives that nobody knows", "{ user(id: 1) {" + strings.Repeat("id @x @y ", 400) + "} }", graph.CodeValidationFailed, ""},
		{"root fields", "{" + numbered(201, "a%d: greeting ") + "}", graph.CodeLimitExceeded, "root_fields"},
		{"aliases", "{ user(id: 1) {" + numbered(1001, "a%d: id ") + "} }", graph.CodeLimitExceeded, "aliases"},
		{"aliases in fragments", "{ user(id: 1) {" + strings.Repeat("...F ", 101) + "} } fragment F on User {" + numbered(10, "a%d: id ") + "}", graph.CodeLimitExceeded, "aliases"},
		{"a long list", "{ user(id: [" + strings.Repeat("1 ", 10_001) + "]) { id } }", graph.CodeLimitExceeded, "list_size"},
		{"a long list as a default", "query($v: [Int] = [" + strings.Repeat("1 ", 10_001) + "]) { greeting }", graph.CodeLimitExceeded, "list_size"},
		{"an object's field, again and again", "{ user(id: 1 filter: {" + strings.Repeat("min: 1 ", 4000) + "}) { id } }", graph.CodeValidationFailed, ""},
		{"unknown fields of an object", "{ user(id: 1 filter: {" + numbered(4000, "min%d: 1 ") + "}) { id } }", graph.CodeValidationFailed, ""},
		{"unused fragments", "{ greeting }" + numbered(500, "fragment g%d on Query { greeting } "), graph.CodeValidationFailed, ""},
		{"fragment in itself", "{ user(id: 1) { ...a } } fragment a on User { friends { ...a } }", graph.CodeValidationFailed, ""},
		{"many wrong fields", "{ user(id: 1) {" + numbered(4000, "wrong%d ") + "} }", graph.CodeValidationFailed, ""},
		{
			"wide introspection", "{ __schema { " + numbered(600, "a%d: description ") + "} }",
			graph.CodeLimitExceeded, "introspection_fields",
		},
		{
			"deep introspection", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
			graph.CodeLimitExceeded, "introspection_depth",
		},
		{"fragment with variables", "{ user(id: 1) { ...a } } fragment a($x: Int) on User { id }", graph.CodeParseFailed, ""},
		{"control character", "{ a\x00 }", graph.CodeParseFailed, ""},
		{"invalid UTF-8", "{ user(id: \"\xff\") { id \xff } }", graph.CodeParseFailed, ""},
		{"unterminated string", `{ user(id: "x`, graph.CodeParseFailed, ""},
		{"nothing", " \n", graph.CodeOperationResolution, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, errs := g.Begin(graph.Query{Text: tt.text})
			if len(errs) == 0 || len(errs) > 51 {
				t.Fatalf("got %d errors", len(errs))
			}
			ext := errs[0].Extensions
			limit, _ := ext["limit"].(string)
			if ext["code"] != tt.code || limit != tt.limit {
				t.Errorf("got code %v, limit %q: %v", ext["code"], limit, errs[0])
			}
		})
	}
}

func TestLargeDocumentsWithinTheLimitsArePlanned(t *testing.T) {
	t.Parallel()
	generous := graph.Limits{
		MaxTokens: 100_000, MaxFields: 100_000, MaxDepth: 1000, MaxNesting: 2000, MaxRootFields: 100_000, MaxAliases: 100_000,
		MaxVariables: 2000,
	}
	g := newGeneration(t, generous, nil)
	for _, tt := range []struct{ name, text string }{
		{"10,000 aliases", "{" + numbered(10_000, "a%d: greeting ") + "}"},
		{"10,000 overlapping fields", "{ user(id: 1) { " + strings.Repeat("name ", 10_000) + "} }"},
		{"10,000 overlapping aliases", "{ user(id: 1) { " + strings.Repeat("x: name ", 10_000) + "} }"},
		{"3,000 overlapping objects", "{ user(id: 1) { " + strings.Repeat("friends { id name } ", 3000) + "} }"},
		{"a chain of 200 fragments", chain(200, 1, "")},
		{"2,000 variables", "query(" + numbered(2000, "$v%d: ID! ") + ") {" + numbered(2000, "a%[1]d: user(id: $v%[1]d) { id } ") + "}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, errs := g.Prepare(tt.text)
			if len(errs) > 0 {
				t.Fatal(errs[0])
			}
			if strings.HasPrefix(tt.text, "query(") {
				return // its variables are required
			}
			run, errs := g.Begin(graph.Query{Text: tt.text})
			if len(errs) > 0 {
				t.Fatal(errs[0])
			}
			if run.Operation().Document() != doc {
				t.Error("the document was not remembered")
			}
			run.Close()
		})
	}
}

func TestErrorsHavePlaceAndCode(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	for _, tt := range []struct {
		name, text string
		want       gqlerror.Error
	}{
		{"parse", "{\n  user(id: ) }", gqlerror.Error{
			Message: "Unexpected )", Locations: []gqlerror.Location{{Line: 2, Column: 12}},
			Extensions: map[string]any{"code": graph.CodeParseFailed},
		}},
		{"suggestion", "{\n  greetin\n}", gqlerror.Error{
			Message:    `Cannot query field "greetin" on type "Query". Did you mean "greeting"?`,
			Locations:  []gqlerror.Location{{Line: 2, Column: 3}},
			Extensions: map[string]any{"code": graph.CodeValidationFailed}, Rule: "FieldsOnCorrectType",
		}},
		{"literal", "{ user(id: 1.5) { id } }", gqlerror.Error{
			Message:    `ID cannot represent a non-string and non-integer value: 1.5`,
			Locations:  []gqlerror.Location{{Line: 1, Column: 12}},
			Extensions: map[string]any{"code": graph.CodeValidationFailed}, Rule: "ValuesOfCorrectType",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, errs := g.Prepare(tt.text)
			if len(errs) != 1 {
				t.Fatalf("got %v", errs)
			}
			if diff := cmp.Diff(tt.want, *errs[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOverlappingFieldsThatConflictAreRefused(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	_, errs := g.Prepare(`{ user(id: 1) { x: id x: name } }`)
	if len(errs) != 1 || errs[0].Extensions["code"] != graph.CodeValidationFailed {
		t.Errorf("got %v", errs)
	}
}

func TestOperationsAreFoundByName(t *testing.T) {
	t.Parallel()
	g := newGeneration(t, graph.Limits{}, nil)
	const two = "query a { greeting } query b { greeting }"
	for _, tt := range []struct{ name, text, operation, want string }{
		{"only one", "query a { greeting }", "", ""},
		{"by name", two, "b", ""},
		{"none of several", two, "", "Must provide operation name if query contains multiple operations."},
		{"unknown", two, "c", `Unknown operation named "c".`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run, errs := g.Begin(graph.Query{Text: tt.text, Operation: tt.operation})
			if tt.want == "" {
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				run.Close()
				return
			}
			if len(errs) != 1 || errs[0].Message != tt.want || errs[0].Extensions["code"] != graph.CodeOperationResolution {
				t.Errorf("got %v", errs)
			}
		})
	}
}

func FuzzPrepare(f *testing.F) {
	f.Add("{ greeting }")
	f.Add("query q($id: ID! = 5, $b: Boolean!) { user(id: $id, filter: {tags: \"x\"}) @include(if: $b) { ...f } } fragment f on User { id }")
	f.Add("{ __schema { types { name } } __type(name: \"User\") { fields { name } } }")
	f.Add("mutation { rename(id: 1, name: \"\"\"x\"\"\") { __typename friends { friends { id } } } }")
	f.Add("\"d\" query (\"e\" $id: ID = \"\\u{1F600}\\uD83D\\uDE00\") { user(id: $id) { id } }")
	f.Add("{ user(id: \"\"\"a\r\n   b\\\"\"\"\n  c\"\"\" filter: {min: 1 max: -2}) { id } } # e")
	g := newGeneration(f, graph.Limits{MaxTokens: 2000}, nil)
	f.Fuzz(func(t *testing.T, text string) {
		run, errs := g.Begin(graph.Query{Text: text})
		for _, err := range errs {
			if err.Extensions["code"] == nil || err.Extensions["code"] == graph.CodeInternal {
				t.Errorf("%q: %v %v", text, err, err.Err)
			}
		}
		if run != nil {
			run.Close()
		}
	})
}
