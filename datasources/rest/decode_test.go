package rest

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// modes are all ways to decode; every test of Decode runs in each.
var modes = map[string]response.Mode{"auto": response.Auto, "evaluate": response.EvaluateOnly}

// decodeCase is a reply and what becomes of it.
type decodeCase struct {
	name      string
	selection string
	shape     *table.Shape // idShape by default
	status    int          // 200 by default
	noType    bool
	typ, body string // the type is application/json by default
	settings  datasources.Settings
	connector datasources.Connector
	this      string

	// want is the table, or else code, message and extensions are the error.
	want                      string
	code, message, extensions string
}

// run runs the case in one mode. Its receiver is a copy: the modes run at the same time.
func (c decodeCase) run(t *testing.T, mode response.Mode) {
	t.Helper()
	if c.shape == nil {
		c.shape = idShape()
	}
	c.connector.HTTP = get(t, "http://h/")
	c.connector.Selection = parse(t, c.selection)
	f := prepare(t, c.settings, c.connector, c.shape, Options{Mode: mode})
	r := &datasources.Reply{Status: max(c.status, 200), Header: http.Header{}, Body: []byte(c.body)}
	switch {
	case c.typ != "":
		r.Header.Set("Content-Type", c.typ)
	case !c.noType:
		r.Header.Set("Content-Type", "application/json")
	}
	env := &mapping.Env{}
	env.Vars[mapping.This] = parseValue(t, c.this)
	dst := table.NewBuilder(c.shape, r.Body)
	outcome, err := f.Decode(r, env, dst)
	if outcome.Status != r.Status || outcome.Bytes != len(c.body) {
		t.Errorf("outcome %+v", outcome)
	}
	if c.code == "" {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, dst.Finish().Dump(c.shape)); d != "" {
			t.Error(d)
		}
		return
	}
	var e *datasources.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if d := cmp.Diff([]string{c.code, c.message, c.extensions}, []string{e.Code, e.Message, e.Extensions.String()}); d != "" {
		t.Error(d)
	}
}

func runDecodeCases(t *testing.T, cases []decodeCase) {
	t.Helper()
	for _, c := range cases {
		for name, mode := range modes {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				c.run(t, mode)
			})
		}
	}
}

// one is the table of idShape with this id.
func one(id string) string { return "root=[0:1]\n0.0 tag 1 id=" + id + "\ndoubts 0\n" }

func TestBodyIsDecodedByItsType(t *testing.T) {
	t.Parallel()
	const invalid = `{"http":{"status":200}}`
	runDecodeCases(t, []decodeCase{
		{name: "JSON", body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "JSON with parameters", typ: "Application/JSON; charset=utf-8", body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "suffix", typ: "application/problem+json", body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "subtype", typ: "text/json", body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "no type", noType: true, body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "unreadable type", typ: "json;;", body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "empty", body: "", selection: "id: $(true)", want: one("true")},
		{name: "empty 204", status: 204, noType: true, selection: "id: $(true)", want: one("true")},
		{name: "text", typ: "text/plain", body: "é", selection: "id: $", want: one(`"é"`)},
		{name: "text with a mark", typ: "text/plain", body: "\uFEFFx", selection: "id: $", want: one(`"x"`)},
		{name: "text in Latin 1", typ: "text/plain; charset=ISO-8859-1", body: "\xe9\x80", selection: "id: $", want: one(`"é€"`)},
		{name: "text in UTF-16", typ: "text/plain; charset=utf-16le", body: "x\x00", selection: "id: $", want: one(`"x"`)},
		{name: "text in an unknown charset", typ: "text/plain; charset=klingon", body: "x", selection: "id: $", want: one(`"x"`)},
		{name: "text that is not", typ: "text/plain", body: "\xff", selection: "id: $", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "text that is not Shift JIS", typ: "text/plain; charset=shift_jis", body: "\x81", selection: "id: $", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "HTML", typ: "text/html", body: "<html>", selection: "id: $", want: one("null")},
		{name: "half", body: `{"id":1`, selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "HTML as JSON", body: "<html>", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "two documents", body: `{"id":1}{}`, selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "blanks alone", body: " \n", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "a byte order mark", body: "\uFEFF{\"id\":1}", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "UTF-16", typ: "application/json; charset=utf-16", body: "{\x00}\x00", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "half, where nothing is read", body: `{"id":1`, selection: "id: $(true)", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "half, where nobody knows what it is", typ: "application/octet-stream", body: `{"id":1`, selection: "id: $(true)", want: one("true")},
		{name: "blanks around", body: "\r\n {\"id\":1}\t\n", selection: "id", want: one("1")},
		{name: "null", body: "null", selection: "id: $(true)", want: one("true")},
		{name: "no UTF-8", body: "{\"id\":\"\xff\"}", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "no UTF-8 in what is skipped", body: "{\"id\":1,\"x\":\"\xff\"}", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: invalid},
		{name: "a failure that is invalid", status: 500, body: "<html>", selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: `{"http":{"status":500}}`},
	})
}

