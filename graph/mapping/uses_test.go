package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dump writes paths as a selection; a star marks values that are used whole.
func (p *Paths) dump() string {
	var parts []string
	for _, c := range p.Children {
		text := c.Name
		if c.Paths.Whole {
			text += "*"
		}
		if below := c.Paths.dump(); below != "" {
			text += " { " + below + " }"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

func TestUsesUnitesAllPathsBelowAVariable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		v     Var
		want  string
		whole bool
	}{
		{"$this { id org { id } }", This, "id* org { id* }", false},
		{"a: $this.id b: $this.org.id", This, "id* org { id* }", false},
		{"a: $this.org.id b: $this.org", This, "org* { id* }", false},
		{"$batch.id", Batch, "id*", false},
		{"$batch { id t }", Batch, "id* t*", false},
		{"$batch->map(@.id)", Batch, "id*", false},
		{"$batch->map({ k: @.id })", Batch, "id*", false},
		{"$batch->map(@)", Batch, "", true},
		{`$batch.id->joinNotNull(",")`, Batch, "id*", false},
		{"$batch->first.id", Batch, "id*", false},
		{"$batch->filter(@.on->eq(true)).id", Batch, "on* id*", false},
		{"$batch->find(@.on) { id }", Batch, "on* id*", false},
		{"$batch->slice(0, 2)->get(1).k", Batch, "k*", false},
		{`$this->get("id")`, This, "id*", false},
		{"$this->as($t)->echo({ a: $t.id, b: $(1) })", This, "id*", false},
		{"$.x->as($t, $this.org).list { id n: $t.name }", This, "org { name* }", false},
		{"$this->echo(@.id)", This, "id*", false},
		{"$this.kind->match(['a', $this.x], [@, @])", This, "kind* x*", false},
		{"$this->jsonStringify", This, "", true},
		{"$this->entries", This, "", true},
		{"x: $this", This, "", true},
		{"x: $(a ?? $this.b ?? $this.c)", This, "b* c*", false},
		{"x: $($this.a ?? $this).b", This, "a { b* } b*", false},
		{"x: $([$this.a, { y: $this.b }])", This, "a* b*", false},
		{"$this { org { n: $.name x: @.id y: $this.z } }", This, "org { name* id* } z*", false},
		{"x: $this.id?->add($args.n)", Args, "n*", false},
		{"x: a->in([$args.a])", Args, "a*", false},
		{"x: $args.a->nope($args.b)", Args, "a* b*", false},
		{"x: $env.HOME y: $env { A B }", EnvVars, "HOME* A* B*", false},
		{`x: $request.headers."x-id"->first`, Request, "headers { x-id* }", false},
		{"x: $this.id", Args, "", false},
		{"id", This, "", false},
	} {
		got := mustParse(t, c.text, V03).Uses(c.v)
		if diff := cmp.Diff(c.want, got.dump()); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.text, c.v.Name(), diff)
		}
		if got.Whole != c.whole {
			t.Errorf("%s: whole is %v", c.text, got.Whole)
		}
		if used := strings.Contains(c.text, c.v.Name()); got.Used != used {
			t.Errorf("%s: used is %v", c.text, got.Used)
		}
	}
}

func TestMergeChangesNeitherSide(t *testing.T) {
	t.Parallel()
	p := mustParse(t, "$this { id org { a } }", V03).Uses(This)
	q := mustParse(t, "$this { org { b } z }", V03).Uses(This)
	if got := p.Merge(q).dump(); got != "id* org { a* b* } z*" {
		t.Errorf("merged: %s", got)
	}
	if p.dump() != "id* org { a* }" || q.dump() != "org { b* } z*" {
		t.Errorf("the sides became %s and %s", p.dump(), q.dump())
	}
	var none *Paths
	if got := none.Merge(p).Merge(nil).dump(); got != p.dump() {
		t.Errorf("merged with nothing: %s", got)
	}
}

func TestEnvNamesAreInTheOrderOfTheirMention(t *testing.T) {
	t.Parallel()
	tmpl, err := ParseTemplate("{$env.B}/{$env.A}/{$env.B}", V02)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"B", "A"}, tmpl.EnvNames()); diff != "" {
		t.Error(diff)
	}
}

func TestChoicesBetweenAValueAndItselfStayLinear(t *testing.T) {
	t.Parallel()
	text := "$this.a" + strings.Repeat("->as($v)->echo($($v ?? $v))", 200) + ".b"
	if got := mustParse(t, text, V03).Uses(This).dump(); got != "a { b* }" {
		t.Errorf("got %s", got)
	}
}

func TestUsesOfDoublingsAreBounded(t *testing.T) {
	t.Parallel()
	m := mustParse(t, "$this"+strings.Repeat("->echo($(@.a ?? @.b))", 400), V04)
	if n := m.Uses(This).count(); n > 3*maxFlow*400 {
		t.Errorf("%d paths", n)
	}
}

func (p *Paths) count() int {
	n := 1
	for i := range p.Children {
		n += p.Children[i].Paths.count()
	}
	return n
}
