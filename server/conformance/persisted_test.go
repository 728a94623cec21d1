package conformance_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
)

// persistedTranscript is what the clients send and get. A hash that is not known is answered with 200, and the client sends the text.
const persistedTranscript = `  POST with extensions: 200
  POST with query and extensions: 200
Apollo: {"greet":"a"}
  POST with extensions: 200
Apollo: {"greet":"b"}
  POST with extensions: 200
  POST with query and extensions: 200
Apollo, mutation: {"greet":"c"}
  POST with extensions: 200
  POST with query and extensions: 400
Apollo, wrong query: error: Cannot query field "gone" on type "Query".
  GET with extensions: 200
  POST with query and extensions: 200
Apollo by GET: {"greet":"a"}
  GET with extensions: 200
Apollo by GET: {"greet":"b"}
  POST with extensions: 200
Apollo by GET, mutation: {"greet":"c"}
  GET with extensions: 200
  POST with query and extensions: 400
Apollo by GET, wrong query: error: Cannot query field "gone" on type "Query".
  GET with extensions: 200
  GET with query and extensions: 200
urql: {"greet":"d"}
  GET with extensions: 200
urql: {"greet":"e"}
  POST with extensions: 200
  POST with query and extensions: 200
urql, mutation: {"greet":"f"}
  POST with doc_id: 200
doc_id: {"data":{"greet":"g"}}
  POST with documentId: 200
documentId: {"data":{"greet":"g"}}
path: {"data":{"greet":"h"}}
`

func TestClientsAskByHashesAndIDs(t *testing.T) {
	t.Parallel()
	manifest := filepath.Join(t.TempDir(), "manifest.json")
	const text = `{"greeting":"query Greeting($name: String) { greet(name: $name) }"}`
	if err := os.WriteFile(manifest, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	address := start(t, `persisted_queries: { enabled: true, local_manifests: [`+strconv.Quote(manifest)+`] }`,
		sdl.Input{File: "greeting.graphql", Text: greeting})
	got := string(script(t, "persisted.mjs", "http://"+address+"/graphql"))
	if diff := cmp.Diff(persistedTranscript, got); diff != "" {
		t.Error(diff)
	}
}
