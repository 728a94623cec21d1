package httpcall

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

func TestConnectionsThatBreakAreToldInPlainWords(t *testing.T) {
	t.Parallel()
	const (
		isReset = "Connector error: connection reset"
		closed  = "Connector error: connection closed before the end of the reply"
		invalid = "Connector error: no valid HTTP reply"
	)
	flood := func(start, more string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			_, err := io.WriteString(c, start)
			for err == nil {
				_, err = io.WriteString(c, more)
			}
		}
	}
	breakAfter := func(text string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			_, _ = io.WriteString(c, text)
			// The reset must not overtake the text: the client has to have it first. It reads on when it has.
			reset(c)
		}
	}
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	for name, c := range map[string]struct {
		serve    func(*net.TCPConn)
		messages []string
	}{
		"reset at once":            {breakAfter(""), []string{isReset}},
		"reset within the header":  {breakAfter("HTTP/1.1 200 OK\r\nX-A"), []string{isReset}},
		"reset within the body":    {breakAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), []string{isReset}},
		"reset before the end":     {breakAfter("HTTP/1.1 200 OK\r\n\r\n{}"), []string{isReset}},
		"end before the reply":     {func(*net.TCPConn) {}, []string{closed}},
		"endless status line":      {flood("HTTP/1.1 200 ", strings.Repeat("x", 1000)), []string{invalid}},
		"endless field":            {flood("HTTP/1.1 200 OK\r\nX: ", strings.Repeat("x", 1000)), []string{invalid}},
		"endless header":           {flood("HTTP/1.1 200 OK\r\n", strings.Repeat("X-A: b\r\n", 100)), []string{invalid}},
		"endless interim replies":  {flood("", "HTTP/1.1 100 Continue\r\n\r\n"), []string{invalid}},
		"endless chunk extension":  {flood(chunked+"1;", strings.Repeat("x", 1000)), []string{invalid}},
		"endless chunk extensions": {flood(chunked, "1;"+strings.Repeat("x", 100)+"\r\na\r\n"), []string{invalid}},
		"endless size":             {flood(chunked, strings.Repeat("0", 1000)), []string{invalid}},
		"endless trailer":          {flood(chunked+"0\r\n", "X-A: b\r\n"), []string{invalid}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := script(t, func(_ int, conn *net.TCPConn) {
				readHeadOf(bufio.NewReader(conn))
				c.serve(conn)
			})
			_, err := call(t.Context(), t, datasources.Settings{}, base)
			e := wantCode(t, err, datasources.CodeHTTPClient)
			if !strings.Contains(strings.Join(c.messages, "\n"), e.Message) {
				t.Errorf("got %v", e)
			}
		})
	}
}

func TestEndlessBodyIsGivenUpAtTheLimit(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{
		"until the end": "\r\n",
		"chunks":        "Transfer-Encoding: chunked\r\n\r\n",
		"length":        "Content-Length: 1000000000000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := script(t, func(_ int, c *net.TCPConn) {
				readHeadOf(bufio.NewReader(c))
				_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head)
				for err == nil {
					_, err = io.WriteString(c, "3e8\r\n"+strings.Repeat("x", 1000)+"\r\n")
				}
			})
			_, err := call(t.Context(), t, datasources.Settings{MaxReplyBytes: 1 << 20}, base)
			wantError(t, err, datasources.CodeResponseInvalid, "The server returned more data than the limit allows.")
		})
	}
}

// drip answers a byte at a time, and never comes to an end.
func drip(start, more string) func(int, *net.TCPConn) {
	return func(_ int, c *net.TCPConn) {
		readHeadOf(bufio.NewReader(c))
		_, err := io.WriteString(c, start)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for i := 0; err == nil; i++ {
			<-tick.C
			_, err = io.WriteString(c, more[i%len(more):i%len(more)+1])
		}
	}
}

