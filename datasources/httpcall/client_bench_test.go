package httpcall

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources"
)

// replyOf is a reply as a service of ordinary manners sends it.
func replyOf(size int, isChunked bool) string {
	const head = "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jun 2026 10:00:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\n" +
		"Cache-Control: max-age=60\r\nEtag: W/\"4d5-0aF\"\r\nX-Request-Id: 3f2b9c\r\n"
	text := strings.Repeat("x", size)
	if !isChunked {
		return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, size, text)
	}
	var b strings.Builder
	b.WriteString(head + "Transfer-Encoding: chunked\r\n\r\n")
	for text != "" {
		n := min(len(text), 8000)
		b.WriteString(hexOf(n) + "\r\n" + text[:n] + "\r\n")
		text = text[n:]
	}
	b.WriteString("0\r\n\r\n")
	return b.String()
}

// serveAlways answers each request with the reply, at as little cost as can be.
func serveAlways(tb testing.TB, reply string) string {
	tb.Helper()
	text := []byte(reply)
	return script(tb, func(_ int, c *net.TCPConn) {
		r := bufio.NewReader(c)
		for {
			line, err := r.ReadSlice('\n')
			switch {
			case err != nil:
				return
			case len(line) == 2:
				_, _ = c.Write(text)
			}
		}
	})
}

// BenchmarkClient compares our client with net/http's, one call at a time and many. The server, which is in the same process, does
// little more than to write.
func BenchmarkClient(b *testing.B) {
	for _, size := range []int{300, 5_000, 27_000, 300_000} {
		for _, isChunked := range []bool{false, true} {
			base := serveAlways(b, replyOf(size, isChunked))
			ours, std := bothClients(b, datasources.Settings{MaxConcurrent: 64})
			for _, c := range []struct {
				name   string
				client *Client
			}{{"net-http", std}, {"ours", ours}} {
				call := func() {
					ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
					defer cancel()
					reply, err := c.client.Do(ctx, get(base+"/users/1?full=true"))
					if err != nil || len(reply.Body) != size {
						b.Error(err)
						return
					}
					reply.Memory.Release()
				}
				name := fmt.Sprintf("%d", size)
				if isChunked {
					name += "-chunked"
				}
				b.Run(name+"/"+c.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						call()
					}
				})
				b.Run(name+"/"+c.name+"-parallel", func(b *testing.B) {
					b.ReportAllocs()
					b.SetParallelism(8)
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							call()
						}
					})
				})
			}
		}
	}
}

// Not parallel: it counts what the process allocates.
func TestCallAllocatesLittle(t *testing.T) {
	base := serveAlways(t, replyOf(300, false))
	client := newClient(t, datasources.Settings{})
	r := get(base + "/users/1")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := func() {
		reply, err := client.Do(ctx, r)
		if err != nil {
			t.Error(err)
			return
		}
		reply.Memory.Release()
	}
	// Of the reply: itself, and its header's text, values and map (two). Of the context's end: two.
	const budget = 9
	if n := testing.AllocsPerRun(200, calls); n > budget {
		t.Errorf("%v allocations, at most %d are expected", n, budget)
	}
}
