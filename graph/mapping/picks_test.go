package mapping

import (
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

// run applies a pick as its documentation says, one sentence at a time.
func (p *Pick) run(v value.Value) value.Value {
	if !p.Const.IsMissing() {
		return p.Const
	}
	for _, key := range p.Path {
		v = walk(v, key)
	}
	if p.Optional && v.IsNull() {
		return value.Missing()
	}
	if p.Leaf || v.IsMissing() {
		return v
	}
	return p.level(v)
}

func walk(v value.Value, key string) value.Value {
	if v.Kind() != value.KindArray {
		return v.Get(key)
	}
	var elems []value.Value
	for _, elem := range v.Elems() {
		elems = append(elems, walk(elem, key))
	}
	return value.Array(elems)
}

func (p *Pick) level(v value.Value) value.Value {
	if v.Kind() == value.KindArray {
		var elems []value.Value
		for _, elem := range v.Elems() {
			elems = append(elems, p.level(elem))
		}
		return value.Array(elems)
	}
	if v.Kind() != value.KindObject && !p.Forced {
		return v
	}
	var fields []value.Field
	for _, f := range p.Fields {
		fields = append(fields, value.Field{Name: f.Name, Value: f.Pick.run(v)})
	}
	for _, inline := range p.Inline {
		merged := inline.run(v)
		if merged.IsNull() {
			return merged
		}
		fields = append(fields, merged.Fields()...)
	}
	return value.Object(fields)
}

// checkPicks compares evaluating a mapping with running its pick. The order of
// properties does not matter to a scanner.
func checkPicks(t *testing.T, m *Mapping, in value.Value) {
	t.Helper()
	pick := m.Picks()
	if pick == nil {
		return
	}
	inputs := append([]value.Value{in, value.Null(), value.Int(5), value.Array([]value.Value{in, value.Null()})}, in.Elems()...)
	for _, v := range inputs {
		if got, want := pick.run(v), m.Eval(v, nil); !value.Equal(got, want) {
			t.Fatalf("%s on %s: the pick gives %s, evaluating gives %s", m, v, got, want)
		}
	}
}

func TestPicksGiveWhatEvaluatingGives(t *testing.T) {
	t.Parallel()
	in := fuzzInput(t)
	for _, c := range []struct {
		text  string
		mode  Mode
		picks bool
	}{
		{"id name", V02, true},
		{"a: id b: org.k.v", V02, true},
		{"org { id } rows { id k { v } }", V02, true},
		{"o: org.k { v }", V02, true},
		{"$.rows { id v: k.v }", V02, true},
		{"$", V02, true},
		{"x: $.org.id y: @.name z: $", V02, true},
		{"id $.org { x } ", V02, true},
		{"id org.k { v } $.addr { street }", V02, true},
		{"id $.name { z }", V02, true},
		{"id $.tags { z }", V02, true},
		{"nested: { id addr { z } }", V03, true},
		{"addr { nested: { id } }", V03, true},
		{"addr { nested: { id }, kind: 'x' }", V04, true},
		{"addr { nested: { id: zip } }", V04, true},
		{"id ...org { x }", V04, true},
		{"addr { ...{ x: zip } }", V04, false},
		{"addr { ...{ x: zip, k: 'x' } }", V04, true},
		{"addr { ...{ x: zip } k: 'x' }", V04, true},
		{"addr { ...{ ...{ x: zip, k: 'x' } } }", V04, true},
		{"id kind: $('x') on: $(true) n: $(5)", V02, true},
		{"rows { kind: $('x') id }", V02, true},
		{"rows { v: $ }", V02, true},
		{"m { z }", V02, true},
		{"id id: name", V02, false},
		{"id $.org { id }", V02, false},
		{"id ...org", V04, false},
		{"id? o: org?.k?.v a: addr? b: addr?.street", V03, true},
		{"addr? { street } org? { k? { v } } rows? { v: k?.v }", V03, true},
		{"id $.addr? { street } $.org? { x: id? }", V03, true},
		{"$.addr? { street }", V03, true},
		{"$.addr? { ...{ street, k: 'x' } }", V04, true},
		{"x: $?", V03, false},
		{"$? { id }", V03, false},
		{"x: rows->first", V02, false},
		{"x: $args.id", V02, false},
		{"x: a ?? b", V04, false},
		{"x: [a]", V04, false},
	} {
		m := mustParse(t, c.text, c.mode)
		if got := m.Picks() != nil; got != c.picks {
			t.Errorf("%s: picks is %v", c.text, got)
		}
		checkPicks(t, m, in)
	}
}

func TestAddedTypenameLeavesNullAlone(t *testing.T) {
	t.Parallel()
	want := &Want{Fields: []WantField{
		{Name: "org", Want: &Want{Typename: "Org", Fields: []WantField{{Name: "__typename"}, {Name: "id"}}}},
		{Name: "addr", Want: &Want{Typename: "Address", Fields: []WantField{{Name: "street"}, {Name: "__typename"}}}},
	}}
	m := mustParse(t, "id org { id x } addr { street }", V03).Prune(want)
	in := fuzzInput(t)
	if got := m.Eval(in, nil).String(); got != `{"org":{"__typename":"Org","id":1},"addr":null}` {
		t.Errorf("%s gives %s", m, got)
	}
	if m.Picks() == nil {
		t.Error("an added __typename prevents picking")
	}
	checkPicks(t, m, in)
}
