package server_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

// dial opens a connection and sends a text on it.
func dialTCP(tb testing.TB, address, text string) net.Conn {
	tb.Helper()
	c, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		tb.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		tb.Fatal(err)
	}
	return c
}

// request is a request as bytes.
func request(path string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
}

// oneAnswer reads one answer.
func oneAnswer(c net.Conn) (*http.Response, string, error) {
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

const getEcho = "/graphql?query=%7Becho%7D"

func TestConnectionsBeyondTheLimitAreToldSoAndThenClosed(t *testing.T) {
	t.Parallel()
	address := listenOn(t, t.TempDir(), "limits: { max_connections: 10 }", zap.NewNop(), nil)
	var kept []net.Conn
	for range 10 {
		c := dialTCP(t, address, request(getEcho))
		if resp, body, err := oneAnswer(c); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(err, body)
		}
		kept = append(kept, c)
	}
	// A few more are told, and health checks are answered, before they are closed.
	beyond := dialTCP(t, address, request(getEcho))
	resp, body, err := oneAnswer(beyond)
	if err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" || !resp.Close ||
		body != `{"errors":[{"message":"The server has too many connections. Try again later.","extensions":{"code":"OVERLOADED","limit":"connections"}}]}` {
		t.Errorf("%v %v %s", err, resp, body)
	}
	if n, err := beyond.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("the connection is open: %d, %v", n, err)
	}
	probe := dialTCP(t, address, request("/health/ready"))
	if resp, body, err := oneAnswer(probe); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("health: %v %s", err, body)
	}
	_ = probe.Close()
	// Far too many are closed without a word.
	for range 20 {
		dialTCP(t, address, "")
	}
	silent := dialTCP(t, address, request(getEcho))
	if _, body, err := oneAnswer(silent); err == nil {
		t.Errorf("answered %s", body)
	}
	// Those that were first are served on, and there is a place again when one of them goes.
	if _, err := io.WriteString(kept[1], request(getEcho)); err != nil {
		t.Fatal(err)
	}
	if resp, body, err := oneAnswer(kept[1]); err != nil || resp.StatusCode != http.StatusOK {
		t.Error(err, body)
	}
}

func TestAPlaceIsFreeWhenAConnectionEnds(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"limits: { max_connections: 1 }", "limits: { max_connections_per_client: 1 }"} {
		address := listenOn(t, t.TempDir(), text, zap.NewNop(), nil)
		first := dialTCP(t, address, request(getEcho))
		if resp, body, err := oneAnswer(first); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(err, body)
		}
		second := dialTCP(t, address, request(getEcho))
		if resp, body, err := oneAnswer(second); err != nil || resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: %v %s", text, err, body)
		}
		_, _ = first.Close(), second.Close()
		for deadline := time.Now().Add(time.Minute); ; <-time.After(time.Millisecond) {
			again := dialTCP(t, address, request(getEcho))
			resp, _, err := oneAnswer(again)
			_ = again.Close()
			if err == nil && resp.StatusCode == http.StatusOK {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: no place is free", text)
			}
		}
	}
}

func TestSlowClientsAreLeftAlone(t *testing.T) {
	t.Parallel()
	address := listenOn(t, t.TempDir(), `limits: { connection_header_read_timeout: 200ms, request_read_timeout: 500ms, connection_idle_timeout: 300ms }`,
		zap.NewNop(), nil)
	const post = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	for _, tt := range []struct {
		name, sent string
		status     int
	}{
		{"nothing", "", 0},
		{"a slow header", "POST /graphql HTTP/1.1\r\nHost: loc", 0},
		{"no end of the header", post, 0},
		{"a slow body", post + "Content-Length: 100\r\n\r\n{", http.StatusRequestTimeout},
		{"a slow body of unknown length", post + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", http.StatusRequestTimeout},
		{"a slow form", "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
			"Apollo-Require-Preflight: 1\r\nContent-Length: 100\r\n\r\nquery=", http.StatusRequestTimeout},
		{"a slow body in a coding", post + "Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\x1f\x8b\x08", http.StatusRequestTimeout},
		{"no second request", request(getEcho), http.StatusOK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			c := dialTCP(t, address, tt.sent)
			in := bufio.NewReader(c)
			if tt.status > 0 {
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				if err != nil || resp.StatusCode != tt.status {
					t.Errorf("%v: %d %s", err, resp.StatusCode, body)
				}
				if tt.status == http.StatusRequestTimeout && string(body) !=
					`{"errors":[{"message":"The request did not arrive in time.","extensions":{"code":"REQUEST_TIMEOUT"}}]}` {
					t.Errorf("%s", body)
				}
			}
			if n, err := in.ReadByte(); !errors.Is(err, io.EOF) && !isReset(err) {
				t.Errorf("the connection is open: %q, %v", n, err)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// isReset tells of a connection that was closed before it was read to its end.
func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// A client that drips its bytes does not get more time for it.
func TestDrippingDoesNotBuyTime(t *testing.T) {
	t.Parallel()
	address := listenOn(t, t.TempDir(), `limits: { connection_header_read_timeout: 300ms, request_read_timeout: 600ms }`, zap.NewNop(), nil)
	for _, head := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
		"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
	} {
		c := dialTCP(t, address, head)
		start := time.Now()
		for time.Since(start) < time.Minute {
			<-time.After(20 * time.Millisecond)
			if _, err := io.WriteString(c, " "); err != nil {
				break
			}
		}
		if took := time.Since(start); took >= time.Minute {
			t.Errorf("it drips since %v", took)
		}
	}
}

func TestSlowBodiesByHTTP2GetAnAnswer(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), newAuthority(t)
	certificate, key := ca.pair(t, 7, time.Now().Add(time.Hour))
	put(t, dir, "1", certificate, key)
	address := listenOn(t, dir, encrypted+"limits: { request_read_timeout: 300ms }\n", zap.NewNop(), nil)
	slow, feed := io.Pipe()
	defer feed.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+address+"/graphql", slow)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := ca.client(t, nil).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.ProtoMajor != 2 || resp.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(body), "REQUEST_TIMEOUT") {
		t.Errorf("%v: %s %d %s", err, resp.Proto, resp.StatusCode, body)
	}
}

func TestHeadersThatAreTooLongAreRefused(t *testing.T) {
	t.Parallel()
	dir, ca := t.TempDir(), newAuthority(t)
	certificate, key := ca.pair(t, 7, time.Now().Add(time.Hour))
	put(t, dir, "1", certificate, key)
	address := listenOn(t, dir, encrypted+"limits: { http1_max_request_buf_size: 20kib, http2_max_headers_list_bytes: 8kib }\n", zap.NewNop(), nil)
	for version, limit := range map[int]int{1: 20 << 10, 2: 8 << 10} {
		client := ca.client(t, func(t *http.Transport) { t.ForceAttemptHTTP2 = version == 2 })
		// net/http gives each version about four kilobytes more than it says.
		for size, want := range map[int]int{limit / 2: 200, limit + 5000: 431, 200_000: 431} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("https://%s%s", address, getEcho), http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Long", strings.Repeat("a", size))
			resp, err := client.Do(req)
			if err != nil {
				// The client may find that the server has closed before it has sent all of it; HTTP/2 clients know the limit.
				if size == 200_000 {
					continue
				}
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != want || resp.ProtoMajor != version {
				t.Errorf("%s, %d bytes: %d", resp.Proto, size, resp.StatusCode)
			}
		}
	}
}
