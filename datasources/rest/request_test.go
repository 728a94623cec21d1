package rest

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// headers reads header mappings, one per line of pairs: name and template, or name and "<" with the name of a client header.
func headers(tb testing.TB, pairs ...string) []datasources.Header {
	tb.Helper()
	var list []datasources.Header
	for i := 0; i < len(pairs); i += 2 {
		h := datasources.Header{Name: pairs[i]}
		if from := pairs[i+1]; from != "" && from[0] == '<' {
			h.From = from[1:]
		} else {
			tpl, err := mapping.ParseTemplate(from, mapping.V04)
			if err != nil {
				tb.Fatal(err)
			}
			h.Value = tpl
		}
		list = append(list, h)
	}
	return list
}

// callerEnv has `$args` and the headers of the client's request.
func callerEnv(tb testing.TB, args, clientHeaders string) *mapping.Env {
	tb.Helper()
	env := &mapping.Env{Problems: &mapping.Problems{}}
	env.Vars[mapping.Args] = parseValue(tb, args)
	env.Vars[mapping.Request] = parseValue(tb, `{"headers":`+clientHeaders+`}`)
	return env
}

func TestHeadersAreMergedAndFilled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		connect, source []datasources.Header
		args, client    string
		want            http.Header
		problems        []mapping.Problem
	}{
		{
			name:    "value",
			connect: headers(t, "x-a", "v{$args.n}w", "X-B", "{$args.none}"),
			args:    `{"n":1.50,"none":null}`,
			want:    http.Header{"X-A": {"v1.50w"}, "X-B": {""}},
		},
		{
			name:    "all values of a client header in order",
			connect: headers(t, "x-a", "<X-Trace"),
			client:  `{"x-trace":["b","a"]}`,
			want:    http.Header{"X-A": {"b", "a"}},
		},
		{
			name:    "the connector replaces the source's header, whatever the case",
			connect: headers(t, "X-KEY", "connect"),
			source:  headers(t, "x-key", "source", "x-other", "kept"),
			want:    http.Header{"X-Key": {"connect"}, "X-Other": {"kept"}},
		},
		{
			name:    "even when its own is absent",
			connect: headers(t, "x-key", "<x-none"),
			source:  headers(t, "x-key", "source"),
			want:    http.Header{},
		},
		{
			name:     "an object drops the header alone",
			connect:  headers(t, "x-a", "{$args}", "x-b", "b"),
			want:     http.Header{"X-B": {"b"}},
			args:     `{}`,
			problems: []mapping.Problem{{Message: "Expression is not allowed to evaluate to arrays or objects.", Path: "X-A", Count: 1}},
		},
		{
			name:     "a line end cannot begin a header",
			connect:  headers(t, "x-a", "{$args.s}", "x-b", "<evil"),
			args:     `{"s":"1\r\nx-admin: 1"}`,
			client:   `{"evil":["\u0000","é"]}`,
			want:     http.Header{"X-B": {"é"}},
			problems: []mapping.Problem{{Message: "Header value has non-visible characters", Path: "X-A", Count: 1}, {Message: "Header value has non-visible characters", Path: "X-B", Count: 1}},
		},
		{
			name:    "accept may be set",
			connect: headers(t, "accept", "text/plain"),
			want:    http.Header{"Accept": {"text/plain"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base, last := record(t)
			s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: template(t, base), Headers: c.source}}
			http := get(t, "/u")
			http.Headers = c.connect
			if c.client == "" {
				c.client = "{}"
			}
			if c.args == "" {
				c.args = `{"none":null}`
			}
			env := callerEnv(t, c.args, c.client)
			send(t, prepare(t, s, datasources.Connector{HTTP: http}, idShape(), Options{}), env)
			for key, value := range map[string]string{"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br", "User-Agent": "weft"} {
				if c.want[key] == nil {
					c.want[key] = []string{value}
				}
			}
			if d := cmp.Diff(c.want, last().header); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.problems, env.Problems.List()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestHostHeaderReplacesTheHostOfTheURL(t *testing.T) {
	t.Parallel()
	base, last := record(t)
	s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: template(t, base)}}
	http := get(t, "/u")
	http.Headers = headers(t, "host", "tenant-{$args.n}.test")
	send(t, prepare(t, s, datasources.Connector{HTTP: http}, idShape(), Options{}), callerEnv(t, `{"n":7}`, "{}"))
	if got := last().host; got != "tenant-7.test" {
		t.Errorf("the server was asked for host %q", got)
	}
}