func TestSuccessIsToldByStatusOrMapping(t *testing.T) {
	t.Parallel()
	sourceSays := datasources.Settings{IsSuccess: parse(t, "$status->eq(404)")}
	const failed = `{"http":{"status":200}}`
	runDecodeCases(t, []decodeCase{
		{name: "299", status: 299, body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "300", status: 300, body: `{"id":1}`, selection: "id", code: "CONNECTOR_FETCH", message: "Request failed", extensions: `{"http":{"status":300}}`},
		{name: "404 without a body", status: 404, selection: "id", code: "CONNECTOR_FETCH", message: "Request failed", extensions: `{"http":{"status":404}}`},
		{name: "the source's mapping", settings: sourceSays, status: 404, body: `{"id":1}`, selection: "id", want: one("1")},
		{name: "the source's mapping replaces the status", settings: sourceSays, body: `{"id":1}`, selection: "id", code: "CONNECTOR_FETCH", message: "Request failed", extensions: failed},
		{name: "the connector's mapping wins", settings: sourceSays, connector: datasources.Connector{IsSuccess: parse(t, "$.ok")}, body: `{"id":1,"ok":true}`, selection: "id", want: one("1")},
		{name: "only true is true", connector: datasources.Connector{IsSuccess: parse(t, "$.ok")}, body: `{"id":1,"ok":"true"}`, selection: "id", code: "CONNECTOR_FETCH", message: "Request failed", extensions: failed},
		{name: "missing is false", connector: datasources.Connector{IsSuccess: parse(t, "$.ok")}, body: `{"id":1}`, selection: "id", code: "CONNECTOR_FETCH", message: "Request failed", extensions: failed},
		{name: "mapping on an invalid body", connector: datasources.Connector{IsSuccess: parse(t, "$(true)")}, body: `{`, selection: "id", code: "CONNECTOR_RESPONSE_INVALID", message: unexpectedFormat, extensions: failed},
	})
}

