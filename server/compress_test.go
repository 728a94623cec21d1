package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// plain undoes a coding.
func plain(t *testing.T, coding string, body []byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1)); err == nil {
			defer z.Close()
			r = z
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLongAnswersAreCompressedForThoseWhoWantIt(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	off := serve(t, func(c *config.Config) { c.Uncompressed = true }, server.Exposure{})
	text := strings.Repeat("0123456789", 1000)
	for _, tt := range []struct {
		name, base, text, accept, coding string
	}{
		{"gzip", base, text, "gzip", "gzip"},
		{"brotli", base, text, "br", "br"},
		{"zstd", base, text, "gzip, deflate, br, zstd", "zstd"},
		{"a short answer", base, "x", "gzip, br", ""},
		{"a short answer that must be", base, "x", "gzip, identity;q=0", "gzip"},
		{"nothing known", base, text, "deflate", ""},
		{"no coding", base, text, "identity", ""},
		{"switched off", off, text, "gzip", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// Two at a time and several after each other, so that coders are used again.
			var asking sync.WaitGroup
			for range 2 {
				asking.Go(func() {
					for range 4 {
						got := ask(t, tt.base, `query($t: String) { echo(text: $t) }`, fmt.Sprintf(`{"t":%q}`, tt.text), "Accept-Encoding: "+tt.accept)
						if got.status != http.StatusOK || got.header.Get("Content-Encoding") != tt.coding {
							t.Errorf("status %d, %v", got.status, got.header)
						}
						if body := plain(t, tt.coding, []byte(got.body)); body != `{"data":{"echo":"`+tt.text+`"}}` {
							t.Errorf("%.100s", body)
						}
					}
				})
			}
			asking.Wait()
		})
	}
	got := ask(t, base, `mutation { rename(id: 1, name: "x") { id } }`, "", "Accept-Encoding: identity;q=0")
	if got.status != http.StatusNotAcceptable || !strings.HasPrefix(got.body, `{"errors":[{"message":"Answers are encoded with`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestAnswersTellCachesWhatTheyDependOn(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{})
	for path, status := range map[string]int{"?query={echo}": 200, "?query={ecko}": 200, "": 400} {
		got := send(t, http.MethodGet, base+"/graphql"+path, "")
		if got.status != status || got.header.Get("Vary") != "Accept, Accept-Encoding" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %v", path, got.status, got.header)
		}
	}
}
