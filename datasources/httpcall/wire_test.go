package httpcall

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

// tap answers every request with nothing and gives away its bytes.
func tap(tb testing.TB) (base string, seen <-chan string) {
	tb.Helper()
	requests := make(chan string, 1)
	return script(tb, func(_ int, c *net.TCPConn) {
		requests <- readAllOf(bufio.NewReader(c))
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	}), requests
}

// body is a request with a body.
func bodyOf(method, url, text string) *datasources.Request {
	r := request(method, url)
	r.Body = []byte(text)
	return r
}

// with is a request that has a header, and no defaults.
func with(url string, header http.Header) *datasources.Request {
	return &datasources.Request{Method: http.MethodGet, URL: url, Header: header}
}

func TestRequestsAreWrittenAsNetHTTPWritesThem(t *testing.T) {
	t.Parallel()
	many := http.Header{}
	for i := range 60 {
		many[fmt.Sprintf("X-%d", i)] = []string{"a", "b"}
	}
	base, seen := tap(t)
	host := strings.TrimPrefix(base, "http://")
	// HOST stands for the server's.
	for name, r := range map[string]*datasources.Request{
		"GET":                     get("http://HOST/u?a=b"),
		"no path":                 get("http://HOST"),
		"no path, query":          get("http://HOST?a=b"),
		"empty query":             get("http://HOST/?"),
		"escapes":                 get("http://HOST/a%2Fb/%c3%A9?c=%20+"),
		"escapes that are none":   get("http://HOST/100%/%zz?%"),
		"two slashes":             get("http://HOST//a//b"),
		"blanks":                  get("http://HOST/a b?c d"),
		"bare letters":            get("http://HOST/\u00e9?\u00e9"),
		"dots":                    get("http://HOST/a/../b/."),
		"brackets":                get("http://HOST/[a]{b}|c?[d]{e}|f"),
		"fragment":                get("http://HOST/a#b"),
		"HEAD":                    request("HEAD", "http://HOST/"),
		"OPTIONS":                 request("OPTIONS", "http://HOST/*"),
		"TRACE":                   request("TRACE", "http://HOST/"),
		"DELETE":                  request("DELETE", "http://HOST/"),
		"POST of nothing":         request("POST", "http://HOST/"),
		"PUT of nothing":          request("PUT", "http://HOST/"),
		"PATCH of nothing":        request("PATCH", "http://HOST/"),
		"POST":                    bodyOf("POST", "http://HOST/", `{"a":"b"}`),
		"GET with a body":         bodyOf("GET", "http://HOST/", "{}"),
		"DELETE with a body":      bodyOf("DELETE", "http://HOST/", "{}"),
		"largest body":            bodyOf("PUT", "http://HOST/", strings.Repeat("x", maxPlainBody)),
		"larger body":             bodyOf("PUT", "http://HOST/", strings.Repeat("x", maxPlainBody+1)),
		"user":                    get("http://ann@HOST/"),
		"user and password":       get("http://a%6en:se%3Acret@HOST/"),
		"user, and authorization": with("http://ann:secret@HOST/", http.Header{"Authorization": {"Bearer x"}, "X-A": {"1"}}),
		"user, among others":      with("http://ann:secret@HOST/", http.Header{"Accept": {"a"}, "X-A": {"1"}, "Authorization": nil}),
		"no header":               with("http://HOST/", http.Header{}),
		"host":                    with("http://HOST/", http.Header{"Host": {"tenant.test:81", "other.test"}}),
		"empty host":              with("http://HOST/", http.Header{"Host": {""}}),
		"host that is none":       with("http://HOST/", http.Header{"Host": {"a b"}}),
		"host of other letters":   with("http://HOST/", http.Header{"Host": {"b\u00fccher.test"}}),
		"agent":                   with("http://HOST/", http.Header{"User-Agent": {" a b ", "c"}}),
		"empty agent":             with("http://HOST/", http.Header{"User-Agent": {""}}),
		"no agent":                with("http://HOST/", http.Header{"User-Agent": nil}),
		"header without values":   with("http://HOST/", http.Header{"X-A": nil}),
		"blanks around":           with("http://HOST/", http.Header{"X-A": {" \ta  b\t "}, "X-B": {""}, "X-C": {" "}}),
		"not canonical":           with("http://HOST/", http.Header{"SOAPAction": {`""`}, "x-a": {"1"}, "X-A": {"2"}, "Soapaction": {"3"}}),
		"bytes above ASCII":       with("http://HOST/", http.Header{"X-A": {"\u00e9\xff"}}),
		"many":                    with("http://HOST/", many),
		"length":                  with("http://HOST/", http.Header{"Content-Length": {"5"}}),
		"trailer":                 with("http://HOST/", http.Header{"Trailer": {"X-A"}, "X-A": {"1"}}),
		"transfer encoding":       with("http://HOST/", http.Header{"Transfer-Encoding": {"chunked"}}),
		"connection":              with("http://HOST/", http.Header{"Connection": {"close"}, "Keep-Alive": {"1"}}),
		"upgrade":                 with("http://HOST/", http.Header{"Upgrade": {"h2c"}}),
	} {
		for _, compression := range []datasources.Compression{datasources.Identity, datasources.Gzip} {
			t.Run(fmt.Sprintf("%s/%d", name, compression), func(t *testing.T) {
				settings := datasources.Settings{Transport: datasources.Transport{Compression: compression}}
				ours, std := bothClients(t, settings)
				sent := *r
				sent.URL = strings.Replace(r.URL, "HOST", host, 1)
				before := r.Header.Clone()
				if _, err := ours.Do(t.Context(), &sent); err != nil {
					t.Fatal(err)
				}
				got := <-seen
				packed, err := ours.Transport.(*Transport).compressed(&sent)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := std.Do(t.Context(), packed); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(<-seen, got); d != "" {
					t.Errorf("(-net/http +ours):\n%s", d)
				}
				if d := cmp.Diff(before, r.Header); d != "" {
					t.Errorf("the header, which others may read, was changed:\n%s", d)
				}
			})
		}
	}
}