func TestFailureIsWordedByTheAuthor(t *testing.T) {
	t.Parallel()
	source := datasources.Settings{
		ErrorsMessage:    parse(t, "error.message"),
		ErrorsExtensions: parse(t, `code: $("SOURCE") status: $status from: $("source")`),
		Config:           parseValue(t, `{"team":"web"}`),
	}
	runDecodeCases(t, []decodeCase{
		{
			name: "the source's", settings: source, status: 500, body: `{"error":{"message":"broken"}}`, selection: "id",
			code: "SOURCE", message: "broken", extensions: `{"http":{"status":500},"code":"SOURCE","status":500,"from":"source"}`,
		},
		{
			name: "merged with the connector's", settings: source, status: 500, body: `{"m":"x"}`, selection: "id",
			connector: datasources.Connector{
				ErrorsMessage:    parse(t, `m->echo("no: ")->split("")->first`),
				ErrorsExtensions: parse(t, `http: $.m from: $config.team retry: $response.headers."content-type"->first`),
			},
			code: "SOURCE", message: "n", extensions: `{"http":"x","code":"SOURCE","status":500,"from":"web","retry":"application/json"}`,
		},
		{
			name: "no string gives no message", settings: datasources.Settings{ErrorsMessage: parse(t, "$.error")}, status: 400, body: `{"error":7}`, selection: "id",
			code: "CONNECTOR_FETCH", message: "", extensions: `{"http":{"status":400}}`,
		},
		{
			name: "extensions that are no object are ignored", connector: datasources.Connector{ErrorsExtensions: parse(t, "$([1])")}, status: 400, body: `{}`, selection: "id",
			code: "CONNECTOR_FETCH", message: "Request failed", extensions: `{"http":{"status":400}}`,
		},
		{
			name: "a code that is no text", connector: datasources.Connector{ErrorsExtensions: parse(t, "code: $(7)")}, status: 400, body: `{}`, selection: "id",
			code: "CONNECTOR_FETCH", message: "Request failed", extensions: `{"http":{"status":400},"code":7}`,
		},
		{
			name: "variables of the request", connector: datasources.Connector{ErrorsMessage: parse(t, "$this.id")}, this: `{"id":"u1"}`, status: 400, typ: "text/html", body: "<html>", selection: "id",
			code: "CONNECTOR_FETCH", message: "u1", extensions: `{"http":{"status":400}}`,
		},
	})
}

// listShape is a list of objects with the key column and the field name.
func listShape(key table.Member) *table.Shape {
	return &table.Shape{
		List: true,
		Levels: []table.Level{{
			Types:   []string{"User"},
			Members: []table.Member{key, {Path: []string{"name"}, Type: &table.Type{Leaf: table.String}}},
		}},
		Keys: []int{0},
	}
}

func rawKey(by bool, path ...string) table.Member {
	return table.Member{Path: path, By: by, Type: &table.Type{Leaf: table.Raw}}
}

func TestBatchMapsToAnArray(t *testing.T) {
	t.Parallel()
	batch := datasources.Connector{Batch: true}
	shape := listShape(rawKey(false, "id"))
	const noArray = "Response for a batch request does not map to an array"
	runDecodeCases(t, []decodeCase{
		{
			name: "array", connector: batch, shape: shape, selection: "$.results { id name }",
			body: `{"results":[{"id":"1","name":"Ann"},null,{"name":"Bob"}]}`,
			want: "root=[0:3]\n0.0 tag 1 id=\"1\" name=\"Ann\"\n0.1 null id=missing name=missing\n0.2 tag 1 id=missing name=\"Bob\"\ndoubts 1\n",
		},
		{name: "empty array", connector: batch, shape: shape, selection: "id name", body: `[]`, want: "root=[0:0]\ndoubts 0\n"},
		{name: "object", connector: batch, shape: shape, selection: "id name", body: `{"id":1}`, code: "CONNECTOR_FETCH", message: noArray, extensions: "MISSING"},
		{name: "null", connector: batch, shape: shape, selection: "id name", body: `null`, code: "CONNECTOR_FETCH", message: noArray, extensions: "MISSING"},
		{name: "missing", connector: batch, shape: shape, selection: "$.results { id name }", body: `{}`, code: "CONNECTOR_FETCH", message: noArray, extensions: "MISSING"},
		{name: "no body", connector: batch, shape: shape, selection: "id name", status: 204, code: "CONNECTOR_FETCH", message: noArray, extensions: "MISSING"},
	})
}

