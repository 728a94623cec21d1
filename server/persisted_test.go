package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
)

const (
	notFound     = `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`
	notSupported = `{"errors":[{"message":"PersistedQueryNotSupported","extensions":{"code":"PERSISTED_QUERY_NOT_SUPPORTED"}}]}`
	mismatch     = `{"errors":[{"message":"provided sha does not match query","extensions":{"code":"BAD_REQUEST"}}]}`
	noSuchID     = `{"errors":[{"message":"No trusted document has the id that the request asks for.","extensions":{"code":"DOCUMENT_NOT_TRUSTED"}}]}`

	echoText = `query Echo($t: String) { echo(text: $t) }`
)

func quoted(text string) string { return string(value.AppendString(nil, text)) }

// byHash is the extension that asks by a hash.
func byHash(hash string) string {
	return `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
}

// postBody posts a JSON object to the endpoint, or below it.
func postBody(tb testing.TB, address, below, body string) reply {
	tb.Helper()
	return send(tb, http.MethodPost, address+"/graphql"+below, body, "Content-Type: application/json")
}

// expect compares status and body.
func expect(tb testing.TB, got reply, status int, body string) {
	tb.Helper()
	if got.status != status || got.body != body {
		tb.Errorf("got %d %s\nwant %d %s", got.status, got.body, status, body)
	}
}

func TestATextIsSentOnceAndAskedForByItsHash(t *testing.T) {
	t.Parallel()
	address := serve(t, nil, server.Exposure{})
	hash := persisted.HashOf(echoText)
	asked := `{"variables":{"t":"x"},` + byHash(hash) + `}`
	const answer = `{"data":{"echo":"x"}}`
	expect(t, postBody(t, address, "", asked), 200, notFound)
	expect(t, postBody(t, address, "", `{"query":`+quoted(echoText)+`,"variables":{"t":"x"},`+byHash(hash)+`}`), 200, answer)
	for range 2 {
		expect(t, postBody(t, address, "", asked), 200, answer)
	}
	inURL := "?" + url.Values{
		"variables":  {`{"t":"y"}`},
		"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`},
	}.Encode()
	expect(t, send(t, http.MethodGet, address+"/graphql"+inURL, ""), 200, `{"data":{"echo":"y"}}`)
}

func TestATextIsKeptAfterAGet(t *testing.T) {
	t.Parallel()
	address := serve(t, nil, server.Exposure{})
	const text = "{ echo(text: \"z\") }"
	extension := `{"persistedQuery":{"version":1,"sha256Hash":"` + persisted.HashOf(text) + `"}}`
	expect(t, send(t, http.MethodGet, address+"/graphql?"+url.Values{"query": {text}, "extensions": {extension}}.Encode(), ""),
		200, `{"data":{"echo":"z"}}`)
	// The answer is the same for everybody, and so known by the bytes of its request from the second time on.
	for range 3 {
		expect(t, postBody(t, address, "", `{"extensions":`+extension+`}`), 200, `{"data":{"echo":"z"}}`)
	}
}

func TestPersistedQueriesAreChecked(t *testing.T) {
	t.Parallel()
	address := serve(t, nil, server.Exposure{})
	bad := func(message string) string {
		return `{"errors":[{"message":` + quoted(message) + `,"extensions":{"code":"BAD_REQUEST"}}]}`
	}
	for _, tt := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"the hash of another text", `{"query":"{ echo }",` + byHash(persisted.HashOf("{ echo  }")) + `}`, 400, mismatch},
		{"a hash in capitals", `{"query":"{ echo }",` + byHash(strings.ToUpper(persisted.HashOf("{ echo }"))) + `}`, 400, mismatch},
		{"no hash at all", `{"extensions":{"persistedQuery":{"version":1}}}`, 400, bad(`The extension "persistedQuery" must have a "sha256Hash".`)},
		{"an extension that is none", `{"query":"{ echo }","extensions":{"persistedQuery":true}}`, 400, bad(`The extension "persistedQuery" must have a "sha256Hash".`)},
		{
			"another version", `{"query":"{ echo }","extensions":{"persistedQuery":{"version":2,"sha256Hash":"a"}}}`, 400,
			bad(`The "version" of the extension "persistedQuery" must be 1.`),
		},
		{"no version", `{"extensions":{"persistedQuery":{"sha256Hash":"a"}}}`, 400, bad(`The "version" of the extension "persistedQuery" must be 1.`)},
		{"null", `{"query":"{ echo }","extensions":{"persistedQuery":null}}`, 200, `{"data":{"echo":null}}`},
		{"nothing", `{}`, 400, bad("Must provide query string.")},
		{"an id and a text", `{"query":"{ echo }","documentId":"a"}`, 400, bad(`The request must have one of "documentId" and "query", not both.`)},
		{"an id of the wrong type", `{"documentId":5}`, 400, bad(`The request's "documentId" must be a string.`)},
		{"an id where there are none", `{"documentId":"a"}`, 400, noSuchID},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, postBody(t, address, "", tt.body), tt.status, tt.want)
		})
	}
}