func TestSlowServerIsLeftAtTheDeadline(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(int, *net.TCPConn){
		"in the status line": drip("HTTP/1.1 200 ", "x"),
		"in the header":      drip("HTTP/1.1 200 OK\r\n", "X: y\r\n"),
		"in the body":        drip("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x"),
		"in the chunks":      drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
		"until the end":      drip("HTTP/1.1 200 OK\r\n\r\n", "x"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := script(t, serve)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := call(ctx, t, datasources.Settings{}, base)
			wantError(t, err, datasources.CodeTimeout, "Gateway timeout")
		})
	}
}

// ended is a context with an end of its own, as that of calls that are shared is.
type ended struct {
	context.Context //nolint:containedctx // it is one

	err error
}

func (e *ended) Err() error {
	if e.Context.Err() != nil {
		return e.err
	}
	return nil
}

func (e *ended) AfterFunc(f func()) func() bool { return context.AfterFunc(e.Context, f) }

func TestEndOfTheContextEndsTheCall(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(c *net.TCPConn, end func()){
		"while it waits": func(_ *net.TCPConn, end func()) { end() },
		"in the header": func(c *net.TCPConn, end func()) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX: ")
			end()
		},
		"in the body": func(c *net.TCPConn, end func()) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
			end()
		},
		"in a compressed body": func(c *net.TCPConn, end func()) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b")
			end()
		},
	} {
		for code, reason := range map[string]error{
			datasources.CodeHTTPClient: context.Canceled, datasources.CodeTimeout: context.DeadlineExceeded,
		} {
			t.Run(name+"/"+code, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				closed := make(chan struct{})
				base := script(t, func(_ int, c *net.TCPConn) {
					r := bufio.NewReader(c)
					readHeadOf(r)
					serve(c, cancel)
					_, _ = io.Copy(io.Discard, r)
					close(closed)
				})
				_, err := call(&ended{ctx, reason}, t, datasources.Settings{}, base)
				wantCode(t, err, code)
				<-closed // by the client
			})
		}
	}
}

func TestCallThatIsOverBeforeItBeginsIsNotMade(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request was sent") })
	_, err := call(ctx, t, datasources.Settings{}, base)
	wantError(t, err, datasources.CodeHTTPClient, "Connector error: request cancelled")
}

func TestEndOfTheContextEndsDialling(t *testing.T) {
	t.Parallel()
	client := newClient(t, datasources.Settings{})
	ctx, cancel := context.WithCancel(t.Context())
	client.Transport.(*Transport).plain.dialer = func(ctx context.Context, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err := client.Do(ctx, get("http://a.test/"))
	wantError(t, err, datasources.CodeHTTPClient, "Connector error: request cancelled")
}

// A server does not read the request, and takes no more of it than the system does for it.
func TestEndOfTheContextEndsWriting(t *testing.T) {
	t.Parallel()
	client := newClient(t, datasources.Settings{})
	ctx, cancel := context.WithCancel(t.Context())
	mine, other := net.Pipe() // has no buffers
	defer other.Close()
	client.Transport.(*Transport).plain.dialer = func(context.Context, string, string) (net.Conn, error) { return mine, nil }
	go func() {
		_, _ = other.Read(make([]byte, 1))
		cancel()
	}()
	_, err := client.Do(ctx, get("http://a.test/"))
	wantError(t, err, datasources.CodeHTTPClient, "Connector error: request cancelled")
	if _, err := mine.Write([]byte("x")); err == nil {
		t.Error("the connection is still open")
	}
}

// The server takes the second request of a connection, and closes it without a word.
func TestWhatCanBeRepeatedIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method string
		// partial is what comes of the reply before the connection ends.
		partial string
		// isBroken tells that the next connection ends in the same way.
		isBroken bool
		calls    int32
		isFine   bool
	}{
		{"GET", "GET", "", false, 3, true},
		{"HEAD", "HEAD", "", false, 3, true},
		{"PUT", "PUT", "", false, 3, true},
		{"DELETE", "DELETE", "", false, 3, true},
		{"OPTIONS", "OPTIONS", "", false, 3, true},
		{"POST", "POST", "", false, 2, false},
		{"PATCH", "PATCH", "", false, 2, false},
		{"GET that was answered in part", "GET", "H", false, 2, false},
		{"GET that fails again", "GET", "", true, 3, false},
	} {
		for how, end := range map[string]func(*net.TCPConn){"closed": func(c *net.TCPConn) { _ = c.Close() }, "reset": reset} {
			t.Run(c.name+"/"+how, func(t *testing.T) {
				t.Parallel()
				var calls atomic.Int32
				base := script(t, func(n int, conn *net.TCPConn) {
					r := bufio.NewReader(conn)
					for readAllOf(r) != "" {
						calls.Add(1)
						if calls.Load() == 2 || n > 1 && c.isBroken {
							_, _ = io.WriteString(conn, c.partial)
							end(conn)
							return
						}
						_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
					}
				})
				client := newClient(t, datasources.Settings{})
				if _, err := client.Do(t.Context(), get(base)); err != nil {
					t.Fatal(err)
				}
				r := request(c.method, base)
				if c.method[0] == 'P' {
					r.Body = []byte("{}")
				}
				_, err := client.Do(t.Context(), r)
				if (err == nil) != c.isFine || calls.Load() != c.calls {
					t.Errorf("after %d requests: %v", calls.Load(), err)
				}
			})
		}
	}
}

func TestNewConnectionThatFailsIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	base := script(t, func(_ int, c *net.TCPConn) {
		calls.Add(1)
		readHeadOf(bufio.NewReader(c))
	})
	if _, err := call(t.Context(), t, datasources.Settings{}, base); err == nil || calls.Load() != 1 {
		t.Errorf("%d connections, %v", calls.Load(), err)
	}
}

func TestConnectionIsKeptOnlyAfterACleanEnd(t *testing.T) {
	t.Parallel()
	packed, zipped := string(pack(t, "{}", openGzip)), string(pack(t, "{}", openZlib))
	for name, c := range map[string]struct {
		reply  string
		isKept bool
	}{
		"length":                 {ok, true},
		"nothing":                {"HTTP/1.1 204 No Content\r\n\r\n", true},
		"304":                    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", true},
		"chunks":                 {crlf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2", "{}", "0", "X: y", "", ""), true},
		"HTTP/1.0, kept":         {crlf("HTTP/1.0 200 OK", "Connection: keep-alive", "Content-Length: 2", "", "{}"), true},
		"gzip":                   {crlf("HTTP/1.1 200 OK", "Content-Encoding: gzip", "Content-Length: "+fmt.Sprint(len(packed)), "", packed), true},
		"interim":                {"HTTP/1.1 103 Early Hints\r\n\r\n" + ok, true},
		"HTTP/1.0":               {crlf("HTTP/1.0 200 OK", "Content-Length: 2", "", "{}"), false},
		"closed":                 {crlf("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2", "", "{}"), false},
		"bytes after it":         {ok + "x", false},
		"another reply after it": {ok + ok, false},
		"body of a 204":          {"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", false},
		"bytes after a deflate":  {crlf("HTTP/1.1 200 OK", "Content-Encoding: deflate", "Content-Length: "+fmt.Sprint(len(zipped)+3), "", zipped+"xyz"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var connections atomic.Int32
			base := script(t, func(_ int, conn *net.TCPConn) {
				connections.Add(1)
				r := bufio.NewReader(conn)
				for readHeadOf(r) != "" {
					_, _ = io.WriteString(conn, c.reply)
				}
			})
			client := newClient(t, datasources.Settings{})
			for range 3 {
				if _, err := client.Do(t.Context(), get(base)); err != nil {
					t.Fatal(err)
				}
			}
			if want := map[bool]int32{true: 1, false: 3}[c.isKept]; connections.Load() != want {
				t.Errorf("%d connections, want %d", connections.Load(), want)
			}
		})
	}
}

// The server answers when it has read the header, and does not look at the body.
func TestEarlyAnswerCounts(t *testing.T) {
	t.Parallel()
	const early = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
	for _, size := range []int{maxPlainBody, 1 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			base := script(t, func(_ int, c *net.TCPConn) {
				r := bufio.NewReader(c)
				readHeadOf(r)
				_, _ = io.WriteString(c, early)
				_ = c.CloseWrite()
				_, _ = io.Copy(io.Discard, r) // a server that lets its answer arrive (RFC 9112, 9.6)
			})
			client := newClient(t, datasources.Settings{})
			for range 20 {
				reply, err := client.Do(t.Context(), bodyOf("POST", base, strings.Repeat("x", size)))
				if err != nil || reply.Status != http.StatusRequestEntityTooLarge {
					t.Fatalf("got %v, %v", reply, err)
				}
			}
		})
	}
}

