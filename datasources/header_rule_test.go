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
