package rest

import (
	"errors"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// urlCase is one way to assemble a URL. "http://h" in base, connect and want stands for the server.
type urlCase struct {
	name                 string
	base, override       string
	sourcePath, sourceQP string
	connect, path, qp    string
	args, config         string
	want                 string
}

// The first ten are the rows of the specification's table in 3.3.
var urlCases = []urlCase{
	{name: "joins", base: "http://h/api", connect: "/users", want: "/api/users"},
	{name: "keeps the trailing slash", base: "http://h/api/", connect: "users/", want: "/api/users/"},
	{name: "a slash adds nothing", base: "http://h/api/", connect: "/", want: "/api/"},
	{name: "joins queries", base: "http://h/v1?k=1", connect: "/u?a=2", qp: "b: $(3)", want: "/v1/u?k=1&a=2&b=3"},
	{name: "null path element", base: "http://h", connect: "/", path: `$(["a b", null, "c/d"])`, want: "/a%20b/c%2Fd"},
	{name: "null in a hole", base: "http://h", connect: "/u?id={$args.id}", args: `{"id":null}`, want: "/u?id="},
	{name: "null parameter", base: "http://h", connect: "/u", qp: "id: $args.id", args: `{"id":null}`, want: "/u"},
	{name: "array parameter", base: "http://h", connect: "/u", qp: "t: $([1, null, 2])", want: "/u?t=1&t=&t=2"},
	{name: "absolute with constants", connect: "http://h/é?q=a b#f", want: "/%C3%A9?q=a%20b"},
	{name: "hole is encoded", base: "http://h", connect: "/s?q={$args.q}", args: `{"q":"a&b/c?"}`, want: "/s?q=a%26b%2Fc%3F"},

	{name: "first null element leaves one slash", base: "http://h", connect: "", path: `$([null, "a"])`, want: "/a"},
	{name: "last null element leaves its slash", base: "http://h/x", connect: "", path: `$(["a", null])`, want: "/x/a/"},
	{name: "elements of source and connector", base: "http://h/x", sourcePath: `$(["v1"])`, connect: "/u", path: `$([true, 2.5])`, want: "/x/v1/u/true/2.5"},
	{name: "parameters of source and connector in order", base: "http://h?a=1", sourceQP: "b: $(2)", connect: "?c=3", qp: "d: $(4) b: $(5)", want: "/?a=1&b=2&c=3&d=4&b=5"},
	{name: "missing mappings add nothing", base: "http://h/x", connect: "", path: "$args.none", qp: "$args.none", want: "/x"},
	{name: "nothing at all", base: "http://h", connect: "", want: "/"},
	{name: "parameters without a path", base: "http://h", connect: "", qp: "a: $(1)", want: "/?a=1"},
	{name: "leading slashes of the connector", base: "http://h/a/", connect: "//u", want: "/a/u"},
	{name: "leading slashes of the base", base: "http://h//a", connect: "/u", want: "//a/u"},
	{name: "escapes in constants stay", base: "http://h", connect: "/a%20b%2F%c3", want: "/a%20b%2F%c3"},
	{name: "escapes in holes do not", base: "http://h", connect: "/{$args.q}", args: `{"q":"a%20b_~"}`, want: "/a%2520b_~"},
	{name: "reserved constants stay", base: "http://h", connect: "/a:@!$&'()*+,;=[]?/?", want: "/a:@!$&'()*+,;=[]?/?"},
	{name: "other constants are encoded", base: "http://h", connect: "/a\"<>|^`\\", want: "/a%22%3C%3E%7C%5E%60%5C"},
	{name: "URL in a parameter is no origin", base: "http://h", connect: "/go?to=https://x.test/#y", want: "/go?to=https://x.test/"},
	{name: "several lines", base: "http://h", connect: "/a\n\t/b\r\n?c=1", want: "/a/b?c=1"},
	{name: "keys and values are encoded", base: "http://h", connect: "/", qp: `"a b&": $("c=d")`, want: "/?a%20b%26=c%3Dd"},
	{name: "empty query", base: "http://h/x?", connect: "/u?", want: "/x/u"},
	{name: "override replaces the base alone", base: "http://unused/v1?k=1", override: "http://h/v2", sourcePath: `$(["p"])`, connect: "/u", want: "/v2/p/u"},
	{name: "override of an absolute connector", override: "http://h/v2", connect: "http://unused/u?a=1", want: "/v2/u?a=1"},
	{name: "configuration in the base", base: "http://h/{$config.version}/", connect: "/u", config: `{"version":7}`, want: "/7/u"},
	{name: "an ampersand of the author's separates", base: "http://h?a=1&", sourceQP: "b: $(2)", connect: "?c=3&", qp: "d: $(4)", want: "/?a=1&b=2&c=3&d=4"},
	{name: "fragment of the base", base: "http://h/a#b", connect: "/u#c", want: "/a/u"},
	{name: "trailing slash of the base alone", base: "http://h/a/", connect: "", want: "/a/"},
	{name: "trailing slash of a base of one", base: "http://h/", connect: "/u/", want: "/u/"},
	{name: "elements behind a trailing slash", base: "http://h/a/", sourcePath: `$(["s"])`, connect: "u/", path: `$(["c"])`, want: "/a/s/u/c"},
	{name: "empty text as an element", base: "http://h/a", connect: "", path: `$(["", "b", ""])`, want: "/a/b/"},
	{name: "elements that hold a missing value", base: "http://h/a", connect: "", path: `$([$args.none, "b"])`, want: "/a/b"},
	{name: "no elements and no parameters", base: "http://h/a", connect: "/u", path: "$([])", qp: "t: $([])", want: "/a/u"},
	{name: "scalars as parameters", base: "http://h", connect: "/", qp: `t: $(true) f: $(false) n: $(-1.5) e: $("")`, want: "/?t=true&f=false&n=-1.5&e="},
	{name: "parameter of a missing value", base: "http://h", connect: "/", qp: "a: $args.none b: $([$args.none])", want: "/?b="},
	{name: "the same key in every place", base: "http://h?k=1", sourceQP: "k: $(2)", connect: "/?k=3", qp: "k: $([4, 5])", want: "/?k=1&k=2&k=3&k=4&k=5"},
	{name: "the input of path and queryParams is the empty object", base: "http://h", connect: "/", path: "$([$->entries->size])", qp: "$", want: "/0"},
	{name: "the input of a hole is null", base: "http://h", connect: "/{$->eq(null)}{@}", want: "/true"},
	{name: "braces that balance in a text", base: "http://h", connect: `/{$("{}")}/%7B`, want: "/%7B%7D/%7B"},
	{name: "injection through a path element", base: "http://h/a", connect: "/", path: `$([$args.q])`, args: `{"q":"../x?y#z"}`, want: "/a/..%2Fx%3Fy%23z"},
}

// atServer lets a case's URLs lead to the server.
func (c *urlCase) atServer(server string) {
	for _, text := range []*string{&c.base, &c.override, &c.connect} {
		if rest, ok := strings.CutPrefix(*text, "http://h"); ok {
			*text = server + rest
		}
	}
}

func (c *urlCase) prepare(t *testing.T) (datasources.Fetcher, *mapping.Env) {
	t.Helper()
	s := datasources.Settings{
		HTTP: &datasources.HTTPSource{
			BaseURL:     template(t, c.base),
			Path:        parse(t, c.sourcePath),
			QueryParams: parse(t, c.sourceQP),
		},
		OverrideURL: template(t, c.override),
		Config:      parseValue(t, c.config),
	}
	connect, err := mapping.ParseTemplate(c.connect, mapping.V04)
	if err != nil {
		t.Fatal(err)
	}
	http := &datasources.HTTPConnector{Method: "GET", URL: connect, Path: parse(t, c.path), QueryParams: parse(t, c.qp)}
	env := &mapping.Env{}
	env.Vars[mapping.Args] = parseValue(t, c.args)
	return prepare(t, s, datasources.Connector{HTTP: http}, idShape(), Options{}), env
}

func TestURLGoesOverTheWireAsTheSpecificationBuildsIt(t *testing.T) {
	t.Parallel()
	for _, c := range urlCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, last := record(t)
			c.atServer(server)
			f, env := c.prepare(t)
			send(t, f, env)
			if got := last().uri; got != c.want {
				t.Errorf("the server read %s, want %s", got, c.want)
			}
		})
	}
}

