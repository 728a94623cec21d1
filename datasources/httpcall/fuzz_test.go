package httpcall

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/weftgraph/weft/datasources"
)

// FuzzReply reads foreign bytes as a reply: whatever ours takes, net/http takes too, and understands it in the same way.
func FuzzReply(f *testing.F) {
	for _, reply := range []string{
		ok,
		"HTTP/1.1 200\nA: b\n\n{}",
		crlf("HTTP/1.1 100 Continue", "", "HTTP/1.0 200 OK", "connection: keep-alive", "Content-Length: 2", "", "{}x"),
		crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-A", "", "2;a", "{}", "1", "x", "0", "X-A: b", "", ""),
		crlf("HTTP/1.1 204 No Content", "Content-Length: 5", "Pragma: no-cache", "", ""),
		crlf("HTTP/1.1 200 OK", "Connection: close, x", "Content-Encoding: identity", "", "{}"),
		crlf("HTTP/1.1 200 OK", "Content-Length: 2", "Content-Length: 2", "Set-Cookie: a", "set-cookie: b", "", "{}"),
	} {
		for _, method := range []byte{0, 1} {
			f.Add(method, []byte(reply))
		}
	}
	f.Fuzz(func(t *testing.T, method byte, text []byte) {
		const limit = 1 << 16
		name := [...]string{http.MethodGet, http.MethodHead}[method%2]
		x := &exchange{method: name, limit: limit}
		x.in.open(bytes.NewReader(text))
		got, err := x.read()
		if len(x.in.buf) > 2*maxHeaderBytes {
			t.Fatalf("the buffer has %d bytes", len(x.in.buf))
		}
		pieces := &exchange{method: name, limit: limit}
		pieces.in.open(iotest.OneByteReader(bytes.NewReader(text)))
		if again, errAgain := pieces.read(); (err == nil) != (errAgain == nil) || err == nil && !isSame(got, again) {
			t.Fatalf("in pieces it is %v, %v instead of %v, %v", again, errAgain, got, err)
		}
		if err != nil {
			return
		}
		want, left := readByNetHTTP(t, name, text)
		if !isSame(got, want) {
			t.Errorf("got %+v, net/http %+v", got, want)
		}
		if x.canKeep && left > 0 {
			t.Errorf("the connection is kept with %d bytes on it", left)
		}
	})
}

// readByNetHTTP reads a reply that has to be readable, and returns how many bytes follow it.
func readByNetHTTP(t *testing.T, method string, text []byte) (reply *datasources.Reply, left int) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(text))
	for {
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("net/http reads no header: %v", err)
		}
		if resp.StatusCode < 200 {
			continue
		}
		body, err := (&Client{MaxReply: 1 << 16}).read(resp)
		if err != nil {
			t.Fatalf("net/http reads no body: %v", err)
		}
		rest, _ := io.ReadAll(r)
		return &datasources.Reply{Status: resp.StatusCode, Header: resp.Header, Trailer: resp.Trailer, Body: body.bytes}, len(rest)
	}
}

func isSame(a, b *datasources.Reply) bool {
	return a.Status == b.Status && bytes.Equal(a.Body, b.Body) && reflect.DeepEqual(a.Trailer, b.Trailer) && reflect.DeepEqual(a.Header, b.Header)
}

// FuzzChunks writes data in chunks as they come, and reads them back.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("hello world"), uint8(3), ";a=b")
	f.Add(bytes.Repeat([]byte("x"), 2000), uint8(50), "")
	f.Fuzz(func(t *testing.T, data []byte, step uint8, extension string) {
		if !isVisible(extension) || len(extension) > 10 || extension != "" && extension[0] != ';' {
			return
		}
		var wire strings.Builder
		wire.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for rest := data; len(rest) > 0; {
			n := min(len(rest), 1+int(step)*17)
			wire.WriteString(hexOf(n) + extension + "\r\n")
			wire.Write(rest[:n])
			wire.WriteString("\r\n")
			rest = rest[n:]
		}
		wire.WriteString("0\r\n\r\n")
		x := &exchange{method: http.MethodGet, limit: 1 << 30}
		x.in.open(strings.NewReader(wire.String()))
		reply, err := x.read()
		if err != nil || !bytes.Equal(reply.Body, data) || !x.canKeep {
			t.Fatalf("got %v, %v", reply, err)
		}
	})
}
