package abuse_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/server/persisted"
)

// batchAbuses send several operations at once.
func batchAbuses() []abuse {
	lists := func(n int, entry string) sending { return post("[" + strings.Repeat(entry+",", n-1) + entry + "]") }
	return []abuse{
		{name: "none", send: post("[]"), status: bad, code: malformed},
		{name: "11", send: lists(11, plain), status: bad, code: exceeded, limit: "batch_size"},
		{name: "300,000", send: lists(300_000, "{}"), status: bad, code: exceeded, limit: "json_values"},
		{name: "batches in a batch", send: inBatch(lists(10, "["+plain+"]")), status: ok, code: malformed},
		{name: "10 that nest 20,000 deep", send: lists(10, around(deep, "[", "", "]")), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "10 of 1001 fields at the root", send: inBatch(lists(10, `{"query":"{`+each(1001, "a%d:__typename ")+`}"}`)), status: ok, code: exceeded, limit: "root_fields"},
		{name: "a subscription", send: inBatch(lists(10, `{"query":"subscription { ticks { n } }"}`)), status: ok, code: malformed},
		{name: "a batch for a stream of events", send: request("POST /graphql", "["+plain+"]", contentJSON, "Accept: text/event-stream"), status: http.StatusNotAcceptable, code: malformed},
		{name: "a batch for a document in the path", send: request("POST /graphql/abc", "["+plain+"]", contentJSON), status: bad, code: malformed},
	}
}

// inBatch returns the first answer of a batch.
func inBatch(send sending) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		got := send(t, address)
		if got != nil && got.status == ok {
			var answers []json.RawMessage
			if err := json.Unmarshal([]byte(got.body), &answers); err != nil {
				t.Error(err)
			}
			got.body = string(answers[0])
		}
		return got
	}
}

// eventAbuses attack streams of events.
func eventAbuses() []abuse {
	const events = "Accept: text/event-stream"
	asked := func(body string) sending { return inEvents(request("POST /graphql", body, contentJSON, events)) }
	return []abuse{
		{name: "no JSON", send: asked("hello"), status: bad, code: malformed},
		{name: "a document beyond a limit", send: asked(`{"query":"{` + each(1001, "a%d:__typename ") + `}"}`), status: ok, code: exceeded, limit: "root_fields"},
		{name: "a mutation by GET", send: request("GET /graphql?query=mutation{rename(id:1){id}}", "", events), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "a page of another site", send: request("GET /graphql?query=subscription{ticks{n}}", "", events, "Origin: https://evil.example"), status: bad, code: "CSRF_PREVENTED"},
		{name: "a subscription for JSON", send: post(`{"query":"subscription { ticks { n } }"}`), status: bad, code: unchosen},
		{name: "300 streams that are cut at once", send: leaving(300, "POST /graphql HTTP/1.1\r\nHost: localhost\r\n"+events+"\r\n"+contentJSON+"\r\nContent-Length: 41\r\n\r\n"+`{"query":"subscription { ticks { n } }"  }`), status: 0},
		{name: "300 WebSockets that are cut at once", send: leaving(300, handshake+"\r\n"+message(initial)+subscribe("1", "subscription { ticks { n } }")), status: 0},
	}
}

// inEvents returns the data of the first event.
func inEvents(send sending) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		got := send(t, address)
		if got != nil {
			if _, data, ok := strings.Cut(got.body, "\ndata: "); ok {
				got.body, _, _ = strings.Cut(data, "\n")
			}
		}
		return got
	}
}

// leaving opens connections, each of which is cut as soon as the first bytes of an answer have come.
func leaving(n int, text string) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		for range n {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(abuseDeadline))
			_, _ = io.WriteString(conn, text)
			if _, err := conn.Read(make([]byte, 100)); err != nil {
				t.Error(err)
			}
			_ = conn.Close()
		}
		return nil
	}
}

