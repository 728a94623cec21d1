package server_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const filesDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })

scalar Upload
type Query {
  echo(text: String): String @connect(selection: "$args.text")
  measure(file: Upload!): String
    @connect(source: "api", http: { POST: "/raw", body: "$args.file" }, selection: "$.seen")
}
type Mutation {
  form(file: Upload, files: [Upload!], more: More, text: String = "<é>"): String @connect(
    source: "api"
    http: {
      POST: "/form"
      headers: [{ name: "content-type", value: "multipart/form-data" }]
      body: "file: $args.file 'files[]': $args.files inner: $args.more.file text: $args.text n: $(1.50) tags: $(['a', 'b']) object: $({ a: 1 })"
    }
    selection: "$.seen"
  )
  raw(file: Upload): String
    @connect(source: "api", http: { PUT: "/raw", body: "$args.file" }, selection: "$.seen")
  typed(file: Upload): String @connect(
    source: "api"
    http: { PUT: "/raw", headers: [{ name: "content-type", value: "image/x-mine" }], body: "$args.file" }
    selection: "$.seen"
  )
  json(file: Upload): String
    @connect(source: "api", http: { POST: "/raw", body: "file: $args.file" }, selection: "$.seen")
  about(file: Upload): String
    @connect(source: "api", http: { POST: "/raw", body: "$args.file { filename mimetype size }" }, selection: "$.seen")
}
input More { file: Upload note: String }
`

// describe tells what a back end was sent: long contents by their length.
func describe(r io.Reader) string {
	content, err := io.ReadAll(r)
	switch {
	case err != nil:
		return err.Error()
	case len(content) > 100:
		return fmt.Sprintf("%d bytes", len(content))
	default:
		return string(content)
	}
}

// fileServer takes files, and answers what it has seen.
func fileServer(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, seen string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(value.AppendString([]byte(`{"seen":`), seen), '}'))
	}
	mux.HandleFunc("/raw", func(w http.ResponseWriter, r *http.Request) {
		answer(w, fmt.Sprintf("%s %d %s", r.Header.Get("Content-Type"), r.ContentLength, describe(r.Body)))
	})
	mux.HandleFunc("/form", func(w http.ResponseWriter, r *http.Request) {
		parts, err := r.MultipartReader()
		if err != nil {
			answer(w, err.Error())
			return
		}
		var seen []string
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				break
			}
			seen = append(seen, fmt.Sprintf("%s|%s|%s|%s", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), describe(part)))
		}
		answer(w, strings.Join(seen, "\n"))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func serveFiles(t *testing.T, change func(*config.Config)) string {
	t.Helper()
	settings := &config.Config{Sources: map[string]config.Source{"files.api": {OverrideURL: fileServer(t)}}}
	if change != nil {
		change(settings)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "files.graphql", Text: filesDocument}}, Config: settings,
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	srv := httptest.NewServer(gateway.Handler(zap.NewNop(), server.Exposure{}))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return srv.URL
}

// part is one part of a multipart request; those without a file name are texts.
type part struct{ name, file, mediaType, content string }

// multipartBody writes the parts, and returns the header with the boundary.
func multipartBody(t *testing.T, parts ...part) (body, header string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf("form-data; name=%q", p.name)}}
		if p.file != "" {
			h.Set("Content-Disposition", multipart.FileContentDisposition(p.name, p.file))
		}
		if p.mediaType != "" {
			h.Set("Content-Type", p.mediaType)
		}
		to, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(to, p.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), "Content-Type: " + w.FormDataContentType()
}

// upload sends a request with files.
func upload(t *testing.T, base string, parts ...part) reply {
	t.Helper()
	body, header := multipartBody(t, parts...)
	return send(t, http.MethodPost, base+"/graphql", body, header, preflighted)
}

func operation(query, variables string) part {
	return part{name: "operations", content: `{"query":` + string(value.AppendString(nil, query)) + `,"variables":` + variables + `}`}
}

func TestFilesArePassedOn(t *testing.T) {
	t.Parallel()
	base := serveFiles(t, nil)
	long := strings.Repeat("0123456789", 100_000)
	for _, tt := range []struct {
		name  string
		parts []part
		want  string
	}{
		{
			"as the whole body",
			[]part{
				operation("mutation($f: Upload) { raw(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.txt", "text/plain; charset=latin1", "hello"},
			},
			`{"data":{"raw":"text/plain; charset=latin1 5 hello"}}`,
		},
		{
			"as a body with a type of its own",
			[]part{
				operation("mutation($f: Upload) { typed(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.txt", "text/plain", "hello"},
			},
			`{"data":{"typed":"image/x-mine 5 hello"}}`,
		},
		{
			"long, without a type",
			[]part{
				operation("mutation($f: Upload) { raw(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.bin", "", long},
			},
			`{"data":{"raw":"application/octet-stream 1000000 1000000 bytes"}}`,
		},
		{
			"empty",
			[]part{
				operation("mutation($f: Upload) { raw(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.bin", "", ""},
			},
			`{"data":{"raw":"application/octet-stream 0 "}}`,
		},
		{
			"to a query",
			[]part{
				operation("query($f: Upload!) { measure(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.bin", "a/b", "x"},
			},
			`{"data":{"measure":"a/b 1 x"}}`,
		},
		{
			"as parts of a form",
			[]part{
				operation("mutation($f: Upload, $l: [Upload!], $m: More) { form(file: $f, files: $l, more: $m) }",
					`{"f":null,"l":[null,null],"m":{"file":null,"note":"n"}}`),
				{name: "map", content: `{"a":["variables.f"],"b":["variables.l.0"],"c":["variables.l.1","variables.m.file"]}`},
				{"a", `é".txt`, "text/plain", "A"},
				{"b", "b.bin", "a/b", long},
				{"c", "c", "", "C"},
			},
			`{"data":{"form":"file|é\".txt|text/plain|A\nfiles[]|b.bin|a/b|1000000 bytes\nfiles[]|c|application/octet-stream|C\n` +
				`inner|c|application/octet-stream|C\ntext|||<é>\nn|||1.5\ntags|||a\ntags|||b\nobject||application/json|{\"a\":1}"}}`,
		},
		{
			"not at all",
			[]part{operation("mutation($f: Upload) { form(file: $f) raw(file: $f) }", `{"f":null}`), {name: "map", content: `{}`}},
			`{"data":{"form":"text|||<é>\nn|||1.5\ntags|||a\ntags|||b\nobject||application/json|{\"a\":1}","raw":"application/json 4 null"}}`,
		},
		{
			"by what is known of them",
			[]part{
				operation("mutation($f: Upload) { about(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.txt", "text/plain", "hello"},
			},
			`{"data":{"about":"application/json 53 {\"filename\":\"a.txt\",\"mimetype\":\"text/plain\",\"size\":5}"}}`,
		},
		{
			"not as JSON",
			[]part{
				operation("mutation($f: Upload) { json(file: $f) }", `{"f":null}`),
				{name: "map", content: `{"0":["variables.f"]}`},
				{"0", "a.txt", "text/plain", "hello"},
			},
			`{"data":{"json":null},"errors":[{"message":"A file can be sent as the whole body, or as a part of a multipart/form-data body","path":["json"],` +
				`"extensions":{"code":"CONNECTOR_FETCH","connector":{"coordinate":"files:Mutation.json[0]"},"service":"files"}}]}`,
		},
		{
			"not for a string",
			[]part{
				operation("query($t: String) { echo(text: $t) }", `{"t":null}`),
				{name: "map", content: `{"0":["variables.t"]}`},
				{"0", "a.txt", "text/plain", "hello"},
			},
			`{"errors":[{"message":"Variable \"$t\" got invalid value {filename: \"a.txt\", mimetype: \"text/plain\", size: 5}; String cannot represent a non string value: ` +
				`{filename: \"a.txt\", mimetype: \"text/plain\", size: 5}","locations":[{"line":1,"column":7}],"extensions":{"code":"BAD_USER_INPUT"}}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := upload(t, base, tt.parts...)
			if diff := cmp.Diff(tt.want, got.body); diff != "" || got.status != http.StatusOK {
				t.Errorf("status %d\n%s", got.status, diff)
			}
		})
	}
}

func TestOnlyFilesAreUploads(t *testing.T) {
	t.Parallel()
	base := serveFiles(t, nil)
	for query, want := range map[string]string{
		`mutation { raw(file: "x") }`:                `Upload cannot be written in a query`,
		`mutation($f: Upload) { raw(file: $f) }`:     `Upload cannot represent what is no file of a multipart request: \"text\"`,
		`mutation($f: [Upload!]) { form(files: $f)}`: `Upload cannot represent what is no file`,
	} {
		got := ask(t, base, query, `{"f":"text"}`)
		if strings.Contains(got.body, `"data"`) || !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
}