func TestURLThatCannotBeBuiltIsAFetchError(t *testing.T) {
	t.Parallel()
	const (
		notScalar   = "Expression is not allowed to evaluate to arrays or objects."
		notAbsolute = "the URL has neither scheme nor host"
		badOrigin   = "the URL's scheme or host is not valid"
	)
	for _, c := range []struct {
		urlCase
		message string
	}{
		{urlCase{name: "array in a hole", base: "http://h", connect: "/{$args.a}", args: `{"a":[1]}`}, notScalar},
		{urlCase{name: "object in the base", base: "http://h/{$config}", connect: "/"}, notScalar},
		{urlCase{name: "object in path", base: "http://h", connect: "/", path: "$([{}])"}, notScalar},
		{urlCase{name: "array in an array parameter", base: "http://h", connect: "/", qp: "a: $([[1]])"}, notScalar},
		{urlCase{name: "object parameter", base: "http://h", connect: "/", qp: "a: $({b: 1})"}, notScalar},
		{urlCase{name: "path is no array", base: "http://h", connect: "/", path: `$("a")`}, "Expression did not evaluate to an array"},
		{urlCase{name: "path is null", base: "http://h", connect: "/", path: "$(null)"}, "Expression did not evaluate to an array"},
		{urlCase{name: "queryParams is null", base: "http://h", connect: "/", qp: "$(null)"}, "Expression did not evaluate to an object"},
		{urlCase{name: "source queryParams is an array", base: "http://h", connect: "/", sourceQP: "$([1])"}, "Expression did not evaluate to an object"},
		{urlCase{name: "no origin", connect: "/users"}, notAbsolute},
		{urlCase{name: "other scheme", base: "ftp://h", connect: "/"}, badOrigin},
		{urlCase{name: "encoded host", base: "{$config.url}://x", connect: "/", config: `{"url":"a b"}`}, badOrigin},
		{urlCase{name: "variable before the port is not set", base: "http://{$config.host}:80/v1", connect: "/"}, badOrigin},
		{urlCase{name: "whole URL from a hole", base: "{$config.url}", connect: "/", config: `{"url":"http://h"}`}, notAbsolute},
		{urlCase{name: "variable in the base is not set", base: "http://{$config.host}/v1", connect: "/"}, badOrigin},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, env := c.prepare(t)
			_, err := f.Request(env)
			var e *datasources.Error
			if !errors.As(err, &e) || e.Code != datasources.CodeFetch || e.Message != c.message {
				t.Errorf("got %v, want the message %q", err, c.message)
			}
		})
	}
}

func TestCredentialsInTheBaseURLBecomeAHeader(t *testing.T) {
	t.Parallel()
	server, last := record(t)
	base := strings.Replace(server, "http://", "http://ann:s%20cret@", 1)
	s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: template(t, base)}}
	f := prepare(t, s, datasources.Connector{HTTP: get(t, "/u")}, idShape(), Options{})
	send(t, f, &mapping.Env{})
	r := last()
	if got := r.header.Get("Authorization"); got != "Basic YW5uOnMgY3JldA==" || strings.Contains(r.host, "@") {
		t.Errorf("Authorization %q for host %q", got, r.host)
	}
}
