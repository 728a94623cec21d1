// Package abuse_test sends requests that attack a gateway, over TCP. The tables are beside it, by what they attack; a case is its name,
// how the request is made, and what has to come of it.
package abuse_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is what came back.
type reply struct {
	status int
	body   string
	header http.Header
}

// abuse is one hostile request, and what has to come of it. The tables are below, by what they attack: abuses_*_test.go.
type abuse struct {
	name string
	// send makes the request over a connection of its own.
	send sending
	// status is that of the answer; 0 means that the connection is closed without one.
	status int
	// code and limit are those of the first error; without a code there must be no error that is JSON.
	code, limit string
	// allocated bounds, in MiB, what client and server together allocate; 0 means 64.
	allocated int
}

// sending sends a request to an address and returns the answer, nil when there is none.
type sending func(t *testing.T, address string) *reply

// Bounds of every case. They are generous: what they find is growth by the request's own making.
const (
	usuallyAllocated = 64 << 20
	// mayKeep is what may be left when it is over: caches hold some of what is valid.
	mayKeep = 16 << 20
	// longestRefusal is the longest answer to what was refused: an answer that repeats its question could be used to fill lines.
	longestRefusal = 64 << 10
	abuseDeadline  = 30 * time.Second
)

// Whatever comes in over the wire is answered or refused as the table says, costs memory within bounds, and leaves the server as it
// was: the next client gets its answer.
func TestAbusiveRequests(t *testing.T) {
	// Not parallel: it measures the memory of the process.
	attack(t, abusedServer(t, &config.Config{}), 250, []group{
		{"connection", connectionAbuses()},
		{"request", requestAbuses()},
		{"json", jsonAbuses()},
		{"variables", variableAbuses()},
		{"document", documentAbuses()},
		{"validation", validationAbuses()},
		{"introspection", introspectionAbuses()},
		{"reply", replyAbuses()},
		{"envelope", envelopeAbuses()},
		{"compressed", compressedAbuses()},
		{"socket", socketAbuses()},
		{"events", eventAbuses()},
		{"named", namedAbuses()},
		{"path", pathAbuses()},
		{"multipart", multipartAbuses()},
	})
}

// The same, where batches are allowed.
func TestAbusiveBatches(t *testing.T) {
	// Not parallel: it measures the memory of the process.
	attack(t, abusedServer(t, &config.Config{Batching: config.Batching{Enabled: true}}), 5, []group{{"batch", batchAbuses()}})
}

// group are cases that attack the same.
type group struct {
	name  string
	cases []abuse
}

// goodQuery is what honest clients ask, goodAnswer what they get.
const (
	goodQuery  = `{ user(id: 7) { name } }`
	goodAnswer = `{"data":{"user":{"name":"Seven"}}}`
)

// attack sends the cases of groups to an address, at least as many as are expected. After each of them honest clients are answered: by
// default one without credentials.
func attack(t *testing.T, address string, least int, groups []group, honest ...sending) {
	t.Helper()
	if honest == nil {
		honest = []sending{query(goodQuery)}
	}
	fine := func(t *testing.T) {
		t.Helper()
		for _, send := range honest {
			if got := send(t, address); got == nil || got.body != goodAnswer {
				t.Fatalf("the good query got %+v", got)
			}
		}
	}
	fine(t)
	total, offset := 0, rand.IntN(step)
	for _, group := range groups {
		for _, a := range group.cases {
			if total++; total%step != offset {
				continue
			}
			t.Run(group.name+"/"+a.name, func(t *testing.T) {
				allocated, kept := footprintOf(func() { a.check(t, a.send(t, address)) })
				fine(t)
				most := usuallyAllocated
				if a.allocated > 0 {
					most = a.allocated << 20
				}
				if hasRaceDetector {
					most *= 8 // what is kept is bounded all the same
				}
				if allocated > most || kept > mayKeep {
					t.Errorf("%d bytes allocated, %d kept", allocated, kept)
				}
			})
		}
	}
	if total < least {
		t.Errorf("only %d cases", total)
	}
}

