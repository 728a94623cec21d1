package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestRequestsAreAnswered(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	const jsonType = "Content-Type: application/json"
	get := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return "/graphql?" + v.Encode()
	}
	for _, tt := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		want                     string
	}{
		{
			"post", "POST", "/graphql", `{"query":"{ user(id: 7) { id name } }"}`,
			[]string{jsonType},
			200,
			`{"data":{"user":{"id":"7","name":"<User & 7>"}}}`,
		},
		{
			"charset, variables and operation", "POST", "/graphql",
			`{"query":"query a { echo } query b($t: String) { echo(text: $t) }","operationName":"b","variables":{"t":"x\n<"}}`,
			[]string{"Content-Type: application/json; charset=UTF-8"},
			200, `{"data":{"echo":"x\n<"}}`,
		},
		{
			"nulls and unknown members", "POST", "/graphql", `{"query":"{ echo }","variables":null,"operationName":null,"extensions":null,"x":1}`,
			[]string{jsonType},
			200, `{"data":{"echo":null}}`,
		},
		{"get", "GET", get("query", "query($t: String) { echo(text: $t) }", "variables", `{"t":"a"}`), "", nil, 200, `{"data":{"echo":"a"}}`},
		{
			"mutation", "POST", "/graphql", `{"query":"mutation { rename(id: 3, name: \"X\") { name } }"}`,
			[]string{jsonType},
			200,
			`{"data":{"rename":{"name":"X"}}}`,
		},
		{
			"mutation by get", "GET", get("query", "mutation { rename(id: 3, name: \"X\") { name } }"), "", nil, 405,
			`{"errors":[{"message":"A mutation must be sent by POST.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"no query", "GET", "/graphql", "", nil, 400,
			`{"errors":[{"message":"Must provide query string.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"bad variables in url", "GET", get("query", "{ echo }", "variables", "{x"), "", nil, 400,
			`{"errors":[{"message":"The URL's \"variables\" is not valid JSON: expected a property name but found 'x' at offset 1.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"bad json", "POST", "/graphql", `{"query":`,
			[]string{jsonType},
			400,
			`{"errors":[{"message":"The request body is not valid JSON: expected a value but the text ends at offset 9.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"no object", "POST", "/graphql", `"x"`,
			[]string{jsonType},
			400,
			`{"errors":[{"message":"The request body must be a JSON object.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"batch", "POST", "/graphql", `[{"query":"{ echo }"}]`,
			[]string{jsonType},
			400,
			`{"errors":[{"message":"Batched requests are not enabled: send one operation, as a JSON object.","extensions":{"code":"BATCHING_NOT_ENABLED"}}]}`,
		},
		{
			"query of the wrong type", "POST", "/graphql", `{"query":5}`,
			[]string{jsonType},
			400,
			`{"errors":[{"message":"The request's \"query\" must be a string.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"variables of the wrong type", "POST", "/graphql", `{"query":"{ echo }","variables":[1]}`,
			[]string{jsonType},
			400,
			`{"errors":[{"message":"The request's \"variables\" must be an object.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"persisted query", "POST", "/graphql", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}`,
			[]string{jsonType},
			200,
			`{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`,
		},
		{
			"form", "POST", "/graphql", `query=%7Becho%7D`,
			[]string{"Content-Type: application/x-www-form-urlencoded"},
			400,
			`{"errors":[{"message":"A page of any site could have had a browser send this request. Send a content type that forms cannot have, such as application/json, or one of the headers apollo-require-preflight, x-apollo-operation-name, graphql-require-preflight.","extensions":{"code":"CSRF_PREVENTED"}}]}`,
		},
		{
			"no content type", "POST", "/graphql", `{"query":"{ echo }"}`, nil, 400,
			`{"errors":[{"message":"A page of any site could have had a browser send this request. Send a content type that forms cannot have, such as application/json, or one of the headers apollo-require-preflight, x-apollo-operation-name, graphql-require-preflight.","extensions":{"code":"CSRF_PREVENTED"}}]}`,
		},
		{
			"charset", "POST", "/graphql", `{}`,
			[]string{"Content-Type: application/json; charset=latin1"},
			415,
			`{"errors":[{"message":"The charset must be utf-8, not \"latin1\".","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"compressed body", "POST", "/graphql", `{}`,
			[]string{jsonType, "Content-Encoding: deflate"},
			415,
			`{"errors":[{"message":"The content encoding must be gzip, br or zstd, or none, not \"deflate\".","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"large body", "POST", "/graphql", `{"query":"` + strings.Repeat(" ", 1<<20) + `"}`,
			[]string{jsonType},
			413,
			`{"errors":[{"message":"The request body is too large, the limit is 1048576 bytes.","extensions":{"code":"LIMIT_EXCEEDED","limit":"body_bytes"}}]}`,
		},
		{
			"put", "PUT", "/graphql", `{}`,
			[]string{jsonType},
			405,
			`{"errors":[{"message":"The method must be GET or POST, not \"PUT\". Event streams have one connection for each operation; there is no single connection mode.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"not acceptable", "POST", "/graphql", `{"query":"{ echo }"}`,
			[]string{jsonType, "Accept: text/html"},
			406,
			`{"errors":[{"message":"Answers are application/graphql-response+json, application/json, text/event-stream or multipart/mixed, of which the request accepts none.","extensions":{"code":"BAD_REQUEST"}}]}`,
		},
		{
			"parse error", "POST", "/graphql", `{"query":"{"}`,
			[]string{jsonType},
			200,
			`{"errors":[{"message":"Expected Name, found <EOF>","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`,
		},
		{
			"validation error", "POST", "/graphql", `{"query":"{ ecko }"}`,
			[]string{jsonType},
			200,
			`{"errors":[{"message":"Cannot query field \"ecko\" on type \"Query\". Did you mean \"echo\"?","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`,
		},
		{
			"bad variable", "POST", "/graphql", `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":5}}`,
			[]string{jsonType},
			200,
			`{"errors":[{"message":"Variable \"$t\" got invalid value 5; String cannot represent a non string value: 5","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`,
		},
		{
			"unknown operation", "POST", "/graphql", `{"query":"query a { echo }","operationName":"b"}`,
			[]string{jsonType},
			200,
			`{"errors":[{"message":"Unknown operation named \"b\".","extensions":{"code":"OPERATION_RESOLUTION_FAILURE"}}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := send(t, tt.method, base+tt.path, tt.body, tt.headers...)
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			if diff := cmp.Diff(tt.want, got.body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMediaTypeIsNegotiated(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	const plain, modern = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	for accept, want := range map[string]string{
		"*/*":                               plain,
		"application/json":                  plain,
		"application/graphql-response+json": modern,
		"application/graphql-response+json, application/json":               modern,
		"application/graphql-response+json;q=0.5, application/json;q=0.9":   plain,
		"text/html, application/*;q=0.1":                                    plain,
		"application/json;q=0, application/graphql-response+json;q=0.1, */": modern,
	} {
		got := ask(t, base, "{ echo }", "", "Accept: "+accept)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != want {
			t.Errorf("%s: status %d, %s", accept, got.status, got.header.Get("Content-Type"))
		}
	}
}

func TestRefusedMethodsNameTheAllowedOnes(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	if got := send(t, "DELETE", base+"/graphql", ""); got.header.Get("Allow") != "GET, POST" {
		t.Errorf("DELETE: %v", got.header)
	}
	got := send(t, "GET", base+"/graphql?query="+url.QueryEscape(`mutation { rename(id: 1, name: "x") { id } }`), "")
	if got.header.Get("Allow") != "POST" {
		t.Errorf("mutation: %v", got.header)
	}
}

func TestFailedCallsGivePartialAnswersWithoutUpstreamText(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	got := ask(t, base, "{ a: user(id: 1) { name } b: user(id: 77) { name } html }", "")
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, `{"data":{"a":{"name":"<User & 1>"},"b":null,"html":null},"errors":[`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if strings.Contains(got.body, "10.0.0.1") || strings.Contains(got.body, "127.0.0.1") {
		t.Errorf("an address leaked: %s", got.body)
	}
}

func TestErrorsOfHiddenDocumentsAreRedacted(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Errors = config.Redaction{Configured: true} }, server.Exposure{})
	got := ask(t, base, "{ user(id: 77) { name } }", "")
	want := `{"data":{"user":null},"errors":[{"message":"Subgraph errors redacted","path":["user"]}]}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error(diff)
	}
}

func TestSlowRequestsEndInTime(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Timeout = 50e6 }, server.Exposure{})
	got := ask(t, base, "{ echo(text: \"x\") slow { id } }", "")
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, `{"data":{"echo":"x","slow":null},"errors":[`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestExplanationsAreGivenOnlyWhereAllowed(t *testing.T) {
	t.Parallel()
	const query = "{ user(id: 1) { id } }"
	closed := ask(t, serve(t, nil, server.Exposure{}), query, "", "Weft-Explain: plan, calls")
	if strings.Contains(closed.body, "extensions") {
		t.Errorf("explained: %s", closed.body)
	}
	open := ask(t, serve(t, nil, server.Exposure{Explain: true}), query, "", "Weft-Explain: plan, calls")
	for _, want := range []string{`{"data":{"user":{"id":"1"}},"extensions":{"weft":{"plan":{`, `"calls":[{"fetch":1,"source":"test.api"`, `"status":200`} {
		if !strings.Contains(open.body, want) {
			t.Errorf("%s is missing in %s", want, open.body)
		}
	}
}
