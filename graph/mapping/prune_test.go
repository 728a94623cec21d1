package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

// wants reads a want from JSON: {"id": null, "org": {"id": null}, "": "Type"}.
// A list repeats a field.
func wants(v value.Value) *Want {
	if v.Kind() != value.KindObject {
		return nil
	}
	w := &Want{Typename: v.Get("").Text()}
	for _, f := range v.Fields() {
		switch {
		case f.Name == "":
		case f.Value.Kind() == value.KindArray:
			for _, elem := range f.Value.Elems() {
				w.Fields = append(w.Fields, WantField{Name: f.Name, Want: wants(elem)})
			}
		default:
			w.Fields = append(w.Fields, WantField{Name: f.Name, Want: wants(f.Value)})
		}
	}
	return w
}

func TestPruneKeepsWhatIsWanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mode Mode
		want string
		left string
	}{
		{"id name a: b", V02, `{"a": null, "id": null, "zz": null}`, "id a: b"},
		{"org { id x } name", V02, `{"org": {"x": null}}`, "org { x }"},
		{"org { id x }", V02, `{"org": null}`, "org { id x }"},
		{"org { id x y }", V02, `{"org": [{"id": null}, {"y": null}]}`, "org { id y }"},
		{"org { id x y }", V02, `{"org": [{"id": null}, null]}`, "org { id x y }"},
		{"id $.meta { a b } $.more { c }", V02, `{"b": null}`, "$.meta { b } $.more {}"},
		{"id ...meta { a b } ...{ k: l } ...$.z", V04, `{"a": null}`, "...meta { a } ...{ k: l } ...$.z"},
		{"$.results { id t: title }", V02, `{"t": null}`, "$.results { t: title }"},
		{"$.results->map({ id: @.id })", V02, `{"t": null}`, "$.results->map({ id: @.id })"},
		{"p: rows->filter(@.x) { a b }", V02, `{"p": {"a": null}}`, "p: rows->filter(@.x) { a }"},
		{"nested: { a b }", V03, `{"nested": {"a": null}}`, "nested: { a }"},
		{"nested: { a, b }", V04, `{"nested": {"a": null}}`, "nested: { a, b }"},
		{"id name", V02, `{"id": null, "__typename": null, "": "User"}`, `__typename: $("User") id`},
		{"$.u { id $.x { b } }", V02, `{"b": null, "__typename": null, "": "User"}`, `$.u { __typename: $("User") $.x { b } }`},
		{"__typename: kind id", V02, `{"__typename": null, "": "User"}`, "__typename: kind"},
		{"id", V02, `{"__typename": null}`, ""},
		{"org { id }", V02, `{"org": {"__typename": null, "": "Org"}}`, `org { __typename: $("Org") }`},
		{"x: a ?? { b c }", V04, `{"x": {"b": null}}`, "x: a ?? { b, c }"},
	} {
		m := mustParse(t, c.text, c.mode)
		before := m.String()
		if diff := cmp.Diff(c.left, m.Prune(wants(parseValue(t, c.want))).String()); diff != "" {
			t.Errorf("%s for %s (-want +got):\n%s", c.text, c.want, diff)
		}
		if m.String() != before {
			t.Errorf("pruning changed %s to %s", before, m)
		}
	}
}

func TestPruningNothingReturnsTheMapping(t *testing.T) {
	t.Parallel()
	if m := mustParse(t, "id", V02); m.Prune(nil) != m {
		t.Error("got another mapping")
	}
}
