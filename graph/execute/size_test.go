package execute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/plan"
)

// jsonList is a list of 10,000 values.
func jsonList(value func(i int) string) string {
	values := make([]string, 10_000)
	for i := range values {
		values[i] = value(i)
	}
	return "[" + strings.Join(values, ",") + "]"
}

// A buffer that is too small is copied over and over again, one that is too large is taken from others. What an earlier answer had
// says nothing of this one.
func TestBufferOfALongAnswerFitsIt(t *testing.T) {
	t.Parallel()
	g := build(t, thingDocument)
	for _, tt := range []struct{ name, query, coordinate, reply string }{
		{"flat rows", `{ things { must may } }`, "Query.things", jsonList(func(i int) string {
			return fmt.Sprintf(`{"must":%q,"may":"%d"}`, strings.Repeat("x", i%200), i)
		})},
		{"nulls and other names", `{ things { m: must __typename may } }`, "Query.things", jsonList(func(i int) string {
			return fmt.Sprintf(`{"must":"a","may":%s}`, []string{"null", `"b"`, `""`}[i%3])
		})},
		{"lists of lists", `{ grid { must may } }`, "Query.grid", jsonList(func(i int) string {
			return "[" + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"must":"%d","may":"b"},`, i), i%5), ",") + "]"
		})},
		{
			"lists of one object", `{ thing { id list { must } mustList { must may } } }`, "Query.thing",
			`{"id":1,"list":` + jsonList(func(int) string { return `{"must":"a"}` }) +
				`,"mustList":` + jsonList(func(i int) string { return fmt.Sprintf(`{"must":"a longer text","may":"%d"}`, i) }) + `}`,
		},
	} {
		doc, errs := gqlparser.LoadQueryWithRules(g.Schema, tt.query, rules.NewDefaultRules())
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, hint := range []int{0, 100, 3 << 20} {
			loads := &fakeLoads{t: t, replies: replies{tt.coordinate: tt.reply}, plan: p, done: make(chan execute.Loaded, len(p.Fetches))}
			parts := execute.Run(t.Context(), p, execute.Input{Loads: loads, SizeHint: hint})
			part, err := parts.Next(t.Context())
			if err != nil || len(part.Errors) > 0 {
				t.Fatal(tt.name, err, part.Errors)
			}
			// The parts are not closed, so that no other run gets the buffer.
			if size, room := len(part.Whole), cap(part.Whole); room > size+size/8+2048 {
				t.Errorf("%s, hint %d: the answer has %d bytes, its buffer %d", tt.name, hint, size, room)
			}
		}
	}
}

// One text that is longer than all others together says nothing of the rest, whether or not it is among the rows that are measured.
func TestOneLongTextDoesNotMakeAGiantBuffer(t *testing.T) {
	t.Parallel()
	g := build(t, thingDocument)
	const query = `{ things { must } }`
	doc, errs := gqlparser.LoadQueryWithRules(g.Schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	p, err := plan.NewPlanner(g).Plan(doc.Operations[0], nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	reply := jsonList(func(i int) string {
		if i == 0 {
			return fmt.Sprintf(`{"must":%q}`, strings.Repeat("x", 1<<20))
		}
		return `{"must":"a"}`
	})
	loads := &fakeLoads{t: t, replies: replies{"Query.things": reply}, plan: p, done: make(chan execute.Loaded, len(p.Fetches))}
	part, err := execute.Run(t.Context(), p, execute.Input{Loads: loads}).Next(t.Context())
	if err != nil || len(part.Errors) > 0 {
		t.Fatal(err, part.Errors)
	}
	// As large as buffers that are kept, and some times the reply.
	if size, room := len(part.Whole), cap(part.Whole); room > 5<<20+4*size {
		t.Errorf("the answer has %d bytes, its buffer %d", size, room)
	}
}