// namedAbuses ask for documents by what names them.
func namedAbuses() []abuse {
	hashed := func(hash string) string {
		return `"extensions":{"persistedQuery":{"version":1,"sha256Hash":` + hash + `}}`
	}
	const absent = "PERSISTED_QUERY_NOT_FOUND"
	text := `{ __typename }`
	return []abuse{
		{name: "a hash that is a number", send: post(`{` + hashed("1") + `}`), status: bad, code: malformed},
		{name: "a hash that is null", send: post(`{` + hashed("null") + `}`), status: bad, code: malformed},
		{name: "a hash of 900 KB", send: post(`{` + hashed(`"`+strings.Repeat("x", 900_000)+`"`) + `}`), status: ok, code: absent},
		{name: "the hash of another text", send: post(`{"query":"{ __typename }",` + hashed(`"`+persisted.HashOf("{ int }")+`"`) + `}`), status: bad, code: malformed},
		{name: "a hash in capitals", send: post(`{"query":"{ __typename }",` + hashed(`"`+strings.ToUpper(persisted.HashOf(text))+`"`) + `}`), status: bad, code: malformed},
		{name: "a version of the future", send: post(`{"extensions":{"persistedQuery":{"version":1e0,"sha256Hash":"x"}}}`), status: bad, code: malformed},
		{name: "a text that is invalid, with its hash", send: post(`{"query":"{ nonsense }",` + hashed(`"`+persisted.HashOf("{ nonsense }")+`"`) + `}`), status: bad, code: invalid},
		{name: "the same by its hash", send: post(`{` + hashed(`"`+persisted.HashOf("{ nonsense }")+`"`) + `}`), status: ok, code: absent},
		{name: "a hash and an id", send: post(`{"documentId":"x",` + hashed(`"x"`) + `}`), status: bad, code: malformed},
		{name: "an id of 900 KB", send: post(`{"documentId":"` + strings.Repeat("x", 900_000) + `"}`), status: bad, code: "DOCUMENT_NOT_TRUSTED"},
		{name: "an id in the path, and a text", send: request("POST /graphql/abc", plain, contentJSON), status: bad, code: malformed},
	}
}

// pathAbuses ask by paths that nobody writes.
func pathAbuses() []abuse {
	const gone = http.StatusNotFound
	at := func(path string) sending { return request("POST "+path, plain, contentJSON) }
	return []abuse{
		{name: "up and out", send: at("/graphql/../../etc/passwd"), status: http.StatusTemporaryRedirect},
		{name: "up, escaped", send: at("/graphql/%2e%2e"), status: bad, code: malformed},
		{name: "an escaped slash", send: at("/graphql/a%2fb"), status: gone},
		{name: "an escaped NUL", send: at("/graphql/%00"), status: bad, code: malformed},
		{name: "no UTF-8", send: at("/graphql/%ff"), status: bad, code: malformed},
		{name: "an escape that is none", send: at("/graphql/%zz"), status: bad},
		{name: "two slashes", send: at("//graphql"), status: http.StatusTemporaryRedirect},
		{name: "another host in the line", send: at("http://evil.example/graphql"), status: ok},
		{name: "no path", send: at("*"), status: bad},
		{name: "an asterisk for options", send: request("OPTIONS *", ""), status: ok},
		{name: "a tunnel", send: request("CONNECT evil.example:443", ""), status: http.StatusMethodNotAllowed},
		{name: "a matrix", send: at("/graphql;x=1"), status: gone},
		{name: "another case", send: at("/GraphQL"), status: gone},
		{name: "10,000 slashes", send: at("/graphql" + strings.Repeat("/", 10_000)), status: http.StatusTemporaryRedirect},
		{name: "another method in a header", send: request("GET /graphql?query=mutation{rename(id:1){id}}", "", "X-HTTP-Method-Override: POST"), status: http.StatusMethodNotAllowed, code: malformed},
		{name: "a GET with a body", send: request("GET /graphql", plain, contentJSON), status: bad, code: malformed},
		{name: "two content types", send: request("POST /graphql", plain, "Content-Type: text/plain", contentJSON), status: bad, code: "CSRF_PREVENTED"},
		{name: "two content types in one", send: request("POST /graphql", plain, contentJSON+", text/plain"), status: bad, code: "CSRF_PREVENTED"},
		{name: "plain text that says that it is JSON", send: request("POST /graphql", plain, "Content-Type: text/plain; x=application/json"), status: bad, code: "CSRF_PREVENTED"},
		{name: "a header of no value", send: request("POST /graphql", plain, "Content-Type: text/plain", "Apollo-Require-Preflight:"), status: bad, code: "CSRF_PREVENTED"},
		{name: "a link of another site", send: request("GET /graphql?query={__typename}", "", "Sec-Fetch-Site: cross-site"), status: bad, code: "CSRF_PREVENTED"},
		{name: "a page of nowhere", send: request("GET /graphql?query={__typename}", "", "Origin: null"), status: bad, code: "CSRF_PREVENTED"},
	}
}
