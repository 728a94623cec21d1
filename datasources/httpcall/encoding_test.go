package httpcall

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

// pack compresses a text.
func pack(tb testing.TB, text string, open func(io.Writer) io.WriteCloser) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func openGzip(w io.Writer) io.WriteCloser   { return gzip.NewWriter(w) }
func openBrotli(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }
func openZlib(w io.Writer) io.WriteCloser   { return zlib.NewWriter(w) }
func openFlate(w io.Writer) io.WriteCloser {
	f, _ := flate.NewWriter(w, flate.DefaultCompression)
	return f
}

func TestCompressedRepliesArePlain(t *testing.T) {
	t.Parallel()
	const text = `{"id":1}`
	for encoding, body := range map[string][]byte{
		"":              []byte(text),
		"identity":      []byte(text),
		"gzip":          pack(t, text, openGzip),
		"X-GZIP":        pack(t, text, openGzip),
		"deflate":       pack(t, text, openZlib),
		"Deflate":       pack(t, text, openFlate),
		"br":            pack(t, text, openBrotli),
		"deflate, gzip": pack(t, string(pack(t, text, openZlib)), openGzip),
		"gzip,,Br":      pack(t, string(pack(t, text, openGzip)), openBrotli),
	} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", encoding)
				_, _ = w.Write(body)
			})
			r, err := call(t.Context(), t, datasources.Settings{}, base)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(text, string(r.Body)); d != "" {
				t.Error(d)
			}
			if r.Header.Get("Content-Encoding") != "" && len(body) != len(text) {
				t.Error("the header still tells of a compression")
			}
		})
	}
}

func TestEmptyBodyWithAnEncodingIsEmpty(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusNoContent)
	})
	r, err := call(t.Context(), t, datasources.Settings{}, base)
	if err != nil || len(r.Body) != 0 || r.Status != http.StatusNoContent {
		t.Fatalf("got %v, %v", r, err)
	}
}

func TestUnreadableRepliesAreInvalid(t *testing.T) {
	t.Parallel()
	packed := pack(t, strings.Repeat("abc", 1000), openGzip)
	many := packed
	for range 4 {
		many = pack(t, string(many), openGzip)
	}
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-6] ^= 1
	for name, c := range map[string]struct {
		encoding string
		body     []byte
	}{
		"no gzip at all":    {"gzip", []byte("<html>")},
		"one byte":          {"gzip", []byte("x")},
		"wrong check sum":   {"gzip", damaged},
		"broken deflate":    {"deflate", []byte("\xff\xff\xff\xff")},
		"broken brotli":     {"br", []byte("whatever")},
		"half a brotli":     {"br", pack(t, strings.Repeat("abc", 1000), openBrotli)[:10]},
		"half a gzip":       {"gzip", packed[:len(packed)-9]},
		"half a deflate":    {"deflate", pack(t, strings.Repeat("abc", 1000), openZlib)[:12]},
		"unknown encoding":  {"zstd", []byte("whatever")},
		"many encodings":    {strings.Repeat("gzip,", 5), many},
		"broken inner gzip": {"gzip, deflate", pack(t, "no gzip", openZlib)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", c.encoding)
				_, _ = w.Write(c.body)
			})
			_, err := call(t.Context(), t, datasources.Settings{}, base)
			e := wantError(t, err, datasources.CodeResponseInvalid, unexpectedFormat)
			if got := e.Extensions.String(); got != `{"http":{"status":200}}` {
				t.Errorf("extensions %s", got)
			}
		})
	}
}

// FuzzDecompress feeds foreign bytes under every encoding: the plain text never gets longer than what is read of it, and errors tell
// whose fault they are.
func FuzzDecompress(f *testing.F) {
	f.Add("gzip", pack(f, "abc", openGzip))
	f.Add("br", pack(f, "abc", openBrotli))
	f.Add("deflate", pack(f, "abc", openZlib))
	f.Add("deflate", pack(f, "abc", openFlate))
	f.Add("deflate, gzip", pack(f, string(pack(f, "abc", openZlib)), openGzip))
	f.Add("gzip,gzip,gzip,gzip,gzip", []byte("abc"))
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		const limit = 1 << 16
		client := Client{MaxReply: limit}
		resp := &http.Response{
			Header:        http.Header{"Content-Encoding": {encoding}, "Content-Length": {strconv.Itoa(len(body))}},
			Body:          io.NopCloser(bytes.NewReader(body)),
			ContentLength: int64(len(body)),
		}
		plain, err := client.read(resp)
		switch {
		case err != nil && !errors.Is(err, errCompressed) && !errors.Is(err, errTooLarge):
			t.Fatalf("%q: the connection is blamed: %v", encoding, err)
		case err == nil && len(plain.bytes) > limit:
			t.Fatalf("%q: %d bytes", encoding, len(plain.bytes))
		case err == nil && len(appliedEncodings([]string{encoding})) == 0 && !bytes.Equal(plain.bytes, body):
			t.Fatalf("%q: a plain body was changed", encoding)
		}
	})
}
