package rest

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// FuzzURL puts foreign text into every place of a URL that takes it: it never leaves its place.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"", "a b", "../x", "?#&=", "%2F", "é", "\r\nHost: x", "\xff", "//evil.test/"} {
		f.Add(seed)
	}
	base, err := mapping.ParseTemplate("http://h/api?k=1", mapping.V04)
	if err != nil {
		f.Fatal(err)
	}
	s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: base}}
	c := get(f, "/u/{$args.q}/x?a={$args.q}")
	c.Path = parse(f, "$([$args.q])")
	c.QueryParams = parse(f, "b: $args.q")
	c.Headers = headers(f, "x-q", "{$args.q}")
	fetcher := prepare(f, s, datasources.Connector{HTTP: c}, idShape(), Options{})
	f.Fuzz(func(t *testing.T, q string) {
		env := &mapping.Env{}
		env.Vars[mapping.Args] = value.Object([]value.Field{{Name: "q", Value: value.String(q)}})
		r, err := fetcher.Request(env)
		if err != nil {
			t.Fatal(err)
		}
		wire, err := httpcall.WireURL(r.URL)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.ParseRequestURI(wire.RequestURI())
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.Split(u.EscapedPath(), "/")
		if len(segments) < 5 || len(segments) > 6 || segments[1] != "api" || segments[2] != "u" || wire.Host != "h" {
			t.Fatalf("the text left its segment: %s", r.URL)
		}
		want := url.Values{"k": {"1"}, "a": {q}, "b": {q}}
		if got := u.Query(); got.Encode() != want.Encode() {
			t.Fatalf("the text left its parameter: %s", r.URL)
		}
		if text := r.Header.Get("X-Q"); strings.ContainsAny(text, "\r\n\x00") {
			t.Fatalf("the text left its header: %q", text)
		}
	})
}

// FuzzForm checks that a form reads back as what was written, for keys without nesting.
func FuzzForm(f *testing.F) {
	f.Add("a", "b c")
	f.Add("", "&=%+")
	f.Add("a[b]", "é\xff")
	f.Fuzz(func(t *testing.T, key, text string) {
		form, err := appendForm(nil, value.Object([]value.Field{{Name: key, Value: value.String(text)}}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.ParseQuery(string(form))
		if err != nil || got.Get(key) != text {
			t.Fatalf("%q reads back as %v, %v", form, got, err)
		}
	})
}

// FuzzDecode feeds foreign replies: both ways to decode agree.
func FuzzDecode(f *testing.F) {
	f.Add("application/json", `{"id":1}`, 200)
	f.Add("application/json", `[{"id":[{"a":null}]},null]`, 200)
	f.Add("text/plain; charset=shift_jis", "\x81", 200)
	f.Add("text/html", "<html>", 500)
	f.Add("", "{", 404)
	c := datasources.Connector{HTTP: get(f, "http://h/"), Selection: parse(f, "id: a.id name list { x } ")}
	shape := &table.Shape{Levels: []table.Level{
		{Types: []string{"T"}, Members: []table.Member{
			{Path: []string{"id"}, Type: &table.Type{Leaf: table.ID}},
			{Path: []string{"name"}, Type: &table.Type{Leaf: table.String, NonNull: true}, NonNull: true},
			{Path: []string{"list"}, Child: 1, List: true, ElemNonNull: true},
		}},
		{Types: []string{"X"}, Members: []table.Member{{Path: []string{"x"}, Type: &table.Type{Leaf: table.Int}}}},
	}}
	both := []datasources.Fetcher{
		prepare(f, datasources.Settings{}, c, shape, Options{}),
		prepare(f, datasources.Settings{}, c, shape, Options{Mode: response.EvaluateOnly}),
	}
	f.Fuzz(func(t *testing.T, contentType, body string, status int) {
		var dumps [2]string
		for i, fetcher := range both {
			r := &datasources.Reply{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
			dst := table.NewBuilder(shape, r.Body)
			_, err := fetcher.Decode(r, &mapping.Env{}, dst)
			if err != nil {
				e, ok := err.(*datasources.Error) //nolint:errorlint // exactly this type is promised
				if !ok {
					t.Fatalf("got %T", err)
				}
				dumps[i] = e.Code + e.Message + e.Extensions.String()
				continue
			}
			dumps[i] = dst.Finish().Dump(shape)
		}
		if dumps[0] != dumps[1] {
			t.Fatalf("scanned:\n%s\nevaluated:\n%s", dumps[0], dumps[1])
		}
	})
}

// FuzzXML reads foreign documents, and what was read is written and read again.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{
		`<a/>`, `<a b="1">x</a>`, `<p:a xmlns:p="urn:p"><b>1</b><b/><c xsi:nil="true"/>t</p:a>`, `<a><![CDATA[<]]>&#13;</a>`, `<a`, `<a></b>`, `<a/><b/>`, `<!DOCTYPE a><a/>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := decodeXML(text, "")
		if err != nil {
			return
		}
		written, err := appendXML(nil, v)
		if err != nil {
			return // two attributes of one local name, in different namespaces
		}
		again, err := decodeXML(written, "")
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		twice, err := appendXML(nil, again)
		if err != nil || !bytes.Equal(twice, written) {
			t.Fatalf("%s becomes %s: %v", written, twice, err)
		}
	})
}
