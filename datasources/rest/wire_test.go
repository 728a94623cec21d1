package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// wiretap accepts connections, answers each request with an empty reply, and gives away its bytes.
func wiretap(t *testing.T) (address string, last func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			seen <- readRequest(bufio.NewReader(c))
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String(), func() string { return <-seen }
}

// readRequest reads a request up to the end of the body that its Content-Length tells of.
func readRequest(r *bufio.Reader) string {
	var head strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		head.WriteString(line)
		if err != nil || line == "\r\n" {
			break
		}
		if text, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(text))
		}
	}
	body := make([]byte, length)
	n, _ := io.ReadFull(r, body)
	return head.String() + string(body[:n])
}

// lines are the lines of a request as it goes over the wire, with an empty one before the body.
func lines(text ...string) string { return strings.Join(text, "\r\n") }

func TestRequestsHaveTheseBytes(t *testing.T) {
	t.Parallel()
	const (
		host    = "Host: HOST\r\nUser-Agent: weft"
		accepts = "Accept: */*\r\nAccept-Encoding: gzip, deflate, br"
		form    = "Content-Type: application/x-www-form-urlencoded"
	)
	for _, c := range []struct {
		name, method, url, params, body string
		headers, source                 []datasources.Header
		args, client                    string
		want                            string
	}{
		{
			name: "GET", method: "GET", url: "/u",
			want: lines("GET /base/u?k=1 HTTP/1.1", host, accepts, "", ""),
		},
		{
			name: "nothing is encoded twice or decoded", method: "GET", url: "/%2F%2f/é/{$args.q}/a b//;c=,:@!$&'()*+=[]/?x={$args.q}&y=%20+é#f", params: "p: $args.q",
			args: `{"q":"%2F a/b?c&d=é#"}`,
			want: lines("GET /base/%2F%2f/%C3%A9/%252F%20a%2Fb%3Fc%26d%3D%C3%A9%23/a%20b//;c=,:@!$&'()*+=[]/?k=1"+
				"&x=%252F%20a%2Fb%3Fc%26d%3D%C3%A9%23&y=%20+%C3%A9&p=%252F%20a%2Fb%3Fc%26d%3D%C3%A9%23 HTTP/1.1",
				host, accepts, "", ""),
		},
		{
			name: "an escape that is none stays as well", method: "GET", url: "/100%/%zz",
			want: lines("GET /base/100%/%zz?k=1 HTTP/1.1", host, accepts, "", ""),
		},
		{
			name: "dots are no navigation", method: "GET", url: "/../a/./{$args.q}/..", args: `{"q":".."}`,
			want: lines("GET /base/../a/./../..?k=1 HTTP/1.1", host, accepts, "", ""),
		},
		{
			name: "headers", method: "GET", url: "/u",
			headers: headers(t, "x-empty", "{$args.none}", "x-many", "<x-client", "host", "tenant.test", "accept", "text/plain", "x-text", " a\tb "),
			source:  headers(t, "X-MANY", "source", "x-source", "{$args.q}"),
			args:    `{"q":"é"}`, client: `{"x-client":["2","1",""],"cookie":["c"]}`,
			want: lines("GET /base/u?k=1 HTTP/1.1", "Host: tenant.test", "User-Agent: weft", "Accept: text/plain", "Accept-Encoding: gzip, deflate, br",
				"X-Empty: ", "X-Many: 2", "X-Many: 1", "X-Many: ", "X-Source: é", "X-Text: ab", "", ""),
		},
		{
			name: "POST without a body", method: "POST", url: "/u",
			want: lines("POST /base/u?k=1 HTTP/1.1", host, "Content-Length: 0", accepts, "", ""),
		},
		{
			name: "PUT of nothing", method: "PUT", url: "/u", body: "$args.none",
			want: lines("PUT /base/u?k=1 HTTP/1.1", host, "Content-Length: 0", accepts, "Content-Type: application/json", "", ""),
		},
		{
			name: "PATCH of null", method: "PATCH", url: "/u", body: "$(null)",
			want: lines("PATCH /base/u?k=1 HTTP/1.1", host, "Content-Length: 4", accepts, "Content-Type: application/json", "", "null"),
		},
		{
			name: "the input of a body is the empty object", method: "POST", url: "/u", body: "$",
			want: lines("POST /base/u?k=1 HTTP/1.1", host, "Content-Length: 2", accepts, "Content-Type: application/json", "", "{}"),
		},
		{
			name: "GET with a body", method: "GET", url: "/u", body: "b: $args.q a: $args.n", args: `{"q":"</é>\u2028\"","n":12345678901234567890.50}`,
			want: lines("GET /base/u?k=1 HTTP/1.1", host, "Content-Length: 46", accepts, "Content-Type: application/json", "",
				"{\"b\":\"</é>\u2028\\\"\",\"a\":12345678901234567890.50}"),
		},
		{
			name: "DELETE with a body", method: "DELETE", url: "/u", body: "$([])",
			want: lines("DELETE /base/u?k=1 HTTP/1.1", host, "Content-Length: 2", accepts, "Content-Type: application/json", "", "[]"),
		},
		{
			name: "form", method: "POST", url: "/u", source: headers(t, "Content-TYPE", typeForm), body: "a: { b: $([1, null, { c: true }]) } d: $args.q e: $([])", args: `{"q":"x y&=\n~*é"}`,
			want: lines("POST /base/u?k=1 HTTP/1.1", host, "Content-Length: 87", accepts, form, "",
				"a%5Bb%5D%5B0%5D=1&a%5Bb%5D%5B1%5D=&a%5Bb%5D%5B2%5D%5Bc%5D=true&d=x+y%26%3D%0A%7E*%C3%A9"),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address, last := wiretap(t)
			s := datasources.Settings{HTTP: &datasources.HTTPSource{BaseURL: template(t, "http://"+address+"/base?k=1#f"), Headers: c.source}}
			connect := &datasources.HTTPConnector{
				Method: c.method, URL: template(t, c.url), QueryParams: parse(t, c.params), Headers: c.headers, Body: parse(t, c.body),
			}
			if c.client == "" {
				c.client = "{}"
			}
			send(t, prepare(t, s, datasources.Connector{HTTP: connect}, idShape(), Options{}), callerEnv(t, c.args, c.client))
			got := strings.Replace(last(), "Host: "+address, "Host: HOST", 1)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestProxyIsToldTheWholeURL(t *testing.T) {
	t.Parallel()
	address, last := wiretap(t)
	transport := &http.Transport{Proxy: func(r *http.Request) (*url.URL, error) {
		return &url.URL{Scheme: "http", Host: address}, nil
	}}
	t.Cleanup(transport.CloseIdleConnections)
	env := &mapping.Env{}
	env.Vars[mapping.Args] = parseValue(t, `{"q":"a/b"}`)
	send(t, prepare(t, datasources.Settings{}, datasources.Connector{HTTP: get(t, "http://far.test/é/{$args.q}?x=%2F")}, idShape(), Options{Transport: transport}), env)
	if got, want := last(), "GET http://far.test/%C3%A9/a%2Fb?x=%2F HTTP/1.1\r\n"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
