package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
)

// malformed is a request that is no GraphQL request.
type malformed struct {
	name, method, path, body string
	headers                  []string
	status                   int
	code                     string
}

const (
	asJSON      = "Content-Type: application/json"
	asForm      = "Content-Type: application/x-www-form-urlencoded"
	preflighted = "GraphQL-Require-Preflight: 1"
)

// packed returns a text in a coding.
func packed(t *testing.T, coding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch coding {
	case "gzip":
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		err = w.Close()
	case "br":
		w := brotli.NewWriter(&b)
		_, _ = w.Write([]byte(text))
		err = w.Close()
	case "zstd":
		var w *zstd.Encoder
		if w, err = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1)); err == nil {
			_, _ = w.Write([]byte(text))
			err = w.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func malformedBodies() []malformed {
	post := func(name, body string) malformed {
		return malformed{name, "POST", "/graphql", body, []string{asJSON}, 400, "BAD_REQUEST"}
	}
	deep := strings.Repeat("[", 100_000)
	return []malformed{
		post("nothing", ""),
		post("space", " \n "),
		post("half an object", `{"query":"{ echo }`),
		post("no quotes", `{query:"{ echo }"}`),
		post("a comment", `{"query":"{ echo }"} // yes`),
		post("two objects", `{"query":"{ echo }"}{}`),
		post("a trailing comma", `{"query":"{ echo }",}`),
		post("a query without JSON", `{ echo }`),
		post("UTF-8 with a mark", "\xef\xbb\xbf"+`{"query":"{ echo }"}`),
		post("UTF-16", "{\x00\"\x00}\x00"),
		post("bad UTF-8", "{\"query\":\"{ echo(text: \\\"\xff\\\") }\"}"),
		post("half a surrogate in UTF-8", "{\"query\":\"{ echo(text: \\\"\xed\xa0\x80\\\") }\"}"),
		post("a control character", "{\"query\":\"{ echo \x01}\"}"),
		{"deep", "POST", "/graphql", `{"query":"{ echo }","variables":` + deep, []string{asJSON}, 400, "LIMIT_EXCEEDED"},
		post("NaN", `{"query":"{ echo }","variables":{"t":NaN}}`),
		post("null", `null`),
		post("a text", `"{ echo }"`),
		post("a number", `1`),
		post("true", `true`),
		post("no members", `{}`),
		post("another member", `{"qeury":"{ echo }"}`),
		post("members in capitals", `{"Query":"{ echo }"}`),
		post("an empty query", `{"query":""}`),
		post("a null query", `{"query":null}`),
		post("a number as query", `{"query":1}`),
		post("an object as query", `{"query":{}}`),
		post("a list as query", `{"query":["{ echo }"]}`),
		post("a number as name", `{"query":"{ echo }","operationName":1}`),
		post("a list as name", `{"query":"{ echo }","operationName":["a"]}`),
		post("a list of variables", `{"query":"{ echo }","variables":[]}`),
		post("variables in a text", `{"query":"{ echo }","variables":"{}"}`),
		post("false variables", `{"query":"{ echo }","variables":false}`),
		post("a number as extensions", `{"query":"{ echo }","extensions":0}`),
		post("a text as extensions", `{"query":"{ echo }","extensions":"x"}`),
		{"a batch", "POST", "/graphql", `[{"query":"{ echo }"}]`, []string{asJSON}, 400, "BATCHING_NOT_ENABLED"},
		{"an empty batch", "POST", "/graphql", `[]`, []string{asJSON}, 400, "BATCHING_NOT_ENABLED"},
		{"too large", "POST", "/graphql", `{"query":"{ echo }","x":"` + strings.Repeat("x", 1<<20) + `"}`, []string{asJSON}, 413, "LIMIT_EXCEEDED"},
	}
}

func malformedHeaders() []malformed {
	const good = `{"query":"{ echo }"}`
	post := func(name string, status int, code string, headers ...string) malformed {
		return malformed{name, "POST", "/graphql", good, headers, status, code}
	}
	return []malformed{
		post("no type", 400, "CSRF_PREVENTED"),
		post("an empty type", 400, "CSRF_PREVENTED", "Content-Type: "),
		post("a broken type", 400, "CSRF_PREVENTED", "Content-Type: application/json; charset"),
		post("text", 400, "CSRF_PREVENTED", "Content-Type: text/plain"),
		post("text that is preflighted", 415, "BAD_REQUEST", "Content-Type: text/plain", preflighted),
		post("a bare query", 415, "BAD_REQUEST", "Content-Type: application/graphql"),
		post("the type of answers", 415, "BAD_REQUEST", "Content-Type: application/graphql-response+json"),
		post("another JSON", 415, "BAD_REQUEST", "Content-Type: text/json"),
		post("two types", 400, "CSRF_PREVENTED", "Content-Type: application/json, text/plain"),
		post("latin 1", 415, "BAD_REQUEST", "Content-Type: application/json; charset=iso-8859-1"),
		post("UTF-16", 415, "BAD_REQUEST", "Content-Type: application/json; charset=utf-16"),
		post("deflate", 415, "BAD_REQUEST", asJSON, "Content-Encoding: deflate"),
		post("two codings", 415, "BAD_REQUEST", asJSON, "Content-Encoding: gzip, gzip"),
		post("an unknown coding", 415, "BAD_REQUEST", asJSON, "Content-Encoding: snappy"),
		post("no gzip", 400, "BAD_REQUEST", asJSON, "Content-Encoding: gzip"),
		post("no brotli", 400, "BAD_REQUEST", asJSON, "Content-Encoding: br"),
		post("no zstd", 400, "BAD_REQUEST", asJSON, "Content-Encoding: zstd"),
		post("no coding is accepted", 406, "BAD_REQUEST", asJSON, "Accept-Encoding: identity;q=0"),
		post("a form", 400, "CSRF_PREVENTED", asForm),
		{"a form with bad escapes", "POST", "/graphql", "query=%zz", []string{asForm, preflighted}, 400, "BAD_REQUEST"},
		{"a form with two queries", "POST", "/graphql", "query={echo}&query={echo}", []string{asForm, preflighted}, 400, "BAD_REQUEST"},
		{"a form with bad UTF-8", "POST", "/graphql", "query=%7Becho%7D%ff", []string{asForm, preflighted}, 400, "BAD_REQUEST"},
		{"a form with bad variables", "POST", "/graphql", "query={echo}&variables=x", []string{asForm, preflighted}, 400, "BAD_REQUEST"},
		{"a form without a query", "POST", "/graphql", "a=b", []string{asForm, preflighted}, 400, "BAD_REQUEST"},
		{"a form in latin 1", "POST", "/graphql", "query={echo}", []string{asForm + "; charset=latin1", preflighted}, 415, "BAD_REQUEST"},
	}
}

func malformedMethods() []malformed {
	get := func(name, query string, status int) malformed {
		return malformed{name, "GET", "/graphql?" + query, "", nil, status, "BAD_REQUEST"}
	}
	other := func(method string) malformed {
		return malformed{method, method, "/graphql", `{"query":"{ echo }"}`, []string{asJSON}, 405, "BAD_REQUEST"}
	}
	return []malformed{
		other("PUT"), other("PATCH"), other("DELETE"), other("OPTIONS"), other("TRACE"), other("PROPFIND"), other("post"),
		get("nothing", "", 400),
		get("an empty query", "query=", 400),
		get("two queries", "query={echo}&query={echo}", 400),
		get("two empty queries", "query=&query=", 400),
		get("two names", "query={echo}&operationName=a&operationName=b", 400),
		get("two variables", "query={echo}&variables={}&variables={}", 400),
		get("two extensions", "query={echo}&extensions={}&extensions={}", 400),
		get("bad escapes", "query=%7Becho%7D%2", 400),
		get("a semicolon", "query={echo};variables={}", 400),
		get("bad UTF-8", "query=%7Becho%7D%ff", 400),
		get("variables that are no JSON", "query={echo}&variables={a:1}", 400),
		get("a list of variables", "query={echo}&variables=[]", 400),
		get("extensions that are no JSON", "query={echo}&extensions=x", 400),
		get("a text as extensions", `query={echo}&extensions="x"`, 400),
		get("a mutation", `query=mutation{rename(id:1,name:"x"){id}}`, 405),
		get("a mutation by name", `query=query+a{echo}mutation+b{rename(id:1,name:"x"){id}}&operationName=b`, 405),
	}
}

func compressedBombs(t *testing.T) []malformed {
	t.Helper()
	const huge = 64 << 20
	bomb := `{"query":"{ echo }","x":"` + strings.Repeat("x", huge) + `"}`
	var out []malformed
	for _, coding := range []string{"gzip", "br", "zstd"} {
		out = append(out,
			malformed{"a bomb of " + coding, "POST", "/graphql", packed(t, coding, bomb), []string{asJSON, "Content-Encoding: " + coding}, 413, "LIMIT_EXCEEDED"},
			malformed{
				"half a body of " + coding, "POST", "/graphql", packed(t, coding, `{"query":"{ echo }"}`)[:12],
				[]string{asJSON, "Content-Encoding: " + coding},
				400, "BAD_REQUEST",
			})
	}
	return out
}

// Whoever sends no GraphQL request is told so by one error in the media type that it accepts, and nobody else notices.
func TestMalformedRequestsAreRefusedWithAGraphQLError(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	cases := append(append(malformedBodies(), malformedHeaders()...), malformedMethods()...)
	for _, tt := range append(cases, compressedBombs(t)...) {
		t.Run(tt.method+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			for _, mediaType := range []string{"application/json", "application/graphql-response+json"} {
				got := send(t, tt.method, base+tt.path, tt.body, append([]string{"Accept: " + mediaType}, tt.headers...)...)
				tt.check(t, got, mediaType)
			}
			if got := ask(t, base, "{ echo }", ""); got.body != `{"data":{"echo":null}}` {
				t.Errorf("the next request is answered %s", got.body)
			}
		})
	}
}

