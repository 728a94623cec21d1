package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"sync"
	"testing"
)

// canned is a back end whose replies are ready, as the bytes that go over the wire. They are found by the whole target of a request, or
// by what of it comes before its query, the question mark included.
type canned map[string][]byte

// replyTo makes the reply to a target: a body of known length.
func (c canned) replyTo(target string, body []byte) {
	c[target] = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// serve listens on the loopback until the test is over and returns the base URL. A request costs the back end no allocation: what is
// counted beside it is the gateway's. Its connections end when the gateway closes them, which has to be before the test's own clean-up.
func (c canned) serve(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { c.answer(conn) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return "http://" + l.Addr().String()
}

// longestLine bounds the lines of requests: those of a batch have a parameter for each key.
const longestLine = 16 << 10

// answer answers the requests of one connection, which have no bodies, until that is closed.
func (c canned) answer(conn net.Conn) {
	defer conn.Close()
	var reply []byte
	for r := bufio.NewReaderSize(conn, longestLine); ; {
		line, err := r.ReadSlice('\n')
		switch {
		case err != nil:
			return
		case len(line) == len("\r\n"):
			if _, err := conn.Write(reply); err != nil {
				return
			}
			reply = nil
		case reply == nil:
			reply = c.find(line)
		}
	}
}

// find returns the reply to the request that begins with the line.
func (c canned) find(line []byte) []byte {
	_, target, _ := bytes.Cut(line, []byte{' '})
	target, _, _ = bytes.Cut(target, []byte{' '})
	if reply, ok := c[string(target)]; ok {
		return reply
	}
	if end := bytes.IndexByte(target, '?'); end >= 0 {
		if reply, ok := c[string(target[:end+1])]; ok {
			return reply
		}
	}
	return []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
}
