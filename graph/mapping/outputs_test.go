package mapping

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dump writes an output as a selection: "?" for anything, "!" for a scalar,
// "0" for null, "~" in front of fields that do not come from the body.
func (o *Output) dump() string {
	var b strings.Builder
	for _, flag := range []struct {
		set  bool
		mark string
	}{{o.Unknown, "?"}, {o.Scalar, "!"}, {o.Null, "0"}} {
		if flag.set {
			b.WriteString(flag.mark)
		}
	}
	if !o.Object {
		return b.String()
	}
	b.WriteString("{")
	for _, f := range o.Fields {
		b.WriteString(" ")
		if !f.FromBody {
			b.WriteString("~")
		}
		b.WriteString(f.Name + f.Output.dump())
	}
	for _, a := range o.Arms {
		b.WriteString(" |" + a.Typename + a.Output.dump())
	}
	b.WriteString(" }")
	return b.String()
}

func TestOutputsNameWhatAMappingProvides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mode Mode
		want string
	}{
		{"id name", V02, "{ id? name? }"},
		{"$", V02, "?"},
		{"$.results { id t: title }", V02, "{ id? t? }"},
		{"id org { id title } x: a.b { c }", V02, "{ id? org{ id? title? } x{ c? } }"},
		{"author: { id: authorId }", V02, "{ author{ id? } }"},
		{"author: { id: authorId }", V04, "{ author{ id? } }"},
		{"author: authorId?->echo({ id: @ }) { id }", V03, "{ author{ id? } }"},
		{"author: authorId->echo({ id: @, n: $('x') })", V03, "{ author{ id? ~n! } }"},
		{"id $.meta { a } $.more { b }", V02, "{ id? a? b? }"},
		{"id ...meta", V04, "?{ id? }"},
		{"...{ k: 'v' } id", V04, "{ ~k! id? }"},
		{"id: $this.id name", V02, "{ ~id? name? }"},
		{"x: $args { id } n: $(5) s: $([1, null])", V02, "{ ~x{ ~id? } ~n! ~s!0 }"},
		{"n: a->add($args.x) m: $args.x->add(a) z: $args.x->size", V03, "{ n! m! ~z! }"},
		{"rows->map({ id: @.id })", V03, "{ id? }"},
		{"rows->map({ id: @.id })->first->as($r)->echo($r)", V03, "{ id? }"},
		{"rows->filter(@.ok)->get(0) { id }", V03, "{ id? }"},
		{"x: $({ a: { b: $.c } }).a", V03, "{ x{ b? } }"},
		{"x: $({ a: $.c }).z", V03, "{ ~x }"},
		{"x: o->entries", V02, "{ x{ key! value? } }"},
		{"x: s->jsonParse { a }", V02, "{ x{ a? } }"},
		{"x: $(a ?? { b: c })", V03, "{ x?{ b? } }"},
		{"$(a ?? {})", V03, "?{ }"},
		{"a b a: $args.c", V02, "{ a? b? }"},
		{
			"...kind->match(['b', { __typename: 'Book', p: pages }], ['f', { __typename: 'Film', m: mins }], [@, null]) id", V04,
			"0{ id? |Book{ ~__typename! p? } |Film{ ~__typename! m? } }",
		},
		{"$.results { ...k->match(['b', { __typename: 'Book' }]) }", V04, "{ |Book{ ~__typename! } }"},
		{
			"$(isbn ?! null)->match([null, { __typename: 'F', a }], [@, { __typename: 'B', b }])", V04,
			"{ |F{ ~__typename! a? } |B{ ~__typename! b? } }",
		},
		{"__typename: 'Book' id", V04, "{ ~__typename! id? }"},
		{"$({})", V02, "{ }"},
		{"x: $nope", V02, "{ ~x }"},
	} {
		got := mustParse(t, c.text, c.mode).Outputs().dump()
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestOutputsPointIntoTheText(t *testing.T) {
	t.Parallel()
	text := "id  'a b' : $.x.y { z } ...k->match(['b', { __typename: 'Book' }])"
	o := mustParse(t, text, V04).Outputs()
	for i, want := range []string{"id", "'a b'"} {
		if f := o.Fields[i]; text[f.Offset:f.End] != want {
			t.Errorf("field %s stands at %q", f.Name, text[f.Offset:f.End])
		}
	}
	if v := o.Fields[1].Output; text[v.Offset:v.End] != "$.x.y { z }" {
		t.Errorf("the value stands at %q", text[v.Offset:v.End])
	}
	if a := o.Arms[0]; text[a.Offset:a.End] != "'Book'" || text[a.Output.Offset:a.Output.End] != "{ __typename: 'Book' }" {
		t.Errorf("the arm stands at %q and %q", text[a.Offset:a.End], text[a.Output.Offset:a.Output.End])
	}
}

func TestOutputsOfDoublingsAreBounded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"$({ a: $.x })" + strings.Repeat("->echo({ a: @, b: @ })", 400),
		"$({ a: $.x })" + strings.Repeat("->echo($(@ ?? { a: @, b: @ }))", 400),
		"$({ a: $.x })" + strings.Repeat("->as($v)->echo({ a: $v, ...$v, b: { ...$v } })", 400),
		"$({ a: $.x })" + strings.Repeat("->match([1, { __typename: 'A', a: @ }], [2, { __typename: 'B', b: @ }])", 400),
		strings.Repeat("$({ a: ", 150) + "$(x ?? { a: y })" + strings.Repeat(" } ?? { a: z })", 150),
	} {
		if n := mustParse(t, text, V04).Outputs().count(); n > 2*maxBelow {
			t.Errorf("%.60s… has %d outputs", text, n)
		}
	}
	var wide strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&wide, "f%d: x\n", i)
	}
	if n := mustParse(t, wide.String(), V04).Outputs().count(); n != 5001 {
		t.Errorf("a wide mapping has %d outputs", n)
	}
}

// count walks the whole tree, as its readers do.
func (o *Output) count() int {
	n := 1
	for _, f := range o.Fields {
		n += f.Output.count()
	}
	for _, a := range o.Arms {
		n += a.Output.count()
	}
	return n
}
