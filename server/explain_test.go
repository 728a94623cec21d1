package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

// shownCall is one line of the waterfall as clients read it: a contract. Members that are not here fail the tests.
type shownCall struct {
	Fetch     int     `json:"fetch"`
	Source    string  `json:"source"`
	Kind      string  `json:"kind"`
	Connector string  `json:"connector"`
	Request   string  `json:"request"`
	Start     float64 `json:"start"`
	Duration  float64 `json:"duration"`
	Status    *int    `json:"status"`
	Bytes     int     `json:"bytes"`
	Keys      int     `json:"keys"`
	Rows      int     `json:"rows"`
	Code      string  `json:"code"`
	Problems  int     `json:"problems"`
	Shared    *bool   `json:"shared"`
	Cached    *bool   `json:"cached"`
}

func TestWaterfallTellsOfEveryCall(t *testing.T) {
	t.Parallel()
	base := serve(t, nil, server.Exposure{Explain: true})
	calls := map[int]shownCall{}
	for _, c := range waterfall(t, ask(t, base,
		`{ user(id: 7) { name } nobody: user(id: 77) { name } html echo(text: "no call") }`, "", "Weft-Explain: calls")) {
		if c.Start <= 0 || c.Duration <= 0 || c.Shared == nil || *c.Shared || c.Cached == nil || *c.Cached {
			t.Errorf("%+v", c)
		}
		c.Start, c.Duration, c.Shared, c.Cached = 0, 0, nil, nil
		calls[c.Fetch] = c
	}
	ok, notFound := http.StatusOK, http.StatusNotFound
	want := map[int]shownCall{
		1: {
			Fetch: 1, Source: "test.api", Kind: "http", Connector: "test:Query.user[0]", Request: "GET /users/{$args.id}",
			Status: &ok, Bytes: 28, Keys: 1, Rows: 1,
		},
		2: {
			Fetch: 2, Source: "test.api", Kind: "http", Connector: "test:Query.user[0]", Request: "GET /users/{$args.id}",
			Status: &notFound, Bytes: 25, Keys: 1, Code: "CONNECTOR_FETCH",
		},
		3: {
			Fetch: 3, Source: "test.api", Kind: "http", Connector: "test:Query.html[0]", Request: "GET /html",
			Status: &ok, Bytes: 6, Keys: 1, Code: "CONNECTOR_RESPONSE_INVALID",
		},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
}

// A call without a reply has no status, whatever the zero of its protocol means.
func TestWaterfallTellsOfCallsWithoutReply(t *testing.T) {
	t.Parallel()
	nobodyThere := func(c *config.Config) { c.Sources = nil }
	base := serve(t, nobodyThere, server.Exposure{Explain: true})
	got := waterfall(t, ask(t, base, `{ user(id: 7) { name } }`, "", "Weft-Explain: calls"))
	if len(got) != 1 || got[0].Status != nil || got[0].Code != "HTTP_CLIENT_ERROR" || got[0].Rows != 0 {
		t.Errorf("%+v", got)
	}
}

// waterfall returns the calls that an answer tells of.
func waterfall(t *testing.T, got reply) []shownCall {
	t.Helper()
	var answer struct {
		Extensions struct {
			Weft json.RawMessage `json:"weft"`
		} `json:"extensions"`
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(answer.Extensions.Weft))
	d.DisallowUnknownFields()
	var explained struct {
		Calls []shownCall `json:"calls"`
	}
	if err := d.Decode(&explained); err != nil {
		t.Fatalf("%v in %s", err, answer.Extensions.Weft)
	}
	return explained.Calls
}
