package response

import (
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

func TestBodyIsDecodedOnlyForTestsThatReadIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"$status->eq(404)": false,
		"$status->in([200, 404])->and($config.strict)": false,
		`$response.headers."x-ok"->first->eq("yes")`:   false,
		"$(true)":           false,
		"$.ok":              true,
		"$.error->eq(null)": true,
		"$status->match([200, $.ok], [@, false])":             true,
		"$->jsonStringify->eq('{}')":                          true,
		"ok: $config.nothing":                                 true, // gives a body of `true` back
		"$status->as($s)->echo($s->lt(500)->and(@->eq(200)))": false,
	} {
		j := NewJudge(datasources.Settings{}, datasources.Connector{IsSuccess: parse(t, text)})
		if got := j.ReadsBody(); got != want {
			t.Errorf("%s: got %t", text, got)
		}
	}
	if NewJudge(datasources.Settings{}, datasources.Connector{}).ReadsBody() {
		t.Error("no mapping reads the body")
	}
}

func TestConnectorsTestTakesThePlaceOfItsSources(t *testing.T) {
	t.Parallel()
	settings := datasources.Settings{IsSuccess: parse(t, "$.ok")}
	j := NewJudge(settings, datasources.Connector{IsSuccess: parse(t, "$status->eq(418)")})
	var env mapping.Env
	env.Vars[mapping.Status] = value.Int(418)
	if j.ReadsBody() || !j.Decides() || !j.IsSuccess(value.Null(), &env) {
		t.Error("the source's test was used")
	}
}
