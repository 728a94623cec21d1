package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const shelfDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect", "@source"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated"])
  @source(name: "api", http: { baseURL: "http://localhost:1" })
type Query {
  shelf(of: String!): [Item] @connect(source: "api", http: { GET: "/{$args.of}" }, selection: """
    id
    ... kind->match(["book", { __typename: "Book" }], ["memo", { __typename: "Memo" note }])
  """)
}
interface Item { id: ID }
type Book implements Item { id: ID }
type Memo implements Item { id: ID note: String @authenticated }
`

// What a caller may not read is decided when the operation is planned, and told of as decided: whoever asks for the notes of memos is denied
// them, also where the data turns out to have no memo. The answer itself is silent then, since nothing is missing from it.
func TestLogsTellOfWhatWasAskedForInVainWhateverTheDataIs(t *testing.T) {
	t.Parallel()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, map[string]string{
			"/nothing": `[]`, "/books": `[{"id":1,"kind":"book"}]`, "/memos": `[{"id":2,"kind":"memo","note":"x"}]`,
		}[r.URL.Path])
	}))
	t.Cleanup(api.Close)
	a := newAuditing(t, nil)
	gateway, diags := server.Open(t.Context(), server.Definition{
		Documents: []sdl.Input{{File: "shelf.graphql", Text: shelfDocument}},
		Config:    &config.Config{Sources: map[string]config.Source{"shelf.api": {OverrideURL: api.URL}}},
	})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	core, logs := observer.New(zap.InfoLevel)
	url := serveOptions(t, server.Options{Schema: gateway.Schema(), Identifier: byName{}, Audit: a.log, Log: zap.New(core)})
	type told struct {
		Decision string
		Denied   []string
		Errors   int
	}
	var want []told
	var wantLogged int
	for _, tt := range []struct {
		of, who, selection string
		errors             int
	}{
		{"nothing", "", "id ... on Memo { note }", 0},
		{"books", "", "id ... on Memo { note }", 0},
		{"memos", "", "id ... on Memo { note }", 1},
		{"memos", "ann", "id ... on Memo { note }", 0},
		{"books", "", "id", 0},
	} {
		got := ask(t, url, `{ shelf(of: "`+tt.of+`") { `+tt.selection+` } }`, "", "X-Who: "+tt.who)
		if strings.Contains(got.body, "UNAUTHORIZED") != (tt.errors > 0) {
			t.Errorf("%+v: %s", tt, got.body)
		}
		expected := told{Decision: "allowed", Errors: tt.errors}
		if tt.who == "" && tt.selection != "id" {
			expected.Decision, expected.Denied = "partial", []string{"shelf.@.note"}
			wantLogged++
		}
		want = append(want, expected)
	}
	var got []told
	for _, l := range a.lines(t) {
		got = append(got, told{l.Decision, l.Denied, l.Errors})
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if n := logs.FilterMessage("fields denied").Len(); n != wantLogged {
		t.Errorf("the log tells of %d operations, want %d", n, wantLogged)
	}
}
