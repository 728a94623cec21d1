package datasources

import (
	"reflect"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

func parse(t *testing.T, text string, mode mapping.Mode) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse(text, mode)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func template(t *testing.T, text string, mode mapping.Mode) *mapping.Template {
	t.Helper()
	tpl, err := mapping.ParseTemplate(text, mode)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestEveryFieldIsInTheCanonicalText(t *testing.T) {
	t.Parallel()
	m := parse(t, "a", mapping.V04)
	u := template(t, "http://h", mapping.V04)
	withHTTP := func(h HTTPSource) Settings { return Settings{HTTP: &h} }
	different := []Settings{
		{},
		{Kind: GRPC},
		{Name: "shop.api"},
		withHTTP(HTTPSource{}),
		withHTTP(HTTPSource{BaseURL: u}),
		withHTTP(HTTPSource{BaseURL: template(t, "{$('h')}", mapping.V03)}),
		withHTTP(HTTPSource{BaseURL: template(t, "{$('h')}", mapping.V04)}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a", From: "b"}}}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a", Value: u}}}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a\"\nfrom=\"b"}}}),
		withHTTP(HTTPSource{Path: m}),
		withHTTP(HTTPSource{QueryParams: m}),
		{IsSuccess: m},
		{IsSuccess: parse(t, "a", mapping.V02)},
		{ErrorsMessage: m},
		{ErrorsExtensions: m},
		{Config: value.From(map[string]any{"a": 1})},
		{Env: value.From(map[string]any{"a": 1})},
		{OverrideURL: u},
		{Timeout: 1},
		{MaxReplyBytes: 1},
		{MaxConcurrent: 1},
	}
	seen := map[string]int{}
	for i, s := range different {
		text := s.Canonical()
		if j, ok := seen[text]; ok {
			t.Errorf("settings %d and %d have one text:\n%s", j, i, text)
		}
		seen[text] = i
	}
	// Whoever adds a field has to add it to Canonical, and a case above.
	if n := reflect.TypeFor[Settings]().NumField(); n != 12 {
		t.Errorf("Settings has %d fields, Canonical was written for 12", n)
	}
	if n := reflect.TypeFor[HTTPSource]().NumField() + reflect.TypeFor[Header]().NumField(); n != 7 {
		t.Errorf("HTTPSource and Header have %d fields, Canonical was written for 7", n)
	}
}

func TestDefaultsAndTheirValuesAreTheSameSettings(t *testing.T) {
	t.Parallel()
	explicit := Settings{Timeout: DefaultTimeout, MaxReplyBytes: DefaultMaxReplyBytes, MaxConcurrent: DefaultMaxConcurrent}
	if got, want := explicit.Canonical(), (Settings{}).Canonical(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