func TestRequestsThatCannotBeSentAreErrorsOfNetHTTP(t *testing.T) {
	t.Parallel()
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the request was sent") }) + "/"
	for name, r := range map[string]*datasources.Request{
		"name with a blank":    with(base, http.Header{"X A": {"b"}}),
		"name with a line end": with(base, http.Header{"X-A\r\nX-B": {"b"}}),
		"empty name":           with(base, http.Header{"": {"b"}}),
		"value with line ends": with(base, http.Header{"X-A": {"b\r\nX-B: c"}}),
		"value with NUL":       with(base, http.Header{"X-A": {"b\x00"}}),
		"agent with a line":    with(base, http.Header{"User-Agent": {"b\nc"}}),
		"host with a line":     with(base, http.Header{"Host": {"b\r\nc"}}),
		"path with a line":     with(base+"a\r\nb", http.Header{}),
		"query with a line":    with(base+"?a\nb", http.Header{}),
		"path with a tab":      with(base+"a\tb", http.Header{}),
		"path that is none":    with(base+"/%zz", http.Header{}),
		"no origin":            with("/a", http.Header{}),
		"no HTTP":              with("ftp"+strings.TrimPrefix(base, "http"), http.Header{}),
		"method with a blank":  {Method: "GET /", URL: base, Header: http.Header{}},
		"method with a line":   {Method: "GET\r\n", URL: base, Header: http.Header{}},
	} {
		ours, std := bothClients(t, datasources.Settings{})
		var want, got *datasources.Error
		if _, err := std.Do(t.Context(), r); !errors.As(err, &want) {
			t.Fatalf("%s: net/http sends it", name)
		}
		// The text is not always the same: net/http looks at URLs when it has connected, and closes the connection as it tells of them.
		if _, err := ours.Do(t.Context(), r); !errors.As(err, &got) || got.Code != want.Code {
			t.Errorf("%s: got %v, net/http %v", name, got, want)
		}
	}
}

func TestOnlyPlainRequestsGoByOurClient(t *testing.T) {
	t.Parallel()
	header := func(name, value string) *datasources.Request {
		return with("http://a.test/", http.Header{name: {value}})
	}
	toProxy := func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy.test") }
	for name, c := range map[string]struct {
		request *datasources.Request
		http2   datasources.HTTP2
		proxy   func(*http.Request) (*url.URL, error)
		want    bool
	}{
		"plain":                {request: get("http://a.test/"), want: true},
		"HTTP/2 disabled":      {request: get("http://a.test/"), http2: datasources.HTTP2Disabled, want: true},
		"IPv6":                 {request: get("http://[::1]:81/"), want: true},
		"body":                 {request: bodyOf("POST", "http://a.test/", "{}"), want: true},
		"large body":           {request: bodyOf("POST", "http://a.test/", strings.Repeat("x", maxPlainBody+1))},
		"HTTPS":                {request: get("https://a.test/")},
		"HTTP/2 only":          {request: get("http://a.test/"), http2: datasources.HTTP2Only},
		"proxy":                {request: get("http://a.test/"), proxy: toProxy},
		"IPv6 with a zone":     {request: get("http://[fe80::1%25en0]/")},
		"empty port":           {request: get("http://a.test:/")},
		"letters of a script":  {request: get("http://b\u00fccher.test/")},
		"expects":              {request: header("Expect", "100-continue")},
		"upgrades":             {request: header("Upgrade", "h2c")},
		"says when to close":   {request: header("Connection", "close")},
		"CONNECT":              {request: request("CONNECT", "http://a.test/")},
		"a method of somebody": {request: request("PROPFIND", "http://a.test/")},
		"no method":            {request: request("", "http://a.test/")},
	} {
		transport := NewTransport(datasources.Settings{Transport: datasources.Transport{HTTP2: c.http2}})
		if c.proxy != nil {
			transport.Proxy = c.proxy
		}
		for range 2 { // the second time it is remembered
			if _, got := transport.plainOrigin(c.request, SplitAddress(c.request.URL)); got != c.want {
				t.Errorf("%s: got %v", name, got)
			}
		}
	}
}

// FuzzTarget compares what is asked of whom with what net/http would ask.
func FuzzTarget(f *testing.F) {
	for _, text := range []string{
		"http://h/a?b#c", "http://h:81", "http://ann:x@h//%zz", "http://[::1]/%2f", "http://h/a b?\t", "HTTP://h?", "http://h:/", "http://h%41/",
	} {
		f.Add(text)
	}
	transport := NewTransport(datasources.Settings{})
	f.Fuzz(func(t *testing.T, text string) {
		r := with(text, http.Header{})
		o, isPlain := transport.plainOrigin(r, SplitAddress(text))
		if !isPlain {
			return
		}
		u, err := WireURL(text)
		if err != nil {
			t.Fatalf("%q is taken, though it is no URL: %v", text, err)
		}
		want := "GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\n"
		got := string(appendRequest(nil, r, SplitAddress(text), o))
		if !strings.HasPrefix(got, want) || strings.Count(got, "\n") > 5 {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if host, _, err := net.SplitHostPort(o.address); err != nil || host != u.Hostname() {
			t.Errorf("%q: dials %q", text, o.address)
		}
	})
}
