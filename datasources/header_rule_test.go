package datasources

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

func named(name string) HeaderNames       { return HeaderNames{Name: name} }
func matching(pattern string) HeaderNames { return HeaderNames{Pattern: regexp.MustCompile(pattern)} }

func TestHeaderRulesAreAppliedInTheirOrder(t *testing.T) {
	t.Parallel()
	type header = map[string][]string
	for _, tt := range []struct {
		name  string
		rules HeaderRules
		want  header // besides those that are always there
	}{
		{"none", nil, header{"X-Sdl": {"1"}}},
		{"insert replaces", HeaderRules{InsertHeader{Name: "x-sdl", Value: "2"}}, header{"X-Sdl": {"2"}}},
		{"insert from context", HeaderRules{InsertHeader{Name: "a", FromContext: "tenant"}}, header{"X-Sdl": {"1"}, "A": {"t1"}}},
		{"insert a number from context", HeaderRules{InsertHeader{Name: "a", FromContext: "n"}}, header{"X-Sdl": {"1"}, "A": {"5"}}},
		{"insert an object from context", HeaderRules{InsertHeader{Name: "a", FromContext: "o"}}, header{"X-Sdl": {"1"}, "A": {`{"x":1}`}}},
		{"insert nothing from context", HeaderRules{InsertHeader{Name: "x-sdl", FromContext: "none"}}, header{"X-Sdl": {"1"}}},
		{"what would end its line stays out", HeaderRules{InsertHeader{Name: "a", FromContext: "evil"}}, header{"X-Sdl": {"1"}}},
		{
			"what is known of the caller replaces what the client says",
			HeaderRules{PropagateHeaders{From: matching("^x-")}, InsertHeader{Name: "x-client", FromContext: "tenant"}},
			header{"X-Sdl": {"1"}, "X-Client": {"t1"}, "X-Other": {"c"}},
		},
		{
			"what the client says replaces nothing that is known of the caller",
			HeaderRules{InsertHeader{Name: "x-client", FromContext: "tenant"}, PropagateHeaders{From: matching("^x-")}},
			header{"X-Sdl": {"1"}, "X-Client": {"t1"}, "X-Other": {"c"}},
		},
		{
			"of a caller of whom nothing is known the client says nothing",
			HeaderRules{PropagateHeaders{From: matching("^x-")}, InsertHeader{Name: "x-client", FromContext: "none"}},
			header{"X-Sdl": {"1"}, "X-Other": {"c"}},
		},
		{
			"of a caller of whom nothing is known the client says nothing later",
			HeaderRules{InsertHeader{Name: "x-client", FromContext: "none"}, PropagateHeaders{From: named("x-client")}},
			header{"X-Sdl": {"1"}},
		},
		{
			"nor of one of whom nothing can be told",
			HeaderRules{PropagateHeaders{From: matching("^x-")}, InsertHeader{Name: "X-Client", FromContext: "evil"}},
			header{"X-Sdl": {"1"}, "X-Other": {"c"}},
		},
		{
			"nor by a name that is the same for some",
			HeaderRules{
				PropagateHeaders{From: named("x-client"), Rename: "x_user"},
				InsertHeader{Name: "x-user", FromContext: "tenant"},
				PropagateHeaders{From: named("x-other"), Rename: "X_USER"},
			},
			header{"X-Sdl": {"1"}, "X-User": {"t1"}},
		},
		{"propagate", HeaderRules{PropagateHeaders{From: named("X-Client")}}, header{"X-Sdl": {"1"}, "X-Client": {"a", "b"}}},
		{"propagate what nobody sent", HeaderRules{PropagateHeaders{From: named("x-none")}}, header{"X-Sdl": {"1"}}},
		{
			"propagate a default",
			HeaderRules{PropagateHeaders{From: named("x-none"), Rename: "y", Default: "d"}},
			header{"X-Sdl": {"1"}, "Y": {"d"}},
		},
		{
			"the default is for what was not sent",
			HeaderRules{PropagateHeaders{From: named("x-client"), Default: "d"}},
			header{"X-Sdl": {"1"}, "X-Client": {"a", "b"}},
		},
		{"propagate wins over mappings", HeaderRules{PropagateHeaders{From: named("x-client"), Rename: "x-sdl"}}, header{"X-Sdl": {"a", "b"}}},
		{
			"the first of two that propagate wins",
			HeaderRules{PropagateHeaders{From: named("x-other"), Rename: "y"}, PropagateHeaders{From: named("x-client"), Rename: "Y"}},
			header{"X-Sdl": {"1"}, "Y": {"c"}},
		},
		{
			"a pattern chooses no header of the connection or the body",
			HeaderRules{PropagateHeaders{From: matching("")}},
			header{"X-Sdl": {"1"}, "X-Client": {"a", "b"}, "X-Other": {"c"}},
		},
		{
			"a pattern renames",
			HeaderRules{PropagateHeaders{From: matching("^x-(o.*)$"), Rename: "y-${1}"}},
			header{"X-Sdl": {"1"}, "Y-Other": {"c"}},
		},
		{
			"a pattern cannot make a header of the connection",
			HeaderRules{PropagateHeaders{From: matching("^x-other"), Rename: "te"}},
			header{"X-Sdl": {"1"}},
		},
		{"remove", HeaderRules{RemoveHeaders{named("x-SDL")}}, header{}},
		{"remove by pattern", HeaderRules{RemoveHeaders{matching(".*")}}, header{}},
		{
			"remove what was inserted",
			HeaderRules{InsertHeader{Name: "a", Value: "1"}, RemoveHeaders{named("a")}},
			header{"X-Sdl": {"1"}},
		},
		{
			"insert what was removed",
			HeaderRules{RemoveHeaders{named("a")}, InsertHeader{Name: "a", Value: "1"}},
			header{"X-Sdl": {"1"}, "A": {"1"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var env mapping.Env
			env.Problems = &mapping.Problems{}
			env.Vars[mapping.Context] = value.From(map[string]any{
				"tenant": "t1", "n": 5, "o": map[string]any{"x": 1}, "none": nil, "evil": "a\r\nb: c",
			})
			env.Vars[mapping.Request] = value.From(map[string]any{"headers": map[string]any{
				"x-client": []any{"a", "b"}, "x-other": []any{"c"}, "host": []any{"h"}, "content-type": []any{"application/json"},
				"connection": []any{"close"}, "te": []any{"trailers"},
			}})
			got := http.Header{"X-Sdl": {"1"}, "Content-Type": {"text/plain"}, "Host": {"b"}}
			tt.want["Content-Type"], tt.want["Host"] = []string{"text/plain"}, []string{"b"}
			tt.rules.Apply(got, HTTPHeaders(), &env)
			if diff := cmp.Diff(tt.want, header(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whoever reads a header that a mapping makes of the caller must not read there what the client says.
func TestRulesDoNotCopyIntoWhatMappingsTellOfTheCaller(t *testing.T) {
	t.Parallel()
	header := func(name, text string) Header {
		value, err := mapping.ParseTemplate(text, mapping.V04)
		if err != nil {
			t.Fatal(err)
		}
		return Header{Name: name, Value: value}
	}
	source := []Header{header("X-User", "{$context.caller.subject}"), header("x-shop", "{$config.shop}"), {Name: "x-trace", From: "x-trace"}}
	connector := []Header{header("x-tenant", "of {$context.caller.claims.tenant ?? 'none'}")}
	rules := HeaderRules{
		PropagateHeaders{From: matching("^x")}, PropagateHeaders{From: named("x-user")}, PropagateHeaders{From: named("x-shop"), Rename: "X_Tenant"},
	}.Beside(source, connector)
	var env mapping.Env
	env.Vars[mapping.Request] = value.From(map[string]any{"headers": map[string]any{
		"x-user": []any{"admin"}, "x_user": []any{"admin"}, "x-tenant": []any{"admin"}, "x-shop": []any{"s"}, "x-other": []any{"o"},
	}})
	for _, tt := range []struct{ made, want map[string][]string }{
		{
			map[string][]string{"X-User": {"ann"}, "X-Tenant": {"of none"}, "X-Shop": {"1"}},
			map[string][]string{"X-User": {"ann"}, "X-Tenant": {"of none"}, "X-Shop": {"s"}, "X-Other": {"o"}},
		},
		{map[string][]string{}, map[string][]string{"X-Shop": {"s"}, "X-Other": {"o"}}}, // the mappings gave nothing
	} {
		rules.Apply(tt.made, HTTPHeaders(), &env)
		if diff := cmp.Diff(tt.want, tt.made); diff != "" {
			t.Error(diff)
		}
	}
	inserting := HeaderRules{InsertHeader{Name: "x-user", Value: "fixed"}}.Beside(source)
	got := map[string][]string{"X-User": {"ann"}}
	if inserting.Apply(got, HTTPHeaders(), &env); got["X-User"][0] != "fixed" {
		t.Error(got) // the configuration wins
	}
}

// plainFetcher makes requests with one header, or without any.
type plainFetcher struct {
	fakeFetcher
	header http.Header
}

func (f plainFetcher) Request(*mapping.Env) (*Request, error) {
	return &Request{Header: f.header.Clone()}, nil
}

func (f plainFetcher) Prepare(*table.Shape) (Fetcher, error) { return f, nil }

func TestRulesOfTheSettingsChangeEveryRequest(t *testing.T) {
	t.Parallel()
	rules := HeaderRules{InsertHeader{Name: "a", Value: "1"}, RemoveHeaders{named("user-agent")}}
	for kind, want := range map[Kind]http.Header{
		HTTP: {"A": {"1"}, "User-Agent": nil},
		SOAP: {"A": {"1"}, "User-Agent": nil},
		GRPC: {"User-Agent": {"weft"}}, // it applies them itself
	} {
		source := guardSource(&fakeSource{}, Settings{Kind: kind, HeaderRules: rules})
		binding := guardedBinding{binding: plainFetcher{header: http.Header{"User-Agent": {"weft"}}}, limits: source.limits, headers: source.headers}
		f, err := binding.Prepare(nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.Request(&mapping.Env{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestRulesTellWhatTheyRead(t *testing.T) {
	t.Parallel()
	named := PropagateHeaders{From: HeaderNames{Name: "x-trace"}}
	patterned := PropagateHeaders{From: HeaderNames{Pattern: regexp.MustCompile("^x-")}}
	for _, tt := range []struct {
		name    string
		rules   HeaderRules
		headers map[string]bool
		named   bool
		context bool
	}{
		{"none", nil, map[string]bool{}, true, false},
		{"insert and remove", HeaderRules{InsertHeader{Name: "A"}, RemoveHeaders{HeaderNames{Name: "B"}}}, map[string]bool{}, true, false},
		{"by name", HeaderRules{named}, map[string]bool{"X-Trace": true}, true, false},
		{"by pattern", HeaderRules{patterned, named}, map[string]bool{"X-Trace": true}, false, false},
		{"from the context", HeaderRules{InsertHeader{Name: "A", FromContext: "a"}}, map[string]bool{}, true, true},
	} {
		headers := map[string]bool{}
		if got := tt.rules.AddRequestHeaders(headers); got != tt.named {
			t.Errorf("%s: all named is %t", tt.name, got)
		}
		if diff := cmp.Diff(tt.headers, headers); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if got := tt.rules.ReadsContext(); got != tt.context {
			t.Errorf("%s: reads the context is %t", tt.name, got)
		}
	}
}
