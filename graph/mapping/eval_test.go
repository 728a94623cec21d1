package mapping

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

func TestProblemsAreGroupedByMessageAndPath(t *testing.T) {
	t.Parallel()
	in := parseValue(t, `{"items": [{"price": 1}, {}, {}, {"price": null}], "a": {"b": 5}}`)
	for _, c := range []struct {
		text string
		want []Problem
	}{
		{"$.items { price }", []Problem{{"Property .price not found in object", "items.@.price", 2}}},
		{"p: items.price", []Problem{{"Property .price not found in object", "items.@.price", 2}}},
		{"p: items.price->nope", []Problem{
			{"Property .price not found in object", "items.@.price", 2}, {"Method ->nope not found", "items.price.->nope", 1},
		}},
		{"x: $args.id->first", []Problem{{"Method ->first requires an array or string input", "$args.id.->first", 1}}},
		{"x: $.a.b.c", []Problem{{"Property .c not found in number", "a.b.c", 1}}},
		{"x: $this.id", []Problem{{"Variable $this not found", "$this", 1}}},
		{`a { x: $."my key" }`, []Problem{{`Property ."my key" not found in object`, "a.my key", 1}}},
		{"x: a->map(@.z)", []Problem{{"Property .z not found in object", "a.->map.z", 1}}},
		{"x: items->map(@.price.z)", []Problem{
			{"Property .z not found in number", "items.->map.@.price.z", 1},
			{"Property .price not found in object", "items.->map.@.price", 2},
			{"Property .z not found in null", "items.->map.@.price.z", 1},
		}},
		{"items { t: $.a }", []Problem{{"Property .a not found in object", "items.@.a", 4}}},
		{"items { $.nope { z } }", []Problem{
			{"Property .nope not found in object", "items.@.nope", 4}, {"Inlined path produced no value", "items.@", 4},
		}},
		{"r: $.a r: $.items", []Problem{{"Lossy merge replacing object with array", "", 1}}},
		{"x: a->echo($args.id.y)", []Problem{{"Property .y not found in number", "$args.id.y", 1}}},
	} {
		m := mustParse(t, c.text, V03)
		env := &Env{Problems: &Problems{}}
		env.Vars[Args] = parseValue(t, `{"id": 7}`)
		m.Eval(in, env)
		if diff := cmp.Diff(c.want, env.Problems.List()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	var p Problems
	for i := range 10_000 {
		p.Add(strings.Repeat("x", i%1000), "")
	}
	if len(p.List()) != maxProblems || p.List()[0].Count != 10 {
		t.Errorf("%d problems, the first %d times", len(p.List()), p.List()[0].Count)
	}
}

// TestMethods covers what the worked examples do not.
func TestMethods(t *testing.T) {
	t.Parallel()
	in := parseValue(t, `{"s": "héllo", "i": 7, "f": 2.5, "b": true, "nil": null, "l": [3, 1.0, "a"], "o": {"a": 1},
		"big": 123456789012345678901234567890, "max": 9223372036854775807, "min": -9223372036854775808,
		"bad": "{\"a\":", "sp": "\u00a0 x\u2003", "keys": {"HTTPServer": 1, "user_id": 2, "UserID": [{"a-b": 3}], "__": 4}}`)
	for _, c := range []struct{ text, want, problem string }{
		{"x: s->get(1) y: s->get(2) z: s->get(-1)", `{"x":"é","y":"","z":"o"}`, ""},
		{"x: s->get(9)", `{}`, "Method ->get index 9 out of bounds in string of length 6"},
		{"x: s->slice(2, 4) y: s->slice(0, 2)", `{"x":"l","y":"hé"}`, ""},
		{"x: s->slice y: l->slice() z: l->slice(1.0)", `{"x":"héllo","y":[3,1.0,"a"],"z":[3,1.0,"a"]}`, ""},
		{"x: i->slice(1)", `{}`, "Method ->slice requires an array or string input"},
		{"x: l->get(1.0)", `{}`, "Method ->get requires an integer index for array input, not number"},
		{"x: o->get(0)", `{}`, "Method ->get requires a string key for object input, not number"},
		{"x: i->get(0)", `{}`, "Method ->get requires an array, string, or object input, not number"},
		{"x: i->size", `{}`, "Method ->size requires an array, string, or object input, not number"},
		{"x: l->entries", `{}`, "Method ->entries requires an object input, not array"},
		{"x: o->joinNotNull(',')", `{}`, "Method ->joinNotNull requires an array of scalar values as input"},
		{"x: l->joinNotNull(1)", `{}`, "Method ->joinNotNull requires a string argument"},
		{"x: l->joinNotNull", `{}`, "Method ->joinNotNull requires a string argument"},
		{"x: o->toString", `{}`, "Method ->toString cannot convert arrays or objects to strings. Use ->jsonStringify instead"},
		{"x: i->toString(1)", `{}`, "Method ->toString does not take any arguments"},
		{"x: i->jsonParse", `{}`, "Method ->jsonParse requires a string input"},
		{"x: bad->jsonParse", `{}`, "Method ->jsonParse failed to parse JSON string: expected a value but the text ends at offset 5"},
		{"x: big->parseInt", `{}`, "Method ->parseInt failed to parse '123456789012345678901234567890' as integer with base 10"},
		{"x: i->parseInt(1)", `{}`, "Method ->parseInt requires an integer base between 2 and 36"},
		{"x: b->parseInt", `{}`, "Method ->parseInt requires a string or number input, not boolean"},
		{"x: $(-2.9)->parseInt y: $('+zz')->parseInt(36)", `{"x":-2,"y":1295}`, ""},
		{
			"x: max->add(1) y: min->sub(1) z: max->mul(2) w: min->mul(-1)",
			`{"x":9223372036854775808.0,"y":-9223372036854775808.0,"z":1.8446744073709552e19,"w":9.223372036854775808e18}`, "",
		},
		{
			"x: max->add(-1) y: min->add(0) z: min->mul(1) w: $(-3)->mul(-4)",
			`{"x":9223372036854775806,"y":-9223372036854775808,"z":-9223372036854775808,"w":12}`, "",
		},
		{"x: min->mod(-1) y: f->mod(2) z: i->mod(-4)", `{"x":0,"y":0.5,"z":3}`, ""},
		{"x: i->mod(4, 0)", `{}`, "Method ->mod failed on argument 1"},
		{"x: f->mod(0)", `{}`, "Method ->mod failed on argument 0"},
		{"x: s->add(1)", `{}`, "Method ->add requires numeric arguments"},
		{"x: i->add('1')", `{}`, "Method ->add requires numeric arguments"},
		{"x: i->add", `{}`, "Method ->add requires at least one argument"},
		{"x: i->add(zz)", `{}`, "Property .zz not found in object"},
		{
			"x: big->gt(max) y: max->lt(big) z: min->lt(max) w: $(-5)->gt(-12) v: i->gte(7.0) u: i->lte(6)",
			`{"x":true,"y":true,"z":true,"w":true,"v":true,"u":false}`, "",
		},
		{"x: i->eq(zz)", `{}`, "Property .zz not found in object"},
		{"x: i->eq(1, 2)", `{}`, "Method ->eq requires exactly one argument"},
		{"x: $([1])->eq([1.0]) y: nil->eq(null) z: i->in([7.0]) w: l->contains(1)", `{"x":false,"y":true,"z":true,"w":true}`, ""},
		{"x: i->in(7)", `{}`, "Method ->in requires an array argument"},
		{"x: i->contains(7)", `{}`, "Method ->contains requires an array input"},
		{"x: b->and(1, true)", `{"x":true}`, "Method ->and can only accept boolean arguments."},
		{"x: b->or(zz) y: b->not->or(zz)", `{"x":true}`, "Property .zz not found in object"},
		{"x: b->and", `{}`, "Method ->and requires arguments"},
		{"x: i->not", `{}`, "Method ->not can only be applied to boolean values."},
		{"x: i->echo", `{}`, "Method ->echo requires one argument"},
		{"x: i->as(1)", `{"x":7}`, "Method ->as requires a $variable and at most one more argument"},
		{"x: i->as($v, zz)->echo([$v])", `{"x":[null]}`, "Property .zz not found in object"},
		{"x: i->as($args)->echo($args) y: i->as($v)->as($v, s)->echo($v)", `{"x":7,"y":"héllo"}`, ""},
		{"x: i->match(7, [7], [7, 'y', 1], [7, 'z'])", `{"x":"z"}`, ""},
		{"x: i->filter(@->gt(1)) y: i->find(@->gt(9)) z: i->find(@->eq(7))", `{"x":[7],"z":7}`, ""},
		{"x: l->find(zz)", `{}`, "Property .zz not found in object"},
		{"x: l->map", `{}`, "Method ->map requires one argument"},
		{"x: s->split", `{}`, "Method ->split requires a separator and at most a limit"},
		{"x: s->split('l', -1)", `{}`, "Method ->split requires a non-negative integer limit"},
		{"x: s->split('l', 0) y: s->split('') z: $('')->split(',')", `{"x":[],"y":["h","é","l","l","o"],"z":[""]}`, ""},
		{"x: sp->trim y: sp->trimStart z: $('a ')->trimEnd", `{"x":"x","y":"x` + "\u2003" + `","z":"a"}`, ""},
		{"x: i->trim", `{}`, "Method ->trim requires a string input, got number"},
		{
			"x: keys->keysToCamelCase", `{"x":{"httpServer":1,"userId":[{"a-b":3}],"__":4}}`,
			"Method ->keysToCamelCase maps several keys to the same name, the last one wins",
		},
		{"x: $({ UserID: [{ 'a-b': 3 }] })->keysToCamelCaseDeep", `{"x":{"userId":[{"aB":3}]}}`, ""},
		{"x: l->keysToCamelCase", `{}`, "Method ->keysToCamelCase requires an object input, got array"},
	} {
		env := &Env{Problems: &Problems{}}
		got := mustParse(t, c.text, V03).Eval(in, env)
		if !value.Equal(got, parseValue(t, c.want)) {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
		problem := ""
		if list := env.Problems.List(); len(list) > 0 {
			problem = list[0].Message
		}
		if problem != c.problem {
			t.Errorf("%s: problem %q, want %q", c.text, problem, c.problem)
		}
	}
}

func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	elems := make([]value.Value, 3000)
	for i := range elems {
		elems[i] = value.Int(int64(i))
	}
	env := &Env{Problems: &Problems{}}
	mustParse(t, "$->map($->map($->contains(-1)))", V03).Eval(value.Array(elems), env)
	list := env.Problems.List()
	if len(list) == 0 || list[0].Message != "The mapping visits too many elements" {
		t.Errorf("problems: %v", list)
	}
}

func TestEvaluationWithoutEnvFindsNoVariables(t *testing.T) {
	t.Parallel()
	if got := mustParse(t, "x: $args.id y: id", V02).Eval(parseValue(t, `{"id":1}`), nil); got.String() != `{"y":1}` {
		t.Errorf("got %s", got)
	}
}

// TestEvaluationAllocatesOnlyItsResult counts two allocations for each array or
// object made, its members and its body, one for each string or number, and one
// for all locals together.
func TestEvaluationAllocatesOnlyItsResult(t *testing.T) {
	in := parseValue(t, `{"id": 1, "org": {"id": 2, "k": {"v": "x"}}, "n": 5, "b": true, "s": "a,b", "rows": [{"id": 1}, {"id": 2}, {"id": 3}]}`)
	for text, want := range map[string]float64{
		"$.rows->filter(@.id->gt(1))":            2,
		"$.rows->find(@.id->gt(2)).id":           0,
		"$.rows->map(@.id)":                      2,
		"$.rows.id":                              2,
		"$.rows { id }":                          8,
		"$.rows->slice(1)":                       2,
		"$.rows->first->get('id')->eq(1)":        0,
		"$.rows->last.id->in([1, 2, 3])":         2, // the literal list
		"$.org->entries":                         6,
		"$.rows.id->joinNotNull(',')":            3,
		"$.s->split(',')":                        2,
		"$.s->trim->slice(1)->size->toString":    0,
		"$.org->jsonStringify":                   2,
		"$.s->jsonStringify->jsonParse":          3,
		"$(zz ?? n?->first ?? org.k.v)":          0,
		"$.n->as($v)->echo($v)":                  1,
		"id $.org { k } $.rows->first { n: id }": 8,
		"$.n->add(1, 2)":                         0, // small numbers are shared
		"id":                                     2,
		"id o: org.k.v org { id }":               4,
		"x: b->and(b->not) y: id->in(org)":       2,
		"$.org.k.v":                              0,
		"$.n->match([1, 'a'], [5, $.org.id])":    0,
	} {
		m, env := mustParse(t, text, V03), &Env{}
		if got := testing.AllocsPerRun(100, func() { m.Eval(in, env) }); got > want {
			t.Errorf("%s: %v allocations, want %v", text, got, want)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	row := `{"id":12345,"name":"Ann Example","email":"ann@example.org","tags":["a","b"],"org":{"id":1,"title":"ACME"}}`
	in, err := value.Parse([]byte(`{"rows":[` + strings.Repeat(row+",", 99) + row + `]}`))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, text string }{
		{"group", "$.rows { id label: name first: tags->first org { id } }"},
		{"merge", "$.rows { id $.org { title } ...{ kind: 'row' } }"},
		{"filter", "$.rows->filter(@.id->gt(5))->map(@.name)"},
		{"match", "$.rows { ...org.id->match([0, { __typename: 'A' }], [1, { __typename: 'B', name }]) }"},
		{"text", "$.rows.tags->map(@->joinNotNull(' '))->size"},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := mustParse(b, c.text, V04)
			b.ReportAllocs()
			for b.Loop() {
				m.Eval(in, &Env{})
			}
		})
	}
}

// BenchmarkParse reads mappings of growing length, which must cost in proportion.
func BenchmarkParse(b *testing.B) {
	for _, entries := range []int{10, 1000, 100_000} {
		b.Run(strconv.Itoa(entries), func(b *testing.B) {
			text := strings.Repeat("id label: name first: tags->first org { id }\n", entries/4+1)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				mustParse(b, text, V03)
			}
		})
	}
}
