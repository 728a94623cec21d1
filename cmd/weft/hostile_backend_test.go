package main_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

// thingDocument has one field for each shape that a reply can have.
const thingDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  thing: Thing @connect(source: "api", http: { GET: "/bad" }, selection: "id name parts { id }")
  things: [Thing!] @connect(source: "api", http: { GET: "/bad" }, selection: "id name parts { id }")
  good: Thing @connect(source: "api", http: { GET: "/good" }, selection: "id name")
}
type Thing { id: ID! name: String parts: [Part!] }
type Part { id: ID! }`

// serveThings serves the thingDocument over a back end whose /bad is given; /good is always good.
func serveThings(t *testing.T, bad http.HandlerFunc, settings config.Source) *gateway {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/bad", bad)
	mux.HandleFunc("/good", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":1,"name":"good"}`)
	})
	back := httptest.NewServer(mux)
	t.Cleanup(func() {
		back.CloseClientConnections()
		back.Close()
	})
	if settings.OverrideURL == "" {
		settings.OverrideURL = back.URL
	}
	return serve(t, []sdl.Input{{File: "things.graphql", Text: thingDocument}}, &config.Config{
		Sources: map[string]config.Source{"things.api": settings},
	})
}

// replies writes bytes with a content type.
func replies(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// wire takes the connection and writes bytes as they are.
func wire(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// gzipBomb is 100 MB of blanks in 100 KB.
func gzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 100 {
		if _, err := z.Write(blanks); err != nil {
			return
		}
	}
	_, _ = io.WriteString(z, `{"id":1}`)
	_ = z.Close()
}

// stall sends half a reply and then nothing until the caller has gone.
func stall(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id":1,"name":"`)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func TestHostileBackEndsCostOneErrorEach(t *testing.T) {
	t.Parallel()
	const (
		invalid  = "CONNECTOR_RESPONSE_INVALID"
		client   = "HTTP_CLIENT_ERROR"
		late     = "GATEWAY_TIMEOUT"
		mismatch = "TYPE_MISMATCH"
		fetch    = "CONNECTOR_FETCH"
		jsonType = "application/json"
	)
	deep := func(open, closing string) string {
		return `{"id":1,"parts":` + strings.Repeat(open, 1_000_000) + strings.Repeat(closing, 1_000_000) + `}`
	}
	for _, tt := range []struct {
		name string
		bad  http.HandlerFunc
		// code is that of the only error, empty for none.
		code string
		// data is that of `thing { id name parts { id } }`.
		data string
	}{
		{"html that claims to be JSON", replies(jsonType, "<html><body>Sorry</body></html>"), invalid, `null`},
		{"html", replies("text/html", "<html><body>Sorry</body></html>"), invalid, `null`},
		{"nothing", replies(jsonType, ""), invalid, `null`},
		{"blanks", replies(jsonType, "   "), invalid, `null`},
		{"half a document", replies(jsonType, `{"id":1,"name":"a","parts":[{"id":`), invalid, `null`},
		{"two documents", replies(jsonType, `{"id":1}{"id":2}`), invalid, `null`},
		{"a byte order mark", replies(jsonType, "\xEF\xBB\xBF{\"id\":1}"), invalid, `null`},
		{"invalid UTF-8 in what is wanted", replies(jsonType, "{\"id\":1,\"name\":\"\xff\"}"), invalid, `null`},
		{"invalid UTF-8 in what is not wanted", replies(jsonType, "{\"id\":1,\"other\":\"\xff\"}"), invalid, `null`},
		// Half a surrogate pair is no character; as in encoding/json, what stands for one takes its place.
		{"a lone surrogate", replies(jsonType, `{"id":1,"name":"\ud800"}`), "", "{\"id\":\"1\",\"name\":\"\uFFFD\",\"parts\":null}"},
		{"not a number", replies(jsonType, `{"id":1,"name":"a","other":NaN}`), invalid, `null`},
		{"control characters in a string", replies(jsonType, "{\"id\":1,\"name\":\"a\nb\"}"), invalid, `null`},
		{"lists a million deep", replies(jsonType, deep("[", "]")), invalid, `null`},
		{"objects a million deep", replies(jsonType, deep(`{"a":`, "}")), invalid, `null`},
		{"a list for an object", replies(jsonType, `[1,2]`), mismatch, `null`},
		{"a number for an object", replies(jsonType, `5`), mismatch, `null`},
		{"an object for a string", replies(jsonType, `{"id":1,"name":{"first":"a"}}`), mismatch, `{"id":"1","name":null,"parts":null}`},
		{"an object for a list", replies(jsonType, `{"id":1,"name":"a","parts":{"id":1}}`), mismatch, `{"id":"1","name":"a","parts":null}`},
		{"no id", replies(jsonType, `{"name":"a"}`), "NULL_IN_NON_NULL", `null`},
		{"the same key twice", replies(jsonType, `{"id":1,"name":"a","name":"b","parts":[]}`), "", `{"id":"1","name":"b","parts":[]}`},
		{"a gzip bomb", gzipBomb, invalid, `null`},
		{"no gzip", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			replies(jsonType, `{"id":1}`)(w, r)
		}, invalid, `null`},
		{"an unknown compression", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "zebra")
			replies(jsonType, `{"id":1}`)(w, r)
		}, invalid, `null`},
		{"a cut connection", wire(""), client, `null`},
		{"no HTTP", wire("SSH-2.0-OpenSSH_9.6\r\n"), client, `null`},
		{"less than was promised", wire("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":1}"), client, `null`},
		{"a header without an end", wire("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n"), client, `null`},
		{"a promise of an exabyte", wire("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\n{}"), invalid, `null`},
		{"too late", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, late, `null`},
		{"half of it too late", stall, late, `null`},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/good", http.StatusFound) }, fetch, `null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings := config.Source{Timeout: 20 * time.Second}
			if tt.code == late {
				settings.Timeout = time.Second
			}
			g := serveThings(t, tt.bad, settings)
			a := g.ask(t, "{ thing { id name parts { id } } good { name } }", nil)
			if want := fmt.Sprintf(`{"thing":%s,"good":{"name":"good"}}`, tt.data); string(a.Data) != want {
				t.Errorf("data %.500s, want %s", a.Data, want)
			}
			switch {
			case tt.code == "" && len(a.Errors) > 0:
				t.Errorf("errors %+v", a.Errors)
			case tt.code != "" && (len(a.Errors) != 1 || a.Errors[0].code() != tt.code || a.Errors[0].Path[0] != "thing"):
				t.Errorf("errors %+v, want one with code %s", a.Errors, tt.code)
			}
			wantNoSecrets(t, a, g)
			wantData(t, g.ask(t, "{ good { id } }", nil), `{"good":{"id":"1"}}`)
		})
	}
}

// wantNoSecrets checks that an answer does not tell where the back end is.
func wantNoSecrets(t *testing.T, a answer, g *gateway) {
	t.Helper()
	for _, e := range a.Errors {
		for _, secret := range []string{"127.0.0.1", "localhost", "/bad", "goroutine", ".go:"} {
			if text := fmt.Sprintf("%s %v", e.Message, e.Extensions); strings.Contains(text, secret) {
				t.Errorf("the error tells %q: %s", secret, text)
			}
		}
	}
}

func TestClosedPortIsOneErrorForEachField(t *testing.T) {
	t.Parallel()
	var listener net.ListenConfig
	ln, err := listener.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	g := serveThings(t, replies("application/json", "{}"), config.Source{OverrideURL: url})
	a := g.ask(t, "{ thing { id } good { id } }", nil)
	if string(a.Data) != `{"thing":null,"good":null}` || len(a.Errors) != 2 || a.Errors[1].code() != "HTTP_CLIENT_ERROR" {
		t.Errorf("data %s, errors %+v", a.Data, a.Errors)
	}
	wantNoSecrets(t, a, g)
}

// A reply of 100 MB is given up when it is known to be too large: the memory for it never exceeds a few times the limit of 16 MiB,
// and none of it stays, nor does a goroutine.
func TestHugeRepliesLeaveNothingBehind(t *testing.T) {
	// Not parallel: it measures memory and looks for goroutines that stay behind.
	ignore := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, ignore) })
	const limit = 16 << 20
	blanks := bytes.Repeat([]byte(" "), 64<<10)
	g := serveThings(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for sent := 0; sent < 100<<20; sent += len(blanks) {
			if _, err := w.Write(blanks); err != nil {
				return
			}
		}
	}, config.Source{})
	wantData(t, g.ask(t, "{ good { id } }", nil), `{"good":{"id":"1"}}`)

	before := memory()
	a := g.ask(t, "{ thing { id } }", nil)
	after := memory()
	if len(a.Errors) != 1 || a.Errors[0].code() != "CONNECTOR_RESPONSE_INVALID" {
		t.Errorf("errors %+v", a.Errors)
	}
	// A buffer that doubles allocates four times what it may hold in the end, and twice that under the race detector.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 10*limit {
		t.Errorf("%d MiB were allocated for a reply that may have 16", grown>>20)
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > limit/2 {
		t.Errorf("%d KiB of the reply stay in memory", kept>>10)
	}
	wantData(t, g.ask(t, "{ good { id } }", nil), `{"good":{"id":"1"}}`)
}

func memory() runtime.MemStats {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m
}
