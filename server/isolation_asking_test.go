package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server/persisted"
)

// racedQuery is an operation, and by which transports it is asked.
type racedQuery struct {
	text, variables string
	transports      []string
}

// racedQueries are operations of fields taken at random, after some that stay.
func racedQueries(random *rand.Rand, count int) (queries []racedQuery, stays int) {
	everyWay := []string{"post", "get", "batch", "hash", "hash in the URL", "events", "socket"}
	fields := []string{
		"constant", "known", "scoped", "who", "desk", "plain", "mixed", "seen", "located", "secret { said }", `own(id: "ann")`, `me: own(id: "bob")`,
		"office", "broken", "brokenMine", "items { id said }", "items { note price owner }", `__type(name: "Secret") { name }`,
		`__schema { queryType { fields { name } } }`,
	}
	queries = []racedQuery{
		{"{ known }", "null", []string{"post"}}, // by which answers are known
		{"{ constant scoped }", "null", []string{"post", "events", "get"}},
		{"{ plain }", "null", everyWay},
		{"{ plain known }", "null", everyWay},
		{"{ seen }", "null", everyWay},
		{"{ mixed broken }", "null", everyWay},
		{`{ plain __type(name: "Secret") { name } __schema { queryType { fields { name } } } }`, "null", []string{"post", "get"}},
		{"{ secrets }", "null", everyWay}, // not valid: what is suggested depends on who asks
		{"query($id: ID!) { own(id: $id) mixed }", `{"id":"ann"}`, everyWay},
		{"query($id: ID!) { own(id: $id) mixed }", `{"id":"bob"}`, everyWay},
		{"{ items { id ... @defer { note price } } }", "null", []string{"post", "parts", "socket", "batch"}},
		{"{ who ... @defer { seen secret { said } brokenMine } }", "null", []string{"post", "parts", "socket"}},
		{"subscription { events { n said who } }", "null", []string{"events", "socket", "parts of a subscription"}},
		{"subscription { secrets { n said who } }", "null", []string{"events", "socket", "parts of a subscription"}},
	}
	stays = len(queries)
	for range count {
		var chosen []string
		for _, i := range random.Perm(len(fields))[:1+random.IntN(4)] {
			chosen = append(chosen, fields[i])
		}
		queries = append(queries, racedQuery{"{ " + strings.Join(chosen, " ") + " }", "null", everyWay})
	}
	return queries, stays
}

// racer asks one gateway for one caller, one request after the other.
type racer struct {
	base   string
	caller identified
	socket *socket
	asked  int
}

func newRacer(t *testing.T, base string, caller identified) *racer {
	t.Helper()
	return &racer{base: base, caller: caller, socket: connect(t, base, caller.payload())}
}

// ask returns the whole answer: the status, and what came.
func (r *racer) ask(t *testing.T, q racedQuery, transport string) string {
	t.Helper()
	operation := `"query":` + quoted(q.text) + `,"variables":` + q.variables
	switch transport {
	case "post":
		return r.post(t, `{`+operation+`}`, "application/json")
	case "batch":
		return r.post(t, `[{`+operation+`},{"query":"{ known mixed }"},{`+operation+`}]`, "application/json")
	case "events":
		return r.post(t, `{`+operation+`}`, "text/event-stream")
	case "parts":
		return parts(r.post(t, `{`+operation+`}`, acceptV02))
	case "parts of a subscription":
		return r.post(t, `{`+operation+`}`, `multipart/mixed;subscriptionSpec="1.0"`)
	case "get":
		return r.get(t, url.Values{"query": {q.text}, "variables": {q.variables}})
	case "hash":
		hash := `"variables":` + q.variables + `,` + byHash(persisted.HashOf(q.text))
		if got := r.post(t, `{`+hash+`}`, "application/json"); !strings.Contains(got, "PERSISTED_QUERY_NOT_FOUND") {
			return got
		}
		return r.post(t, `{"query":`+quoted(q.text)+`,`+hash+`}`, "application/json")
	case "hash in the URL":
		values := url.Values{"variables": {q.variables}, "extensions": {strings.TrimPrefix(byHash(persisted.HashOf(q.text)), `"extensions":`)}}
		if got := r.get(t, values); !strings.Contains(got, "PERSISTED_QUERY_NOT_FOUND") {
			return got
		}
		values.Set("query", q.text)
		return r.get(t, values)
	default:
		return r.overSocket(q)
	}
}

func (r *racer) post(t *testing.T, body, accept string) string {
	t.Helper()
	resp := r.send(t, http.MethodPost, "/graphql", body, "Content-Type: application/json", "Accept: "+accept)
	return fmt.Sprint(resp.StatusCode, " ", resp.text)
}

func (r *racer) get(t *testing.T, values url.Values) string {
	t.Helper()
	resp := r.send(t, http.MethodGet, "/graphql?"+values.Encode(), "", "Apollo-Require-Preflight: 1")
	return fmt.Sprint(resp.StatusCode, " ", resp.text)
}

type racedReply struct {
	*http.Response

	text string
}

func (r *racer) send(t *testing.T, method, path, body string, headers ...string) racedReply {
	t.Helper()
	resp, text := do(t, method, r.base+path, body, "", slices.Concat(headers, r.caller.headers)...)
	return racedReply{resp, text}
}

// overSocket returns the payloads of an operation.
func (r *racer) overSocket(q racedQuery) string {
	r.asked++
	id := fmt.Sprint(r.asked)
	r.socket.subscribe(id, q.text, q.variables)
	var all []string
	for {
		got := strings.TrimPrefix(r.socket.read(), `{"id":"`+id+`","type":"`)
		if strings.HasPrefix(got, "complete") {
			return parts(strings.Join(all, "\n"))
		}
		if all = append(all, got); strings.HasPrefix(got, "error") {
			return strings.Join(all, "\n")
		}
	}
}

var atoms = regexp.MustCompile(`"(?:[^"\\]|\\.)*"(?::"(?:[^"\\]|\\.)*")?|null`)

// parts is an answer without how it is divided into parts, which is a matter of time: what it says, in some order.
func parts(text string) string {
	if !strings.Contains(text, `"hasNext"`) {
		return text
	}
	said := atoms.FindAllString(text, -1)
	said = slices.DeleteFunc(said, func(s string) bool {
		switch s {
		case `"hasNext"`, `"data"`, `"incremental"`, `"pending"`, `"completed"`, `"next"`, `"payload"`:
			return true
		}
		return false
	})
	slices.Sort(said)
	return strings.Join(said, "\n")
}
