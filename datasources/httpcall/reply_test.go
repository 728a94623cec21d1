package httpcall

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weftgraph/weft/datasources"
)

// bothClients are ours, and the one that uses net/http for everything.
func bothClients(tb testing.TB, s datasources.Settings) (ours, std *Client) {
	tb.Helper()
	transport := NewTransport(s)
	tb.Cleanup(transport.CloseIdleConnections)
	return &Client{Transport: transport, MaxReply: s.ReplyLimit()}, &Client{Transport: transport.Transport, MaxReply: s.ReplyLimit()}
}

// ignoreRest compares what a reply says before its body, which may be long.
func ignoreRest() cmp.Option {
	return cmpopts.IgnoreFields(datasources.Reply{}, "Start", "Duration", "Body", "Memory")
}

// request is a request with a method.
func request(method, url string) *datasources.Request {
	r := get(url)
	r.Method = method
	return r
}

func crlf(lines ...string) string { return strings.Join(lines, "\r\n") }

// replies is a server that answers a request for /N with the bytes that are number N, and closes the connection.
func replies(tb testing.TB, reply func(i int) string) string {
	tb.Helper()
	return script(tb, func(_ int, c *net.TCPConn) {
		var i int
		_, path, _ := strings.Cut(readHeadOf(bufio.NewReader(c)), " /")
		if _, err := fmt.Sscan(path, &i); err == nil {
			_, _ = io.WriteString(c, reply(i))
		}
	})
}

