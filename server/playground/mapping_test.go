package playground_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/playground"
)

// try sends a trial, and returns the status and the body without its line end.
func try(t *testing.T, h http.Handler, mediaType, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, playground.MapPath, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, strings.TrimSuffix(w.Body.String(), "\n")
}

func TestMappingsAreEvaluated(t *testing.T) {
	t.Parallel()
	h := playground.New(playground.Options{Explain: true})
	for name, c := range map[string]struct{ body, want string }{
		"result": {
			`{"mapping":"id name: $args.n","input":{"id":18446744073709551617},"vars":{"args":{"n":"x"}}}`,
			`{"outcome":{"result":{"id":18446744073709551617,"name":"x"},"problems":[]}}`,
		},
		"problems are counted": {
			`{"mapping":"$.items { name }","input":{"items":[{},{}]}}`,
			`{"outcome":{"result":[{},{}],"problems":[{"message":"Property .name not found in object","path":"items.@.name","count":2}]}}`,
		},
		"nothing": {
			`{"mapping":"$.x","input":{}}`,
			`{"outcome":{"problems":[{"message":"Property .x not found in object","path":"x","count":1}]}}`,
		},
		"null": {
			`{"mapping":"$.x","input":{"x":null}}`,
			`{"outcome":{"result":null,"problems":[]}}`,
		},
		"the place of an error is told in runes": {
			`{"mapping":"a: \"ü\"\nb: \"ü\" ]"}`,
			`{"error":{"message":"expected a field or path but found \"]\"","line":2,"column":8,"endLine":2,"endColumn":9}}`,
		},
		"the version decides": {
			`{"mapping":"$.a ?? 1","spec":"v0.2"}`,
			`{"error":{"message":"expected a field or path but found \"??\"","line":1,"column":5,"endLine":1,"endColumn":7}}`,
		},
		"misspelled methods": {
			`{"mapping":"$.a->frist","input":{"a":[1]}}`,
			`{"outcome":{"problems":[{"message":"Method ->frist not found","path":"a.->frist","count":1}]},` +
				`"warnings":[{"message":"there is no method ->frist; did you mean ->first?","line":1,"column":6,"endLine":1,"endColumn":11}]}`,
		},
		"the process has no variables here": {
			`{"mapping":"$env.PATH"}`,
			`{"outcome":{"problems":[{"message":"Variable $env not found","path":"$env","count":1}]}}`,
		},
		"variables must be an object": {
			`{"mapping":"$","vars":[1]}`,
			`{"error":{"message":"variables must be an object, not an array"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, got := try(t, h, "application/json; charset=utf-8", c.body)
			if diff := cmp.Diff(c.want, got); status != http.StatusOK || diff != "" {
				t.Errorf("status %d\n%s", status, diff)
			}
		})
	}
}

func TestTrialsThatAreNotAllowedAreRefused(t *testing.T) {
	t.Parallel()
	const trial = `{"mapping":"$"}`
	doubled := `{"mapping":"$(1)` + strings.Repeat("->echo([@, @])", 18) + `"}`
	// The path of each problem repeats the long name.
	long, fields := strings.Repeat("x", 20_000), ""
	for i := range 100 {
		fields += fmt.Sprintf("a%d ", i)
	}
	quoting := fmt.Sprintf(`{"mapping":"$.%s { %s }","input":{%q:{}}}`, long, fields, long)
	for name, c := range map[string]struct {
		options         playground.Options
		mediaType, body string
		status          int
		want            string
	}{
		"nothing is explained":   {playground.Options{}, "application/json", trial, 404, "404 page not found"},
		"forms of other origins": {playground.Options{Explain: true}, "text/plain", trial, 415, `"application/json\"`},
		"no media type":          {playground.Options{Explain: true}, "", trial, 415, `media type`},
		"no JSON":                {playground.Options{Explain: true}, "application/json", `{`, 400, `"error":{"message":`},
		"no mapping":             {playground.Options{Explain: true}, "application/json", `{}`, 400, `must be a string, not missing`},
		"unknown version":        {playground.Options{Explain: true}, "application/json", `{"mapping":"$","spec":"v9"}`, 400, `unknown version \"v9\"`},
		"large requests": {
			playground.Options{Explain: true},
			"application/json",
			`{"mapping":"$","input":"` + strings.Repeat("x", 1<<20) + `"}`,
			413, "larger than 1 MiB together",
		},
		"large results":  {playground.Options{Explain: true}, "application/json", doubled, 200, "the result is larger than 1 MiB"},
		"large problems": {playground.Options{Explain: true}, "application/json", quoting, 200, "the texts of the problems are larger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, got := try(t, playground.New(c.options), c.mediaType, c.body)
			if status != c.status || !strings.Contains(got, c.want) || len(got) > 1000 {
				t.Errorf("status %d, %d bytes: %.200s", status, len(got), got)
			}
		})
	}
}

func TestTrialsAreProtectedAndNotKept(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, playground.MapPath, strings.NewReader(`{"mapping":"$"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	playground.New(playground.Options{Explain: true}).ServeHTTP(w, r)
	want := http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"}}
	for name := range want {
		if diff := cmp.Diff(want[name], w.Header()[name]); diff != "" {
			t.Error(name, diff)
		}
	}
	resp := get(t, playground.New(playground.Options{Explain: true}), http.MethodGet, playground.MapPath)
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", resp.StatusCode)
	}
}