// footprintOf returns what a function allocates and what is left of it.
func footprintOf(f func()) (allocated, kept int) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	allocated = int(after.TotalAlloc - before.TotalAlloc)
	runtime.GC()
	runtime.ReadMemStats(&after)
	return allocated, int(after.HeapAlloc) - int(before.HeapAlloc)
}

func (a *abuse) check(t *testing.T, got *reply) {
	t.Helper()
	if got == nil {
		if a.status != 0 {
			t.Errorf("the connection was closed, want status %d", a.status)
		}
		return
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Code  string `json:"code"`
				Limit string `json:"limit"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	isJSON := json.Unmarshal([]byte(got.body), &answer) == nil
	code, limit := "", ""
	if len(answer.Errors) > 0 {
		code, limit = answer.Errors[0].Extensions.Code, answer.Errors[0].Extensions.Limit
	}
	if got.status != a.status || code != a.code || limit != a.limit {
		t.Errorf("got status %d, code %q, limit %q: %.300s", got.status, code, limit, got.body)
	}
	if got.status == http.StatusOK {
		return
	}
	if len(got.body) > longestRefusal || len(answer.Errors) > 51 {
		t.Errorf("%d errors in %d bytes", len(answer.Errors), len(got.body))
	}
	if isJSON && answer.Data != nil {
		t.Errorf("a refusal has data: %.300s", got.body)
	}
}

// bytesOnWire writes bytes as they are and returns the last answer that comes before the server closes the connection.
func bytesOnWire(parts ...string) sending { return onWire(false, parts...) }

// cutOff is bytesOnWire by a client that says after them that nothing more will come.
func cutOff(parts ...string) sending { return onWire(true, parts...) }

func onWire(ends bool, parts ...string) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(abuseDeadline)); err != nil {
			t.Fatal(err)
		}
		written := make(chan struct{})
		go func() { // the server may answer, and stop reading, before it has everything
			defer close(written)
			for _, part := range parts {
				if _, err := io.WriteString(conn, part); err != nil {
					return
				}
			}
			if tcp, ok := conn.(*net.TCPConn); ok && ends {
				_ = tcp.CloseWrite()
			}
		}()
		last := lastAnswer(t, conn)
		_ = conn.Close()
		<-written
		return last
	}
}

// lastAnswer reads answers until the connection ends.
func lastAnswer(t *testing.T, conn net.Conn) (last *reply) {
	t.Helper()
	in := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				t.Error("the server does not answer and does not close")
			}
			return last
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusContinue {
			continue
		}
		last = &reply{resp.StatusCode, string(body), resp.Header}
		if err != nil || resp.Close {
			return last
		}
	}
}

// request writes a request with these header lines and body; its length is said unless the header says something of it.
func request(line, body string, header ...string) sending {
	var b strings.Builder
	b.WriteString(line + " HTTP/1.1\r\n")
	has := func(name string) bool {
		return slices.ContainsFunc(header, func(h string) bool { return strings.HasPrefix(strings.ToLower(h), name+":") })
	}
	if !has("host") {
		b.WriteString("Host: localhost\r\n")
	}
	if !has("connection") {
		b.WriteString("Connection: close\r\n")
	}
	if body != "" && !has("content-length") && !has("transfer-encoding") {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	for _, h := range header {
		b.WriteString(h + "\r\n")
	}
	return bytesOnWire(b.String()+"\r\n", body)
}

const contentJSON = "Content-Type: application/json"

// acceptGraphQL asks for the media type whose statuses tell what was refused: many clients of the other take all but 200 for faults
// of the network.
const acceptGraphQL = "Accept: application/graphql-response+json"

// post sends a JSON body.
func post(body string) sending { return request("POST /graphql", body, contentJSON, acceptGraphQL) }

// query sends a query document.
func query(text string) sending { return with(text, "") }

// with sends a query document with variables, which are JSON.
func with(text, variables string) sending {
	body := append([]byte(`{"query":`), value.AppendString(nil, text)...)
	if variables != "" {
		body = append(append(body, `,"variables":`...), variables...)
	}
	return post(string(append(body, '}')))
}

// each repeats a text with its number.
func each(n int, format string) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// around puts n openings before and n closings behind a text.
func around(n int, open, text, closing string) string {
	return strings.Repeat(open, n) + text + strings.Repeat(closing, n)
}
