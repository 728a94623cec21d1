package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestBatchesAreAnsweredInTheirOrder(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Batching = config.Batching{Enabled: true, MaximumSize: 40} }, server.Exposure{})
	const refused = `{"errors":[{"message":"The batch has 41 operations, the limit is 40.","extensions":{"code":"LIMIT_EXCEEDED","limit":"batch_size"}}]}`
	echo := func(from, to int) (requests, answers []string) {
		for i := from; i < to; i++ {
			requests = append(requests, fmt.Sprintf(`{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"%d"}}`, i))
			answers = append(answers, fmt.Sprintf(`{"data":{"echo":"%d"}}`, i))
		}
		return requests, answers
	}
	many, manyAnswers := echo(0, 40)
	tooMany, _ := echo(0, 41)
	for _, tt := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"one", `[{"query":"{ echo }"}]`, 200, `[{"data":{"echo":null}}]`},
		{
			"a query, a mutation and what is wrong",
			`[{"query":"{ user(id: 7) { id } }"},{"query":"mutation { rename(id: 3, name: \"X\") { name } }"},` +
				`{"query":"{"},{"query":"{ ecko }"},{"query":5},7,{},{"query":"{ html }"}]`,
			200,
			`[{"data":{"user":{"id":"7"}}},{"data":{"rename":{"name":"X"}}},` +
				`{"errors":[{"message":"Expected Name, found <EOF>","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]},` +
				`{"errors":[{"message":"Cannot query field \"ecko\" on type \"Query\". Did you mean \"echo\"?","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]},` +
				`{"errors":[{"message":"The request's \"query\" must be a string.","extensions":{"code":"BAD_REQUEST"}}]},` +
				`{"errors":[{"message":"Each operation of a batch must be a JSON object.","extensions":{"code":"BAD_REQUEST"}}]},` +
				`{"errors":[{"message":"Must provide query string.","extensions":{"code":"BAD_REQUEST"}}]},` +
				`{"data":{"html":null},"errors":[{"message":"The server returned data in an unexpected format.","path":["html"],` +
				`"extensions":{"code":"CONNECTOR_RESPONSE_INVALID","connector":{"coordinate":"test:Query.html[0]"},"http":{"status":200},"service":"test"}}]}]`,
		},
		{"many", "[" + strings.Join(many, ",") + "]", 200, "[" + strings.Join(manyAnswers, ",") + "]"},
		{"too many", "[" + strings.Join(tooMany, ",") + "]", 400, refused},
		{"none", `[]`, 400, `{"errors":[{"message":"The batch has no operations.","extensions":{"code":"BAD_REQUEST"}}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, http.MethodPost, base+"/graphql", tt.body, "Content-Type: application/json")
			if got.status != tt.status {
				t.Errorf("status %d", got.status)
			}
			if diff := cmp.Diff(tt.want, got.body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Connectors that read the header get the entry's own, which all entries ask for at the same time.
func TestEntriesOfABatchShareNoHeader(t *testing.T) {
	t.Parallel()
	gateway := constantGateway(t, "hello")
	srv := serveOptions(t, server.Options{Schema: gateway.Schema(), Batching: config.Batching{Enabled: true}})
	body := `[` + strings.TrimSuffix(strings.Repeat(`{"query":"{ agent part(name: \"headers\") }"},`, 10), ",") + `]`
	want := `[` + strings.TrimSuffix(strings.Repeat(`{"data":{"agent":"a","part":"a"}},`, 10), ",") + `]`
	for range 5 {
		if got := send(t, http.MethodPost, srv+"/graphql", body, "Content-Type: application/json", "X-Who: a"); got.body != want {
			t.Errorf("%s", got.body)
		}
	}
}
