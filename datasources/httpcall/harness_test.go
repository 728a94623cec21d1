package httpcall

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/weftgraph/weft/datasources"
)

// wantCode checks the code of an error.
func wantCode(tb testing.TB, err error, code string) *datasources.Error {
	tb.Helper()
	var e *datasources.Error
	if !errors.As(err, &e) || e.Code != code {
		tb.Fatalf("got %v, want %s", err, code)
	}
	if strings.Contains(e.Message, "127.0.0.1") {
		tb.Errorf("the message tells the address: %s", e.Message)
	}
	return e
}

func hexOf(n int) string { return strconv.FormatInt(int64(n), 16) }

// slow gives a byte at a time.
type slow struct{ rest string }

func (s *slow) Read(p []byte) (int, error) {
	if s.rest == "" {
		return 0, io.EOF
	}
	p[0] = s.rest[0]
	s.rest = s.rest[1:]
	return 1, nil
}

// script runs a server that does with each connection what is said, in a goroutine of its own, and returns its base URL. The first
// connection is number 1. When the test ends, all connections are closed.
func script(tb testing.TB, serve func(n int, c *net.TCPConn)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		open []net.Conn
	)
	all.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() {
				serve(n, c.(*net.TCPConn))
				_ = c.Close()
			})
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return "http://" + l.Addr().String()
}

// readHeadOf reads a request up to its body and returns it; it is empty when the connection ends.
func readHeadOf(r *bufio.Reader) string {
	var head strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return ""
		}
		head.WriteString(line)
		if line == "\r\n" {
			return head.String()
		}
	}
}

// readAllOf reads a request and returns it.
func readAllOf(r *bufio.Reader) string {
	head := readHeadOf(r)
	_, rest, _ := strings.Cut(head, "Content-Length: ")
	text, _, _ := strings.Cut(rest, "\r\n")
	n, _ := strconv.Atoi(text)
	body := make([]byte, n)
	_, _ = io.ReadFull(r, body)
	return head + string(body)
}

// reset ends a connection so that the other side is told of an error.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

// ok is a reply that says "{}".
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