func TestOnlyValidTextsAreKept(t *testing.T) {
	t.Parallel()
	address := serve(t, nil, server.Exposure{})
	for _, text := range []string{"{ gone }", "{", " "} {
		hash := persisted.HashOf(text)
		if got := postBody(t, address, "", `{"query":`+quoted(text)+`,`+byHash(hash)+`}`); !strings.Contains(got.body, `"errors"`) {
			t.Errorf("%q is answered: %s", text, got.body)
		}
		expect(t, postBody(t, address, "", `{`+byHash(hash)+`}`), 200, notFound)
	}
	// A value that is wrong says nothing about the text.
	hash := persisted.HashOf(echoText)
	postBody(t, address, "", `{"query":`+quoted(echoText)+`,"variables":{"t":5},`+byHash(hash)+`}`)
	expect(t, postBody(t, address, "", `{"variables":{"t":"x"},`+byHash(hash)+`}`), 200, `{"data":{"echo":"x"}}`)
}

func TestAMutationIsNotSentByGETUnderItsHash(t *testing.T) {
	t.Parallel()
	address := serve(t, nil, server.Exposure{})
	const text = `mutation { rename(id: 1, name: "n") { name } }`
	extension := `{"persistedQuery":{"version":1,"sha256Hash":"` + persisted.HashOf(text) + `"}}`
	expect(t, postBody(t, address, "", `{"query":`+quoted(text)+`,"extensions":`+extension+`}`), 200, `{"data":{"rename":{"name":"n"}}}`)
	if got := send(t, http.MethodGet, address+"/graphql?"+url.Values{"extensions": {extension}}.Encode(), ""); got.status != 405 {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestPersistedQueriesMayBeSwitchedOff(t *testing.T) {
	t.Parallel()
	address := serve(t, func(c *config.Config) { c.APQ.Off = true }, server.Exposure{})
	hash := persisted.HashOf("{ echo }")
	expect(t, postBody(t, address, "", `{`+byHash(hash)+`}`), 200, notSupported)
	expect(t, postBody(t, address, "", `{"query":"{ echo }",`+byHash(hash)+`}`), 200, `{"data":{"echo":null}}`)
	expect(t, postBody(t, address, "", `{`+byHash(hash)+`}`), 200, notSupported)
}

// A constant answer is known by the bytes of the request: that must not keep a text that has been forgotten from being kept again.
func TestAForgottenTextIsKeptAgain(t *testing.T) {
	t.Parallel()
	texts, err := persisted.NewTexts(1, 1<<10)
	if err != nil {
		t.Fatal(err)
	}
	gateway := constantGateway(t, "hello")
	srv := httptest.NewServer(server.New(server.Options{Schema: gateway.Schema(), PersistedTexts: texts}))
	t.Cleanup(srv.Close)
	const text, answer = "{ greet }", `{"data":{"greet":"hello"}}`
	asked := `{` + byHash(persisted.HashOf(text)) + `}`
	sent := `{"query":"{ greet }",` + byHash(persisted.HashOf(text)) + `}`
	for range 3 {
		expect(t, postBody(t, srv.URL, "", sent), 200, answer)
	}
	texts.Drop(persisted.HashOf(text))
	expect(t, postBody(t, srv.URL, "", asked), 200, notFound)
	expect(t, postBody(t, srv.URL, "", sent), 200, answer)
	expect(t, postBody(t, srv.URL, "", asked), 200, answer)
}

func TestTextsAreKeptOverAReload(t *testing.T) {
	t.Parallel()
	texts, err := persisted.NewTexts(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, second := constantGateway(t, "hello"), constantGateway(t, "good bye")
	srv := httptest.NewServer(server.New(server.Options{Schema: first.Schema(), PersistedTexts: texts}))
	t.Cleanup(srv.Close)
	const text = "{ greet }"
	asked := `{` + byHash(persisted.HashOf(text)) + `}`
	postBody(t, srv.URL, "", `{"query":"{ greet }",`+byHash(persisted.HashOf(text))+`}`)
	for range 3 {
		expect(t, postBody(t, srv.URL, "", asked), 200, `{"data":{"greet":"hello"}}`)
	}
	first.Schema().Swap(second.Schema().Generation())
	expect(t, postBody(t, srv.URL, "", asked), 200, `{"data":{"greet":"good bye"}}`)
}

func TestManyClientsMayRegisterAtOnce(t *testing.T) {
	t.Parallel()
	address := serve(t, func(c *config.Config) { c.APQ.Limit = 20 }, server.Exposure{})
	var wg sync.WaitGroup
	for client := range 6 {
		wg.Go(func() {
			for i := range 40 {
				word := fmt.Sprintf("w%d", (i+client)%30)
				text := `{ echo(text: "` + word + `") }`
				want := `{"data":{"echo":"` + word + `"}}`
				hash := persisted.HashOf(text)
				got := postBody(t, address, "", `{`+byHash(hash)+`}`)
				if got.body == notFound {
					got = postBody(t, address, "", `{"query":`+quoted(text)+`,`+byHash(hash)+`}`)
				}
				expect(t, got, 200, want)
			}
		})
	}
	wg.Wait()
}