func TestWellFormedRepliesAreThoseOfNetHTTP(t *testing.T) {
	t.Parallel()
	packed := string(pack(t, `{"id":1}`, openGzip))
	cases := map[string]struct{ method, reply string }{
		"length":                    {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "", "{}")},
		"length of nothing":         {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 0", "", "")},
		"leading zeros":             {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 002", "", "{}")},
		"the same length twice":     {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 2", "", "{}")},
		"until the end":             {"GET", crlf("HTTP/1.1 200 OK", "", "{}")},
		"until the end, nothing":    {"GET", crlf("HTTP/1.1 200 OK", "", "")},
		"chunks":                    {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "1", "{", "0001", "}", "0", "", "")},
		"chunks, any case":          {"GET", crlf("HTTP/1.1 200 OK", "transfer-encoding: Chunked", "", "A", "0123456789", "a", "0123456789", "0", "", "")},
		"no chunks":                 {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "0", "", "")},
		"chunk extensions":          {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", `2;a=b;c="d;e"`, "{}", "0;x", "", "")},
		"blanks after a size":       {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2 \t", "{}", "0 ", "", "")},
		"trailers":                  {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: x-a, X-B", "Trailer: X-C", "", "2", "{}", "0", "X-A: 1", "x-d:  2 ", "X-A: 3", "", "")},
		"announced trailers only":   {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-A", "", "2", "{}", "0", "", "")},
		"trailers of none":          {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: ,", "", "2", "{}", "0", "", "")},
		"trailer without chunks":    {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Trailer: X-A", "", "{}")},
		"gzip":                      {"GET", crlf("HTTP/1.1 200 OK", "Content-Encoding: gzip", "", packed)},
		"gzip in chunks":            {"GET", crlf("HTTP/1.1 200 OK", "Content-Encoding: gzip", "Transfer-Encoding: chunked", "", hexOf(len(packed)), packed, "0", "X-A: 1", "", "")},
		"no reason":                 {"GET", crlf("HTTP/1.1 200 ", "Content-Length: 2", "", "{}")},
		"no blank, no reason":       {"GET", crlf("HTTP/1.1 200", "Content-Length: 2", "", "{}")},
		"strange status":            {"GET", crlf("HTTP/1.1 799 What", "Content-Length: 2", "", "{}")},
		"error":                     {"POST", crlf("HTTP/1.1 503 Service Unavailable", "Content-Length: 2", "", "{}")},
		"HTTP/1.0":                  {"GET", crlf("HTTP/1.0 200 OK", "Content-Length: 2", "", "{}")},
		"HTTP/1.0 kept":             {"GET", crlf("HTTP/1.0 200 OK", "Content-Length: 2", "Connection: Keep-Alive", "", "{}")},
		"HTTP/1.0 until the end":    {"GET", crlf("HTTP/1.0 200 OK", "Connection: keep-alive", "", "{}")},
		"HTTP/1.0 closed":           {"GET", crlf("HTTP/1.0 200 OK", "Connection: close", "Content-Length: 2", "", "{}")},
		"closed":                    {"GET", crlf("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2", "", "{}")},
		"closed in a list":          {"GET", crlf("HTTP/1.1 200 OK", "Connection: x , Close", "Content-Length: 2", "", "{}")},
		"other options":             {"GET", crlf("HTTP/1.1 200 OK", "Connection: keep-alive, x", "Keep-Alive: timeout=5", "Content-Length: 2", "", "{}")},
		"interim":                   {"POST", crlf("HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Link: </a>", "", "HTTP/1.1 200 OK", "Content-Length: 2", "", "{}")},
		"odd case":                  {"GET", crlf("HTTP/1.1 200 OK", "content-length: 2", "x-ODD-cAsE: A", "ETAG: b", "", "{}")},
		"many values":               {"GET", crlf("HTTP/1.1 200 OK", "Set-Cookie: a=b", "Content-Length: 2", "set-cookie: c=d", "Set-Cookie: a=b", "", "{}")},
		"blanks around":             {"GET", crlf("HTTP/1.1 200 OK", "X-A:\t a  b \t", "X-B:", "X-C: ", "Content-Length:2  ", "", "{}")},
		"letters of other scripts":  {"GET", crlf("HTTP/1.1 200 Gr\xfc\xdfe", "X-A: \xfcb\xc3\xa9", "Content-Length: 2", "", "{}")},
		"every byte of a token":     {"GET", crlf("HTTP/1.1 200 OK", "!#$%&'*+-.^_`|~09azAZ: 1", "Content-Length: 2", "", "{}")},
		"line feeds alone":          {"GET", "HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\n{}"},
		"mixed line ends":           {"GET", "HTTP/1.1 200 OK\nX-A: 1\r\nContent-Length: 2\n\r\n{}"},
		"colons":                    {"GET", crlf("HTTP/1.1 200 OK", "Location: http://a:80/::", "Content-Length: 2", "", "{}")},
		"pragma":                    {"GET", crlf("HTTP/1.1 200 OK", "Pragma: no-cache", "Content-Length: 2", "", "{}")},
		"pragma and cache control":  {"GET", crlf("HTTP/1.1 200 OK", "Pragma: no-cache", "Cache-Control: private", "Content-Length: 2", "", "{}")},
		"HEAD":                      {"HEAD", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "", "")},
		"HEAD of chunks":            {"HEAD", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-A", "", "")},
		"HEAD of a compressed text": {"HEAD", crlf("HTTP/1.1 200 OK", "Content-Encoding: gzip", "Content-Length: 20", "", "")},
		"204":                       {"DELETE", crlf("HTTP/1.1 204 No Content", "", "")},
		"204 with a length":         {"DELETE", crlf("HTTP/1.1 204 No Content", "Content-Length: 9", "", "")},
		"204 with chunks":           {"DELETE", crlf("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked", "", "")},
		"304":                       {"GET", crlf("HTTP/1.1 304 Not Modified", "Content-Length: 9", "Etag: a", "", "")},
		"bytes after the reply":     {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 2", "", "{}HTTP/1.1 200 OK")},
		"long header":               {"GET", crlf("HTTP/1.1 200 OK", "X-A: "+strings.Repeat("a", 100<<10), "Content-Length: 2", "", "{}")},
		"many fields":               {"GET", crlf("HTTP/1.1 200 OK", strings.Repeat("X-A: b\r\nX-B: c\r\n", 1000)+"Content-Length: 2", "", "{}")},
		"large":                     {"GET", crlf("HTTP/1.1 200 OK", "Content-Length: 3000000", "", strings.Repeat("abc", 1000000))},
		"large until the end":       {"GET", crlf("HTTP/1.1 200 OK", "", strings.Repeat("abc", 1000000))},
		"large chunks":              {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "f4240", strings.Repeat("0", 1000000), "4000", strings.Repeat("1", 0x4000), "0", "", "")},
		"many chunks":               {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", strings.Repeat("1\r\na\r\n2\r\nbc\r\n", 10000)+"0", "", "")},
		"extensions of all chunks":  {"GET", crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", strings.Repeat("1;extension=0\r\na\r\n", 10000)+"0", "", "")},
	}
	names := slices.Sorted(maps.Keys(cases))
	base := replies(t, func(i int) string { return cases[names[i]].reply })
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, base := cases[name], fmt.Sprintf("%s/%d", base, i)
			ours, std := bothClients(t, datasources.Settings{})
			want, err := std.Do(t.Context(), request(c.method, base))
			if err != nil {
				t.Fatalf("net/http: %v", err)
			}
			got, err := ours.Do(t.Context(), request(c.method, base))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, ignoreRest(), cmpopts.EquateEmpty()); d != "" {
				t.Errorf("(-net/http +ours):\n%s", d)
			}
			if !bytes.Equal(want.Body, got.Body) {
				t.Errorf("body %.100q, net/http %.100q", got.Body, want.Body)
			}
			if (want.Trailer == nil) != (got.Trailer == nil) {
				t.Errorf("trailer %v, net/http %v", got.Trailer, want.Trailer)
			}
			if got.Memory == nil && cap(got.Body) > len(got.Body)+len(got.Body)/2 {
				t.Errorf("%d bytes take up %d", len(got.Body), cap(got.Body))
			}
		})
	}
}

func TestMalformedRepliesAreRefused(t *testing.T) {
	t.Parallel()
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	cases := map[string]struct {
		reply string
		// isStricter tells that net/http takes it.
		isStricter bool
	}{
		"empty line first":               {"\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"a line feed":                    {"\n", false},
		"other protocol":                 {"ICY 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"lower case":                     {"http/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"no version":                     {"HTTP/1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"HTTP/2.0 in words":              {"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"HTTP/0.9":                       {"HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"two blanks":                     {"HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"tab":                            {"HTTP/1.1\t200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"status of two digits":           {"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"status of four digits":          {"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"signed status":                  {"HTTP/1.1 +20 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"status below 100":               {"HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"NUL in the reason":              {"HTTP/1.1 200 O\x00K\r\nContent-Length: 2\r\n\r\n{}", true},
		"return in the reason":           {"HTTP/1.1 200 OK\rX: y\r\nContent-Length: 2\r\n\r\n{}", true},
		"folded line":                    {"HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}", true},
		"folded first line":              {"HTTP/1.1 200 OK\r\n X-A: b\r\nContent-Length: 2\r\n\r\n{}", false},
		"blank before the colon":         {"HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 2\r\n\r\n{}", true},
		"blank in a name":                {"HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\n{}", true},
		"tab before the colon":           {"HTTP/1.1 200 OK\r\nX-A\t: b\r\nContent-Length: 2\r\n\r\n{}", false},
		"no colon":                       {"HTTP/1.1 200 OK\r\nX-A\r\nContent-Length: 2\r\n\r\n{}", false},
		"no name":                        {"HTTP/1.1 200 OK\r\n: b\r\nContent-Length: 2\r\n\r\n{}", false},
		"umlaut in a name":               {"HTTP/1.1 200 OK\r\nX-\xc3\xa4: b\r\nContent-Length: 2\r\n\r\n{}", false},
		"NUL in a value":                 {"HTTP/1.1 200 OK\r\nX-A: b\x00\r\nContent-Length: 2\r\n\r\n{}", false},
		"return in a value":              {"HTTP/1.1 200 OK\r\nX-A: b\rContent-Length: 2\r\n\r\n{}", false},
		"two returns":                    {"HTTP/1.1 200 OK\r\nX-A: b\r\r\nContent-Length: 2\r\n\r\n{}", false},
		"delete in a value":              {"HTTP/1.1 200 OK\r\nX-A: b\x7f\r\nContent-Length: 2\r\n\r\n{}", false},
		"two lengths":                    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", false},
		"two lengths in a list":          {"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}", false},
		"lengths that differ in zeros":   {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 02\r\n\r\n{}", false},
		"signed length":                  {"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}", false},
		"hexadecimal length":             {"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}", false},
		"length with a gap":              {"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n{}", false},
		"empty length":                   {"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n{}", false},
		"endless length":                 {"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n{}", false},
		"bad length of a 204":            {"HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n", false},
		"chunks and a length":            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n", true},
		"chunks by HTTP/1.0":             {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", true},
		"gzip as transfer encoding":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", false},
		"identity as transfer encoding":  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", false},
		"chunked twice":                  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
		"chunked with a vertical tab":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", false},
		"no size of a chunk":             {chunked + "\r\n{}\r\n0\r\n\r\n", false},
		"size with a prefix":             {chunked + "0x2\r\n{}\r\n0\r\n\r\n", false},
		"signed size":                    {chunked + "+2\r\n{}\r\n0\r\n\r\n", false},
		"blank before a size":            {chunked + " 2\r\n{}\r\n0\r\n\r\n", false},
		"blank before an extension":      {chunked + "2 ;a\r\n{}\r\n0\r\n\r\n", false},
		"control character in extension": {chunked + "2;a\x00\r\n{}\r\n0\r\n\r\n", true},
		"size of 17 digits":              {chunked + "00000000000000002\r\n{}\r\n0\r\n\r\n", false},
		"size of 16 digits":              {chunked + "0000000000000002\r\n{}\r\n0\r\n\r\n", true},
		"size that wraps":                {chunked + "ffffffffffffffff\r\n{}\r\n0\r\n\r\n", false},
		"size with a line feed":          {chunked + "2\n{}\r\n0\r\n\r\n", false},
		"chunk that goes on":             {chunked + "2\r\n{}}\r\n0\r\n\r\n", false},
		"chunk with a line feed":         {chunked + "2\r\n{}\n0\r\n\r\n", false},
		"no last chunk":                  {chunked + "2\r\n{}\r\n", false},
		"no end after the last chunk":    {chunked + "2\r\n{}\r\n0\r\n", false},
		"trailer that is none":           {chunked + "2\r\n{}\r\n0\r\nX\r\n\r\n", false},
		"trailer with a line feed":       {chunked + "2\r\n{}\r\n0\r\nX: y\nY: z\r\n\r\n", true},
		"trailer cut off":                {chunked + "2\r\n{}\r\n0\r\nX: y\r\n", false},
		"long trailer":                   {chunked + "2\r\n{}\r\n0\r\nX: " + strings.Repeat("x", 5000) + "\r\n\r\n", false},
		"trailer about the length":       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Content-Length\r\n\r\n0\r\n\r\n", false},
		"long extension":                 {chunked + "2;" + strings.Repeat("x", 5000) + "\r\n{}\r\n0\r\n\r\n", false},
		"extensions without data":        {chunked + strings.Repeat("1;"+strings.Repeat("x", 100)+"\r\na\r\n", 1000) + "0\r\n\r\n", false},
		"another protocol":               {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", true},
		"interim replies without end":    {strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", true},
		"interim reply and nothing":      {"HTTP/1.1 100 Continue\r\n\r\n", false},
		"TLS":                            {"\x15\x03\x01\x00\x02\x02\x46", false},
		"HTTP/2":                         {"\x00\x00\x12\x04\x00\x00\x00\x00\x00", false},
		"HTML":                           {"<!doctype html>\n<title>x</title>\n\n", false},
	}
	names := slices.Sorted(maps.Keys(cases))
	base := replies(t, func(i int) string { return cases[names[i]].reply })
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, base := cases[name], fmt.Sprintf("%s/%d", base, i)
			ours, std := bothClients(t, datasources.Settings{})
			if _, err := std.Do(t.Context(), get(base)); (err == nil) != c.isStricter {
				t.Errorf("net/http: %v", err)
			}
			reply, err := ours.Do(t.Context(), get(base))
			if err == nil {
				t.Fatalf("got %d %v %q", reply.Status, reply.Header, reply.Body)
			}
			e := wantCode(t, err, datasources.CodeHTTPClient)
			if m := e.Message; m != "Connector error: no valid HTTP reply" && m != "Connector error: connection closed before the end of the reply" {
				t.Errorf("message %q", m)
			}
		})
	}
}

func TestRepliesInPiecesAreTheSame(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{
		crlf("HTTP/1.1 200 OK", "Content-Length: 10", "X-A: b", "", "0123456789"),
		crlf("HTTP/1.1 100 Continue", "", "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5;x", "01234", "5", "56789", "0", "X-T: y", "", ""),
		"HTTP/1.1 200 OK\n\n0123456789",
	} {
		x := &exchange{method: http.MethodGet, limit: 100}
		x.in.open(&slow{rest: reply})
		got, err := x.read()
		if err != nil {
			t.Fatal(err)
		}
		if string(got.Body) != "0123456789" {
			t.Errorf("%q: got %q", reply, got.Body)
		}
	}
}