func TestBodyIsWrittenByItsContentType(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct {
		name, method, body string
		headers            []datasources.Header
		wantBody, wantType string
	}{
		{name: "JSON is the default", method: "POST", body: `a: $args.n b: $(["<é>"])`, wantBody: `{"a":12345678901234567890,"b":["<é>"]}`, wantType: "application/json"},
		{name: "null", method: "PUT", body: "$(null)", wantBody: "null", wantType: "application/json"},
		{name: "missing is empty but has a type", method: "PATCH", body: "$args.none", wantType: "application/json"},
		{name: "no body", method: "POST"},
		{name: "a type without a body stays", method: "POST", headers: headers(t, "Content-Type", "text/x"), wantType: "text/x"},
		{name: "body of a GET", method: "GET", body: "$([1])", wantBody: "[1]", wantType: "application/json"},
		{name: "body of a DELETE", method: "DELETE", body: "$([1])", wantBody: "[1]", wantType: "application/json"},
		{name: "own type is JSON as well", method: "POST", body: `$("x")`, headers: headers(t, "CONTENT-type", "text/{$args.t}"), wantBody: `"x"`, wantType: "text/t"},
		{name: "a dropped type gives way to the default", method: "POST", body: `$("x")`, headers: headers(t, "content-type", "{$args}"), wantBody: `"x"`, wantType: "application/json"},
		{
			name: "form", method: "POST", headers: headers(t, "content-type", form),
			body:     `$({ a: "b c&é", list: [1, { k: true }], none: null, o: { p: { q: 1.0 } }, e: [], f: {}, "x y": "*-._~" })`,
			wantBody: "a=b+c%26%C3%A9&list%5B0%5D=1&list%5B1%5D%5Bk%5D=true&none=&o%5Bp%5D%5Bq%5D=1.0&x+y=*-._%7E",
			wantType: form,
		},
		{name: "form of nothing", method: "POST", headers: headers(t, "content-type", form), body: "$args.none", wantType: form},
		{name: "form with a charset is JSON", method: "POST", headers: headers(t, "content-type", form+"; charset=utf-8"), body: "$({a: 1})", wantBody: `{"a":1}`, wantType: form + "; charset=utf-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base, last := record(t)
			s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: template(t, base)}}
			http := &datasources.HTTPConnector{Method: c.method, URL: template(t, "/u"), Headers: c.headers, Body: parse(t, c.body)}
			env := callerEnv(t, `{"n":12345678901234567890,"t":"t"}`, "{}")
			send(t, prepare(t, s, datasources.Connector{HTTP: http}, idShape(), Options{}), env)
			r := last()
			got := []any{r.body, r.header.Get("Content-Type"), r.length}
			if d := cmp.Diff([]any{c.wantBody, c.wantType, int64(len(c.wantBody))}, got); d != "" {
				t.Error(d)
			}
			_, hasLength := r.header["Content-Length"]
			if isSent := c.method == "POST" || c.method == "PUT" || c.method == "PATCH" || c.wantBody != ""; hasLength != isSent {
				t.Errorf("content-length sent: %v, want %v", hasLength, isSent)
			}
		})
	}
}

func TestFormOfNoObjectIsAFetchError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"$([1])", "$(null)", `$("a=b")`, "$(1)"} {
		http := get(t, "http://h/")
		http.Body = parse(t, body)
		http.Headers = headers(t, "content-type", typeForm)
		_, err := prepare(t, datasources.Settings{}, datasources.Connector{HTTP: http}, idShape(), Options{}).Request(&mapping.Env{})
		var e *datasources.Error
		if !errors.As(err, &e) || e.Code != datasources.CodeFetch || e.Message != "Expected URL-encoded forms to be objects" {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestRequestMappingsSeeTheSourcesVariables(t *testing.T) {
	t.Parallel()
	s := datasources.Settings{
		HTTP:   &datasources.HTTPSource{BaseURL: template(t, "http://h"), Headers: headers(t, "x-env", "{$env.TOKEN}")},
		Config: parseValue(t, `{"v":"7"}`),
		Env:    parseValue(t, `{"TOKEN":"t"}`),
	}
	r, err := prepare(t, s, datasources.Connector{HTTP: get(t, "/{$config.v}?none={$env.NONE}")}, idShape(), Options{}).Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{r.Line, r.URL, r.Header.Get("X-Env")}
	want := []string{"GET /{$config.v}?none={$env.NONE}", "http://h/7?none=", "t"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFormNestingKeepsNoKeyOfASibling(t *testing.T) {
	t.Parallel()
	v := parseValue(t, `{"a":{"b":[{"c":1},2],"d":3},"e":"x"}`)
	text, err := appendForm([]byte("before"), v)
	if err != nil {
		t.Fatal(err)
	}
	const want = "beforea%5Bb%5D%5B0%5D%5Bc%5D=1&a%5Bb%5D%5B1%5D=2&a%5Bd%5D=3&e=x"
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if _, err := appendForm(nil, value.Null()); err == nil {
		t.Error("null is no form")
	}
}
