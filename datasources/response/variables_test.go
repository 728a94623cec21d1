package response

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

func TestReplyIsAVariableOnlyWhereItIsRead(t *testing.T) {
	t.Parallel()
	reply := &datasources.Reply{
		Status:  201,
		Header:  http.Header{"X-B": {"2", "3"}, "Content-Type": {"text/plain"}},
		Trailer: http.Header{"X-T": {"t"}},
	}
	for selection, want := range map[string]string{
		"id":                      "MISSING",
		`id: $response.headers.x`: `{"headers":{"content-type":["text/plain"],"x-b":["2","3"]},"trailers":{"x-t":["t"]}}`,
	} {
		var env mapping.Env
		NewVariables(datasources.Settings{}, datasources.Connector{Selection: parse(t, selection)}).BindReply(&env, reply)
		got := []string{
			env.Vars[mapping.Response].String(), env.Vars[mapping.Status].String(),
			env.Vars[mapping.Config].String(), env.Vars[mapping.EnvVars].String(),
		}
		if d := cmp.Diff([]string{want, "201", "{}", "{}"}, got); d != "" {
			t.Errorf("%s: %s", selection, d)
		}
	}
}

func TestSourceVariablesComeFromTheSettings(t *testing.T) {
	t.Parallel()
	s := datasources.Settings{
		Config: value.From(map[string]any{"a": 1}),
		Env:    value.From(map[string]any{"B": "2"}),
	}
	var env mapping.Env
	NewVariables(s, datasources.Connector{}).BindSource(&env)
	if a, b := env.Vars[mapping.Config].String(), env.Vars[mapping.EnvVars].String(); a != `{"a":1}` || b != `{"B":"2"}` {
		t.Errorf("got %s, %s", a, b)
	}
}