func (m *malformed) check(t *testing.T, got reply, mediaType string) {
	t.Helper()
	if got.status != m.status {
		t.Errorf("status %d, want %d: %s", got.status, m.status, got.body)
	}
	for name, want := range map[string]string{
		"Content-Type": mediaType + "; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if has := got.header.Get(name); has != want {
			t.Errorf("%s is %q", name, has)
		}
	}
	v, err := value.Parse([]byte(got.body))
	if err != nil || !v.Get("data").IsMissing() || v.Get("errors").Len() != 1 {
		t.Fatalf("%v: %s", err, got.body)
	}
	refused := v.Get("errors").Elems()[0]
	if code := refused.Get("extensions").Get("code").Text(); code != m.code {
		t.Errorf("code %q, want %q: %s", code, m.code, got.body)
	}
	if message := refused.Get("message").Text(); len(message) < 10 || len(message) > 300 {
		t.Errorf("the message is %q", message)
	}
}

func TestHeadIsRefusedWithoutABody(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	got := send(t, http.MethodHead, base+"/graphql?query={echo}", "")
	if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, POST" || got.body != "" {
		t.Errorf("%d %v %q", got.status, got.header, got.body)
	}
}

func TestCompressedAndURLEncodedBodiesAreRead(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	const query, want = `{"query":"{ echo(text: \"x\") }"}`, `{"data":{"echo":"x"}}`
	for _, coding := range []string{"gzip", "br", "zstd"} {
		for range 2 {
			got := send(t, http.MethodPost, base+"/graphql", packed(t, coding, query), asJSON, "Content-Encoding: "+coding)
			if got.status != http.StatusOK || got.body != want {
				t.Errorf("%s: %d %s", coding, got.status, got.body)
			}
		}
	}
	got := send(t, http.MethodPost, base+"/graphql", query, asJSON, "Content-Encoding: Identity")
	if got.status != http.StatusOK || got.body != want {
		t.Errorf("identity: %d %s", got.status, got.body)
	}
	const form = "query=query+a%7Becho%7Dquery+b($t:String)%7Becho(text:$t)%7D&operationName=b&variables=%7B%22t%22:%22x%22%7D&extensions=%7B%7D&other=1&other=2"
	got = send(t, http.MethodPost, base+"/graphql", form, asForm+"; charset=UTF-8", preflighted)
	if got.status != http.StatusOK || got.body != want {
		t.Errorf("form: %d %s", got.status, got.body)
	}
}