// A server that never reads a body holds nobody up whose body is within the bound, and keeps its connection.
func TestBodyThatNobodyReadsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	base := script(t, func(_ int, c *net.TCPConn) {
		readHeadOf(bufio.NewReaderSize(c, 16))
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"+strings.Repeat("x", 1000000))
		<-release
	})
	t.Cleanup(func() { close(release) })
	reply, err := newClient(t, datasources.Settings{}).Do(t.Context(), bodyOf("POST", base, strings.Repeat("x", maxPlainBody)))
	if err != nil || len(reply.Body) != 1000000 {
		t.Fatalf("got %v", err)
	}
}

// Whatever is cancelled, and whatever breaks: nobody gets what another has asked for.
func TestNobodyGetsAnothersReply(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	base := script(t, func(_ int, c *net.TCPConn) {
		r := bufio.NewReader(c)
		for {
			head := readHeadOf(r)
			if head == "" {
				return
			}
			_, rest, _ := strings.Cut(head, "/")
			path, _, _ := strings.Cut(rest, " ")
			text := strings.Repeat(path+";", 1+len(path)%5*2000)
			switch requests.Add(1) % 13 {
			case 0:
				return
			case 1:
				reset(c)
				return
			case 2:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text[:len(text)/2])
				return
			case 3:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text+ok)
			case 4, 5, 6:
				half := len(text) / 2
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", half, text[:half])
				_, _ = fmt.Fprintf(c, "%x\r\n%s\r\n0\r\n\r\n", len(text)-half, text[half:])
			default:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
			}
		}
	})
	client := newClient(t, datasources.Settings{MaxConcurrent: 4})
	var (
		all  sync.WaitGroup
		fine atomic.Int32
	)
	for i := range 16 {
		all.Go(func() {
			for j := range 200 {
				ctx, cancel := context.WithCancel(t.Context())
				if j%3 == 0 {
					time.AfterFunc(time.Duration(rand.IntN(500))*time.Microsecond, cancel)
				}
				path := fmt.Sprintf("%d-%d", i, j)
				reply, err := client.Do(ctx, get(base+"/"+path))
				cancel()
				if err != nil {
					continue
				}
				fine.Add(1)
				if want := strings.Repeat(path+";", 1+len(path)%5*2000); string(reply.Body) != want {
					t.Errorf("%s got %.100s", path, reply.Body)
				}
			}
		})
	}
	all.Wait()
	if fine.Load() < 1000 {
		t.Errorf("only %d calls were answered", fine.Load())
	}
}

func TestLargeRequestsArriveWhole(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	client := newClient(t, datasources.Settings{})
	for _, size := range []int{1, maxOutKept, maxPlainBody, maxPlainBody + 1, 1 << 20} {
		text := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		reply, err := client.Do(t.Context(), bodyOf("POST", base, text))
		if err != nil {
			t.Fatal(err)
		}
		if string(reply.Body) != text {
			t.Error(cmp.Diff(len(text), len(reply.Body)))
		}
	}
}
