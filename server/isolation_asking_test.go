package server_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/persisted"
)

// racedQuery is an operation, and by which transports it is asked.
type racedQuery struct {
	text, variables string
	transports      []string
	// id is that of the trusted document, for the transport that asks by it.
	id string
}

// isolationManifest has the trusted documents.
const isolationManifest = `{"constant": "{ constant scoped }", "plain": "{ plain call card }", "mixed": "{ mixed broken mixedCall mixedCard }"}`

// racedQueries are operations of fields taken at random, after some that stay.
func racedQueries(random *rand.Rand, count int) (queries []racedQuery, stays int) {
	everyWay := []string{"post", "get", "batch", "hash", "hash in the URL", "events", "socket", "explained"}
	trusted := append(slices.Clone(everyWay), "id", "id in the URL")
	streams := []string{"events", "socket", "parts of a subscription"}
	fields := []string{
		"constant", "known", "scoped", "who", "desk", "plain", "mixed", "seen", "located", "secret { said }", `own(id: "ann")`, `me: own(id: "bob")`,
		"office", "broken", "brokenMine", "items { id said }", "items { note price owner }", `__type(name: "Secret") { name }`,
		`__schema { queryType { fields { name } } }`, "call", "callMine", "callAll", "brokenCall", "card", "letter", "brokenLetter",
		"ownItems { id callsMine { said } }", "ownItems { calls { said who } note }",
	}
	queries = []racedQuery{
		{text: "{ known }", transports: []string{"post"}}, // by which answers are known
		{text: "{ constant scoped }", id: "constant", transports: []string{"post", "events", "get", "id"}},
		{text: `{ constant __type(name: "Secret") { name } }`, transports: []string{"post", "get", "socket"}},
		{text: "{ plain }", transports: everyWay},
		{text: "{ plain call card }", id: "plain", transports: trusted},
		{text: "{ seen }", transports: append(slices.Clone(everyWay), "calls")},
		{text: "{ callMine }", transports: everyWay},
		{text: "{ letter }", transports: everyWay},
		{text: "{ mixed broken mixedCall mixedCard }", id: "mixed", transports: trusted},
		{text: "{ brokenMine brokenCall brokenLetter callAll }", transports: everyWay},
		{text: `{ plain __type(name: "Secret") { name } __schema { queryType { fields { name } } } }`, transports: []string{"post", "get"}},
		{text: "{ secrets }", transports: everyWay}, // not valid: what is suggested depends on who asks
		{text: "query($id: ID!) { own(id: $id) mixed }", variables: `{"id":"ann"}`, transports: everyWay},
		{text: "query($id: ID!) { own(id: $id) mixed }", variables: `{"id":"bob"}`, transports: everyWay},
		{text: "{ ownItems { id calls { id said who } callsMine { id said who } } }", transports: everyWay},
		{text: "{ items { id ... @defer { note price callsMine { said } } } }", transports: []string{"post", "parts", "socket", "batch"}},
		{text: "{ who ... @defer { seen secret { said } brokenMine } ... @defer { callMine letter brokenCall } }", transports: []string{"post", "parts", "socket"}},
		{text: "subscription { events { n said who } }", transports: streams},
		{text: "subscription { secrets { n said who } }", transports: streams},
		{text: "subscription { calls { n said who } }", transports: streams},
		{text: "subscription { callsMine { n said who } }", transports: streams},
		{text: "query($file: Upload!) { sent(file: $file) callMine }", variables: `{"file":null}`, transports: []string{"file"}},
	}
	stays = len(queries)
	for range count {
		var chosen []string
		for _, i := range random.Perm(len(fields))[:1+random.IntN(4)] {
			chosen = append(chosen, fields[i])
		}
		queries = append(queries, racedQuery{text: "{ " + strings.Join(chosen, " ") + " }", transports: everyWay})
	}
	for i := range queries {
		queries[i].variables = cmp.Or(queries[i].variables, "null")
	}
	return queries, stays
}

// racer asks one gateway for one caller, one request after the other.
type racer struct {
	base   string
	caller identified
	client *http.Client
	socket *socket // nil for those who get none
	asked  int
	// alone is the one that asks another gateway for the same caller, which nobody else asks.
	alone *racer
}

// newRacer returns the nth racer of a caller. Half of all have HTTP/2, by which requests of several are under way on one connection.
func newRacer(t *testing.T, all *isolation, base string, caller identified, nth int) *racer {
	t.Helper()
	r := &racer{base: base, caller: caller, client: all.client(t, caller, nth%2 == 0)}
	if !caller.isRefused {
		r.socket = connectBy(t, all.client(t, caller, true), base, caller.payload())
	}
	return r
}

// ask returns the whole answer: the status, and what came.
func (r *racer) ask(t *testing.T, q racedQuery, transport string) string {
	t.Helper()
	operation := `"query":` + quoted(q.text) + `,"variables":` + q.variables
	switch transport {
	case "post":
		return r.post(t, `{`+operation+`}`, "application/json")
	case "explained":
		return r.post(t, `{`+operation+`}`, "application/json", server.ExplainHeader+": plan, cost")
	case "calls":
		return times.ReplaceAllString(r.post(t, `{`+operation+`}`, "application/json", server.ExplainHeader+": calls"), "")
	case "id":
		return r.post(t, `{"documentId":`+quoted(q.id)+`,"variables":`+q.variables+`}`, "application/json")
	case "id in the URL":
		return r.send(t, http.MethodPost, "/graphql/"+q.id, `{"variables":`+q.variables+`}`)
	case "file":
		const boundary = "boundary"
		return r.send(t, http.MethodPost, "/graphql", form(boundary, `{`+operation+`}`, r.caller.name),
			"Content-Type: multipart/form-data; boundary="+boundary, "Apollo-Require-Preflight: 1")
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

func (r *racer) post(t *testing.T, body, accept string, headers ...string) string {
	t.Helper()
	return r.send(t, http.MethodPost, "/graphql", body, append(headers, "Accept: "+accept)...)
}

func (r *racer) get(t *testing.T, values url.Values) string {
	t.Helper()
	return r.send(t, http.MethodGet, "/graphql?"+values.Encode(), "", "Apollo-Require-Preflight: 1")
}

func (r *racer) send(t *testing.T, method, path, body string, headers ...string) string {
	t.Helper()
	resp, text := doBy(t, r.client, method, r.base+path, body, "", slices.Concat(headers, r.caller.headers)...)
	return fmt.Sprint(resp.StatusCode, " ", text)
}

// form is the body of a request with one file.
func form(boundary, operation, content string) string {
	part := func(name, text string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n"
	}
	return part("operations", operation) + part("map", `{"0":["variables.file"]}`) + part(`0"; filename="f`, content) + "--" + boundary + "--\r\n"
}

// overSocket returns the payloads of an operation.
func (r *racer) overSocket(q racedQuery) string {
	if r.socket == nil {
		return ""
	}
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

// times are what explained calls say about when they were, and with whom.
var times = regexp.MustCompile(`"(?:start|duration|shared)":[-a-z0-9.]+,?`)

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
