package abuse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

const (
	malformed = "BAD_REQUEST"
	exceeded  = "LIMIT_EXCEEDED"
	unparsed  = "GRAPHQL_PARSE_FAILED"
	invalid   = "GRAPHQL_VALIDATION_FAILED"
	misused   = "BAD_USER_INPUT"
	unchosen  = "OPERATION_RESOLUTION_FAILURE"

	bad = http.StatusBadRequest
	ok  = http.StatusOK
)

const plain = `{"query":"{ __typename }"}`

// connectionAbuses attack HTTP itself. They are answered before there is anything of GraphQL.
func connectionAbuses() []abuse {
	const head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	return []abuse{
		{name: "nothing at all", send: cutOff(""), status: 0},
		{name: "no HTTP", send: bytesOnWire("hello\r\n\r\n"), status: bad},
		{name: "TLS where there is none", send: bytesOnWire("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 100)), status: bad},
		{name: "a megabyte without a line end", send: cutOff(strings.Repeat("A", 1<<20)), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "the preface of HTTP/2, and garbage", send: bytesOnWire("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + strings.Repeat("\xff", 200)), status: bad},
		{name: "a version of the future", send: bytesOnWire("GET /graphql HTTP/9.9\r\nHost: localhost\r\n\r\n"), status: http.StatusHTTPVersionNotSupported},
		{name: "no host", send: bytesOnWire("GET /graphql HTTP/1.1\r\n\r\n"), status: bad},
		{name: "two hosts", send: request("GET /graphql", "", "Host: a", "Host: b"), status: bad},
		{name: "a host that is none", send: request("GET /graphql", "", "Host: a b\x01"), status: bad},
		{name: "a header's name with a space", send: request("GET /graphql", "", "X y: 1"), status: bad},
		{name: "a header with a control character", send: request("GET /graphql", "", "X: \x00"), status: bad},
		{name: "a header that is folded", send: request("GET /graphql", "", "X: 1\r\n 2"), status: bad, code: malformed},
		{name: "one header of 100 KB", send: request("GET /graphql", "", "X: "+strings.Repeat("x", 100_000)), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "10,000 headers", send: request("GET /graphql", "", strings.TrimSuffix(each(10_000, "X-%d: 1\r\n"), "\r\n")), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "a URL of 100 KB", send: request("GET /graphql?query="+strings.Repeat("x", 100_000), ""), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "two lengths", send: bytesOnWire(head + "Content-Length: 26\r\nContent-Length: 5\r\n\r\n" + plain), status: bad},
		{name: "a negative length", send: bytesOnWire(head + "Content-Length: -1\r\n\r\n" + plain), status: bad},
		{name: "a length with a sign", send: bytesOnWire(head + "Content-Length: +26\r\n\r\n" + plain), status: bad},
		{name: "a length of an exabyte", send: bytesOnWire(head + "Content-Length: 1000000000000000000\r\n\r\n" + plain), status: http.StatusRequestEntityTooLarge, code: exceeded, limit: "body_bytes"},
		{name: "a length beyond all numbers", send: bytesOnWire(head + "Content-Length: 99999999999999999999999\r\n\r\n" + plain), status: bad},
		{name: "a length, and chunks that are another", send: bytesOnWire(head + "Connection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + plain + "\r\n0\r\n\r\n"), status: ok},
		{name: "an unknown transfer encoding", send: bytesOnWire(head + "Transfer-Encoding: gzip, chunked\r\n\r\n"), status: http.StatusNotImplemented},
		{name: "chunked twice", send: bytesOnWire(head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), status: http.StatusNotImplemented},
		{name: "a chunk whose size is no number", send: bytesOnWire(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + plain), status: bad, code: malformed},
		{name: "a chunk of an endless size", send: bytesOnWire(head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("f", 40) + "\r\n" + plain), status: bad, code: malformed},
		{name: "chunks without an end", send: cutOff(head + "Transfer-Encoding: chunked\r\n\r\n1a\r\n" + plain + "\r\n"), status: bad, code: malformed},
		{name: "350,000 chunks", send: bytesOnWire(head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\n \r\n", 350_000) + "0\r\n\r\n"), status: bad, code: malformed},
		{name: "two megabytes in chunks", send: bytesOnWire(head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("400\r\n"+strings.Repeat(" ", 1024)+"\r\n", 2048)), status: http.StatusRequestEntityTooLarge, code: exceeded, limit: "body_bytes"},
		{name: "half a body", send: cutOff(head + "Content-Length: 1000\r\n\r\n" + plain), status: bad, code: malformed},
		{name: "half a header", send: cutOff(head), status: bad},
		{name: "garbage behind a good request", send: bytesOnWire("GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n\x00\x01garbage\r\n\r\n"), status: bad},
		{name: "500 requests at once, of which the last is bad", send: bytesOnWire(strings.Repeat("GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n", 500) + "no\r\n\r\n"), status: bad},
		{name: "an expectation that nobody knows", send: request("POST /graphql", plain, contentJSON, "Expect: wonders"), status: http.StatusExpectationFailed},
		{name: "a body that has to be asked for, of a gigabyte", send: bytesOnWire(head + "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n"), status: http.StatusRequestEntityTooLarge, code: exceeded, limit: "body_bytes"},
	}
}

// requestAbuses are well-formed HTTP that is no GraphQL.
func requestAbuses() []abuse {
	return []abuse{
		{name: "a method of 10 KB", send: request(strings.Repeat("A", 10_000)+" /graphql", ""), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "DELETE", send: request("DELETE /graphql", ""), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "TRACE", send: request("TRACE /graphql", ""), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "a form of another site, as plain text", send: request("POST /graphql", plain, "Content-Type: text/plain"), status: bad, code: "CSRF_PREVENTED"},
		{name: "no content type", send: request("POST /graphql", plain), status: bad, code: "CSRF_PREVENTED"},
		{name: "a content type of 20 KB", send: request("POST /graphql", plain, "Content-Type: application/"+strings.Repeat("x", 20_000)), status: http.StatusUnsupportedMediaType, code: malformed},
		{name: "another charset", send: request("POST /graphql", plain, "Content-Type: application/json; charset=utf-7"), status: http.StatusUnsupportedMediaType, code: malformed},
		{name: "50 megabytes in 50 KB", send: request("POST /graphql", zipped(strings.Repeat(" ", 50<<20)), contentJSON, "Content-Encoding: gzip"), status: http.StatusRequestEntityTooLarge, code: exceeded, limit: "body_bytes"},
		{name: "a compressed body that is cut off", send: request("POST /graphql", zipped(plain)[:20], contentJSON, "Content-Encoding: gzip"), status: bad, code: malformed},
		{name: "a body that is not as compressed as it says", send: request("POST /graphql", plain, contentJSON, "Content-Encoding: gzip"), status: bad, code: malformed},
		{name: "compressed a hundred times", send: request("POST /graphql", zipped(plain), contentJSON, "Content-Encoding: "+strings.Repeat("gzip, ", 99)+"gzip"), status: http.StatusUnsupportedMediaType, code: malformed},
		{name: "a multipart body without a boundary", send: request("POST /graphql", plain, "Content-Type: multipart/form-data"), status: bad, code: "CSRF_PREVENTED"},
		{name: "an encoding that nobody knows", send: request("POST /graphql", plain, contentJSON, "Content-Encoding: wonders"), status: http.StatusUnsupportedMediaType, code: malformed},
		{name: "nothing that it would accept", send: request("POST /graphql", plain, contentJSON, "Accept: image/png"), status: http.StatusNotAcceptable, code: malformed},
		{name: "5,000 media types that it would accept", send: request("POST /graphql", plain, contentJSON, "Accept: "+each(5_000, "a/b%d,")+"*/*"), status: ok},
		{name: "no query in the URL", send: request("GET /graphql", ""), status: bad, code: malformed},
		{name: "a URL that is not escaped right", send: request("GET /graphql?query=%zz", ""), status: bad, code: malformed},
		{name: "variables in the URL that are no JSON", send: request("GET /graphql?query={__typename}&variables=[", ""), status: bad, code: malformed},
		{name: "deep variables in the URL", send: request("GET /graphql?query={__typename}&variables="+strings.Repeat("[", deep), ""), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "a mutation by GET", send: request("GET /graphql?query=mutation{rename(id:1){id}}", ""), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "10,000 parameters in the URL", send: request("GET /graphql?"+each(10_000, "a%d&")+"query={__typename}", ""), status: bad, code: malformed},
		{name: "a megabyte and more", send: post(plain + strings.Repeat(" ", 1<<20)), status: http.StatusRequestEntityTooLarge, code: exceeded, limit: "body_bytes"},
		{name: "a million line ends", send: post(strings.Repeat("\n", 1_000_000) + plain), status: ok},
	}
}

// zipped compresses a body.
func zipped(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, body) // it goes to memory
	_ = w.Close()
	return b.String()
}
