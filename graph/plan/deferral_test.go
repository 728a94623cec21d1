package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/plan"
)

// parts describes the parts of a plan besides the first: label, path, and the part around it.
func parts(p *plan.Plan) string {
	var out []string
	for _, d := range p.Deferrals {
		out = append(out, fmt.Sprintf("%s@%s<%d", d.Label, strings.Join(d.Path, "."), d.Around))
	}
	return strings.Join(out, " ")
}

func TestFragmentsArePartsWhereThereIsSomethingToWaitFor(t *testing.T) {
	t.Parallel()
	g := blog(t)
	for _, tt := range []struct{ name, query, want string }{
		{"a call of its own", `{ posts { title ... @defer(label: "a") { likes } } }`, "a@posts<0"},
		{"the same reply", `{ posts { title ... @defer(label: "a") { id } } }`, ""},
		{"asked for outside, too", `{ posts { likes ... @defer(label: "a") { likes } } }`, ""},
		{"outside, further below", `{ ...F ... @defer(label: "a") { posts { likes } } } fragment F on Query { posts { likes } }`, ""},
		{"a fragment that is spread twice", `{ posts { ...F @defer(label: "a") ...F } } fragment F on Post { likes }`, ""},
		{"outside after inside", `{ posts { ... @defer(label: "a") { ...F } ...F } } fragment F on Post { likes }`, ""},
		{"at the root", `{ posts { id } ... @defer(label: "a") { top { id } } }`, "a@<0"},
		{"all of the answer", `{ ... @defer(label: "a") { posts { id } } }`, "a@<0"},
		{"nested, with more to wait for", `{ posts { ... @defer(label: "a") { author { name ... @defer(label: "b") { group { name } } } } } }`, "a@posts<0 b@posts.author<1"},
		{"nested, with the same to wait for", `{ posts { ... @defer(label: "a") { author { name ... @defer(label: "b") { id } } } } }`, "a@posts<0"},
		{"nested in one that is none", `{ posts { ... @defer(label: "a") { title ... @defer(label: "b") { likes } } } }`, "b@posts<0"},
		{"two of one call", `{ posts { ... @defer(label: "a") { likes } ... @defer(label: "b") { likes } } }`, "a@posts<0 b@posts<0"},
		{"of a type", `{ feed { ... on Post @defer(label: "a") { likes } } }`, "a@feed<0"},
		{"what is computed", `{ ... @defer(label: "a") { me { id } } posts { id } }`, ""},
		{"aliases", `{ a: posts { ... @defer(label: "a") { likes } } b: posts { ... @defer(label: "b") { likes } } }`, "a@a<0 b@b<0"},
		{"below a mutation", `mutation { like(id: 1) { id ... @defer(label: "a") { author { name } } } }`, "a@like<0"},
		{"below a mutation's field that another one waits for", `mutation { a: like(id: 1) { ... @defer(label: "a") { author { name } } } b: like(id: 2) { id } }`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := planned(t, g, tt.query, map[string]bool{plan.TakesParts: true})
			if diff := cmp.Diff(tt.want, parts(p)); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, p.AppendText(nil))
			}
			whole := planned(t, g, tt.query, map[string]bool{plan.TakesParts: false})
			if len(whole.Deferrals) > 0 || len(whole.Fetches) != len(p.Fetches) {
				t.Errorf("for a client that takes no parts:\n%s", whole.AppendText(nil))
			}
		})
	}
}

func TestTakingPartsIsAConditionOfPlans(t *testing.T) {
	t.Parallel()
	g := blog(t)
	for query, want := range map[string][]string{
		`{ posts { ... @defer { id } } }`:                                           {plan.TakesParts},
		`{ posts { ... @defer(if: false) { id } } }`:                                nil,
		`query($v: Boolean!) { posts { ... @defer(if: $v) { id @skip(if: $v) } } }`: {"v", plan.TakesParts},
		`query($v: Boolean!) { ...F @include(if: $v) } fragment F on Query { ...G @defer } fragment G on Query { posts { id } }`: {"v", plan.TakesParts},
	} {
		if diff := cmp.Diff(want, plan.Conditions(validated(t, g, query))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", query, diff)
		}
	}
}

func TestThereIsABitForEachPart(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("{ ")
	for i := range 100 {
		fmt.Fprintf(&b, "p%d: user(id: %d) { ... @defer { badge } } ", i, i)
	}
	b.WriteString("}")
	p := planned(t, blog(t), b.String(), map[string]bool{plan.TakesParts: true})
	if len(p.Deferrals) != 63 {
		t.Errorf("%d parts besides the first", len(p.Deferrals))
	}
}