// Requests with the same variables but for the content of a file are not the same.
func TestAnswersToFilesAreNotShared(t *testing.T) {
	t.Parallel()
	base := serveFiles(t, nil)
	var asking sync.WaitGroup
	for i := range 20 {
		content := fmt.Sprintf("%02d", i)
		body, header := multipartBody(t,
			operation("query($f: Upload!) { measure(file: $f) }", `{"f":null}`),
			part{name: "map", content: `{"0":["variables.f"]}`}, part{"0", "a", "a/b", content})
		asking.Go(func() {
			got := send(t, http.MethodPost, base+"/graphql", body, header, preflighted)
			if want := `{"data":{"measure":"a/b 2 ` + content + `"}}`; got.body != want {
				t.Errorf("%s, want %s", got.body, want)
			}
		})
	}
	asking.Wait()
}

func TestBatchesMayHaveFiles(t *testing.T) {
	t.Parallel()
	base := serveFiles(t, func(c *config.Config) { c.Batching.Enabled = true })
	got := upload(t, base,
		part{name: "operations", content: `[{"query":"{ echo(text: \"x\") }"},{"query":"mutation($f: Upload) { raw(file: $f) }","variables":{"f":null}}]`},
		part{name: "map", content: `{"0":["1.variables.f"]}`}, part{"0", "a", "a/b", "x"})
	if want := `[{"data":{"echo":"x"}},{"data":{"raw":"a/b 1 x"}}]`; got.body != want {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestBrokenUploadsAreRefused(t *testing.T) {
	// Not parallel: it looks for temporary files.
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	base := serveFiles(t, func(c *config.Config) { c.Uploads = config.Uploads{MaxFileBytes: 200_000, MaxFiles: 2} })
	off := serveFiles(t, func(c *config.Config) { c.Uploads.Off = true })
	without := serve(t, nil, server.Exposure{})
	raw := operation("mutation($f: Upload) { raw(file: $f) }", `{"f":null}`)
	mapped := part{name: "map", content: `{"0":["variables.f"]}`}
	file := part{"0", "a", "a/b", "x"}
	mapTo := func(content string) part { return part{name: "map", content: content} }
	whole := func(parts ...part) [2]string {
		body, header := multipartBody(t, parts...)
		return [2]string{body, header}
	}
	good := whole(raw, mapped, part{"0", "a", "a/b", strings.Repeat("x", 100_000)})
	for _, tt := range []struct {
		name, base string
		request    [2]string
		headers    []string
		status     int
		code       string
	}{
		{"not preflighted", base, good, nil, 400, "CSRF_PREVENTED"},
		{"switched off", off, good, []string{preflighted}, 415, "BAD_REQUEST"},
		{"a graph without files", without, good, []string{preflighted}, 415, "BAD_REQUEST"},
		{"compressed", base, good, []string{preflighted, "Content-Encoding: gzip"}, 415, "BAD_REQUEST"},
		{"no boundary", base, [2]string{good[0], "Content-Type: multipart/form-data"}, []string{preflighted}, 400, "BAD_REQUEST"},
		{"another boundary", base, [2]string{good[0], "Content-Type: multipart/form-data; boundary=x"}, []string{preflighted}, 400, "BAD_REQUEST"},
		{"cut off in a file", base, [2]string{good[0][:80_000], good[1]}, []string{preflighted}, 400, "BAD_REQUEST"},
		{"cut off in the map", base, [2]string{good[0][:300], good[1]}, []string{preflighted}, 400, "BAD_REQUEST"},
		{"nothing", base, [2]string{"", good[1]}, []string{preflighted}, 400, "BAD_REQUEST"},
		{"no operations", base, whole(mapped, file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"no map", base, whole(raw, file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"the map first", base, whole(mapped, raw, file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"the file before the map", base, whole(raw, file, mapped), []string{preflighted}, 400, "BAD_REQUEST"},
		{"operations without JSON", base, whole(part{name: "operations", content: "{"}, mapped, file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"operations in a number", base, whole(part{name: "operations", content: "1"}, mapTo("{}")), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a map without JSON", base, whole(raw, mapTo("{"), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a list as map", base, whole(raw, mapTo("[]"), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a text as paths", base, whole(raw, mapTo(`{"0":"variables.f"}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a number as path", base, whole(raw, mapTo(`{"0":[1]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"no paths", base, whole(raw, mapTo(`{"0":[]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"an unknown place", base, whole(raw, mapTo(`{"0":["variables.g"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"an empty path", base, whole(raw, mapTo(`{"0":[""]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a place that is no null", base, whole(raw, mapTo(`{"0":["query"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a place below null", base, whole(raw, mapTo(`{"0":["variables.f.x"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a place twice", base, whole(raw, mapTo(`{"0":["variables.f","variables.f"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a place in another", base, whole(raw, mapTo(`{"0":["variables.f","variables.f.x"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a missing file", base, whole(raw, mapped), []string{preflighted}, 400, "BAD_REQUEST"},
		{"another file", base, whole(raw, mapped, file, part{"1", "a", "a/b", "x"}), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a file twice", base, whole(raw, mapped, file, file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a file too many", base, whole(raw, mapTo(`{"0":["a"],"1":["b"],"2":["c"]}`), file), []string{preflighted}, 413, "LIMIT_EXCEEDED"},
		{"too many paths", base, whole(raw, mapTo(`{"0":[`+strings.Repeat(`"a",`, 1000)+`"a"]}`), file), []string{preflighted}, 400, "BAD_REQUEST"},
		{"a large file", base, whole(raw, mapped, part{"0", "a", "a/b", strings.Repeat("x", 200_001)}), []string{preflighted}, 413, "LIMIT_EXCEEDED"},
		{"large operations", base, whole(part{name: "operations", content: `{"x":"` + strings.Repeat("x", 1<<20) + `"}`}), []string{preflighted}, 413, "LIMIT_EXCEEDED"},
		{"a large body", base, whole(raw, part{name: "map", content: strings.Repeat(" ", 3<<20)}), []string{preflighted}, 413, "LIMIT_EXCEEDED"},
		{"a batch", base, whole(part{name: "operations", content: `[{"query":"{ echo }"}]`}, mapTo("{}")), []string{preflighted}, 400, "BATCHING_NOT_ENABLED"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := malformed{status: tt.status, code: tt.code}
			const mediaType = "application/graphql-response+json"
			got := send(t, http.MethodPost, tt.base+"/graphql", tt.request[0], append([]string{tt.request[1], "Accept: " + mediaType}, tt.headers...)...)
			m.check(t, got, mediaType)
		})
	}
	if got := send(t, http.MethodPost, base+"/graphql", good[0], good[1], preflighted); got.body != `{"data":{"raw":"a/b 100000 100000 bytes"}}` {
		t.Errorf("%d %s", got.status, got.body)
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "weft-upload-*")); len(left) > 0 {
		t.Errorf("these files were left behind: %v", left)
	}
}
