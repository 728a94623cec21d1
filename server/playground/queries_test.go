package playground_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/playground"
)

func folder(files map[string]string) fstest.MapFS {
	f := fstest.MapFS{}
	for name, text := range files {
		f[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return f
}

func TestQueriesComeWithTheirVariablesAndHeaders(t *testing.T) {
	t.Parallel()
	got, err := playground.LoadQueries(folder(map[string]string{
		"user.graphql":        "# A user\n#\n# More of it.\nquery User { a }\n",
		"user.variables.json": "{\"id\": 7}\n",
		"user.headers.json":   `{"X-Tenant": "t1"}`,
		"plain.graphql":       "{ a }",
		"empty.graphql":       "#\n{ a }",
		"notes.md":            "not a query",
		"deep/other.graphql":  "{ b }",
	}))
	want := []playground.Query{
		{Name: "empty", Title: "empty", Text: "#\n{ a }"},
		{Name: "plain", Title: "plain", Text: "{ a }"},
		{
			Name: "user", Title: "A user", Text: "# A user\n#\n# More of it.\nquery User { a }\n",
			Variables: `{"id": 7}`, Headers: `{"X-Tenant": "t1"}`,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestListedQueriesComeFirst(t *testing.T) {
	t.Parallel()
	got, err := playground.LoadQueries(folder(map[string]string{
		"a.graphql": "{ a }", "b.graphql": "{ a }", "c.graphql": "{ a }", "d.graphql": "{ a }", "order.txt": "d\nb\n",
	}))
	var names string
	for _, q := range got {
		names += q.Name
	}
	if names != "dbac" || err != nil {
		t.Errorf("%s, %v", names, err)
	}
}

func TestQueriesThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{
			map[string]string{"a.graphql": "{ a }", "a.variables.json": `{"id": }`},
			"a.variables.json: expected a JSON object: invalid character '}' looking for beginning of value",
		},
		{
			map[string]string{"a.graphql": "{ a }", "a.headers.json": `[1]`},
			"a.headers.json: expected a JSON object: json: cannot unmarshal array into Go value of type map[string]interface {}",
		},
		{
			map[string]string{"a.graphql": "{ a }", "order.txt": "a b"},
			`order.txt names "b", but there is no b.graphql`,
		},
	} {
		_, err := playground.LoadQueries(folder(c.files))
		if err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