func TestByGivesTheKeysOfItems(t *testing.T) {
	t.Parallel()
	by := func(text string) datasources.Connector {
		return datasources.Connector{Batch: true, By: parse(t, text)}
	}
	const body = `[{"userId":7,"owner":{"id":"o"},"name":"A"},{"name":"B"},null]`
	rows := func(path, first, second string) string {
		return "root=[0:3]\n0.0 tag 1 " + path + "=" + first + " name=\"A\"\n0.1 tag 1 " + path + "=" + second +
			" name=\"B\"\n0.2 null " + path + "=missing name=missing\ndoubts 1\n"
	}
	runDecodeCases(t, []decodeCase{
		{
			name: "renamed", connector: by("id: userId"), shape: listShape(rawKey(true, "id")),
			selection: "userId name", body: body, want: rows("id", "7", "missing"),
		},
		{
			name: "of what the selection renames", connector: by("id: user"), shape: listShape(rawKey(true, "id")),
			selection: "user: userId name other", body: body, want: rows("id", "7", "missing"),
		},
		{
			name: "nested", connector: by("org: { id: $.owner.id }"), shape: listShape(rawKey(true, "org", "id")),
			selection: "owner { id x } name", body: body, want: rows("org.id", `"o"`, "missing"),
		},
		{
			name: "computed", connector: by("id: userId->add(1)"), shape: listShape(rawKey(true, "id")),
			selection: "userId name", body: body, want: rows("id", "8", "missing"),
		},
		{
			name: "constant", connector: by(`id: $("x")`), shape: listShape(rawKey(true, "id")),
			selection: "name", body: body, want: rows("id", `"x"`, `"x"`),
		},
		{
			name: "the selection is computed", connector: by("id: userId"), shape: listShape(rawKey(true, "id")),
			selection: "userId: userId->mul(2) name", body: body, want: rows("id", "14", "missing"),
		},
	})
}

func TestUnwantedEntriesAreNotEvaluated(t *testing.T) {
	t.Parallel()
	const selection, body = "id bad: $->first->nonsense other { x }", `{"id":1}`
	f := prepare(t, datasources.Settings{}, datasources.Connector{HTTP: get(t, "http://h/"), Selection: parse(t, selection)}, idShape(), Options{Mode: response.EvaluateOnly})
	env := &mapping.Env{Problems: &mapping.Problems{}}
	dst := table.NewBuilder(idShape(), []byte(body))
	outcome, err := f.Decode(&datasources.Reply{Status: 200, Body: []byte(body)}, env, dst)
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Problems) > 0 || outcome.Rows != 1 {
		t.Errorf("outcome %+v", outcome)
	}
}

func TestPlainSelectionsAreScanned(t *testing.T) {
	t.Parallel()
	for selection, isScanned := range map[string]bool{
		"id":                             true,
		"id bad: $->first":               true, // pruned
		"$.data { id: a.b }":             true,
		"id: a->first":                   false,
		"id: $this.id":                   false,
		"id: a ?? $(1)":                  false,
		"other":                          true,
		"... a->match([1, {id: 1}]) id2": false,
	} {
		c := datasources.Connector{HTTP: get(t, "http://h/"), Selection: parse(t, selection)}
		f, _ := prepare(t, datasources.Settings{}, c, idShape(), Options{}).(*fetcher)
		if got := f.program != nil; got != isScanned {
			t.Errorf("%s: scanned %v, want %v", selection, got, isScanned)
		}
	}
}

func TestConnectorWithoutHTTPIsRefused(t *testing.T) {
	t.Parallel()
	source, err := Open(t.Context(), datasources.Settings{Kind: datasources.HTTP, HTTP: &datasources.HTTPSource{}})
	if err != nil {
		t.Fatal(err)
	}
	if b, diagnostics := source.Bind(datasources.Connector{}); b != nil || len(diagnostics) != 1 {
		t.Errorf("got %v, %v", b, diagnostics)
	}
	if _, err := Open(t.Context(), datasources.Settings{Kind: datasources.GRPC}); err == nil {
		t.Error("settings of another kind were accepted")
	}
}
