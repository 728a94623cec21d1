package server

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/config"
)

// Whatever the parts of a request are, it is read or refused; what is read has no more files than are allowed, and nothing stays open.
func FuzzMultipart(f *testing.F) {
	part := func(name, content string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	const file = "--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\nContent-Type: a/b\r\n\r\nhello\r\n"
	f.Add(part("operations", `{"query":"{a}","variables":{"f":null}}`) + part("map", `{"0":["variables.f"]}`) + file + "--x--\r\n")
	f.Add(part("operations", `[{"variables":{"l":[null,null]}}]`) + part("map", `{"0":["0.variables.l.1","0.variables.l.0"]}`) + file + "--x--\r\n")
	f.Add(part("operations", `{}`) + part("map", `{"0":["","a.","a..b"]}`) + file + file + "--x--")
	f.Fuzz(func(t *testing.T, body string) {
		m := &multipartReader{
			operations: &operations{log: zap.NewNop(), maxBody: 1000, uploads: config.Uploads{MaxFiles: 2, MaxFileBytes: 100}},
			parts:      multipart.NewReader(strings.NewReader(body), "x"),
			spool:      &spool{},
		}
		defer m.spool.release()
		v, refused := m.request()
		if refused != nil {
			if refused.status < 400 || refused.status >= 500 || refused.err.Message == "" {
				t.Errorf("%d %v", refused.status, refused.err)
			}
			return
		}
		if n := len(filesOf(v, map[*value.File]bool{})); n > 2 {
			t.Errorf("%d files in %s", n, v)
		}
	})
}

// filesOf collects the files of a value, and reads each.
func filesOf(v value.Value, found map[*value.File]bool) map[*value.File]bool {
	if file := v.File(); file != nil {
		r, err := file.Open()
		if err == nil {
			content, _ := io.ReadAll(r)
			_ = r.Close()
			found[file] = int64(len(content)) == file.Size
		}
		return found
	}
	for _, e := range v.Elems() {
		filesOf(e, found)
	}
	for _, f := range v.Fields() {
		filesOf(f.Value, found)
	}
	return found
}

func FuzzForm(f *testing.F) {
	f.Add("query={a}&variables={}&extensions=%7B%7D&operationName=b")
	f.Add("query=%ff&query=;")
	f.Fuzz(func(t *testing.T, text string) {
		query, refused := paramsFromForm("URL", text)
		if refused == nil && query.Text == "" {
			t.Errorf("%q is read without a query", text)
		}
	})
}

func FuzzPlainBody(f *testing.F) {
	f.Add(uint8(0), []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(uint8(1), []byte("\x0b\x02\x80hello\x03"))
	f.Add(uint8(2), []byte("\x28\xb5\x2f\xfd\x04\x58\x29\x00\x00hello\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, coding uint8, body []byte) {
		const limit = 10_000
		encoding := []string{"gzip", "br", "zstd"}[coding%3]
		r, err := plainBody(encoding, bytes.NewReader(body), limit)
		if err != nil {
			return
		}
		defer func() { _ = r.Close() }()
		if content, _ := io.ReadAll(r); len(content) > limit {
			t.Errorf("%d bytes of %s", len(content), encoding)
		}
	})
}

func TestUnknownCodingsAreNoBodies(t *testing.T) {
	t.Parallel()
	if _, err := plainBody("snappy", http.NoBody, 1); err == nil {
		t.Error("there is no error")
	}
}
