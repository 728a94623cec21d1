package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

const people = `
extend schema @link(url: "https://specs.apollo.dev/connect/v0.4", import: ["@source", "@connect"])
  @source(name: "one", http: { baseURL: "http://one" })
  @source(name: "two", http: { baseURL: "http://two" })
type Query {
  a: String @connect(source: "one", http: { GET: "/a" }, selection: "$.a")
  b: String @connect(source: "two", http: { GET: "/b" }, selection: "$.b")
  c: String @connect(http: { GET: "http://three/c" }, selection: "$.c")
}
`

const mail = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "mail", grpc: { address: "grpc://mail:1" })
  @source(name: "both", grpc: { address: "grpc://mail:1" })
  @source(name: "list", grpc: { address: "grpc://mail:1" })
type Query {
  d: String @connect(source: "mail", grpc: { method: "a.B/C" }, selection: "$.a")
  e: String @connect(source: "both", grpc: { method: "a.B/C" }, selection: "$.a")
  f: String @connect(source: "list", grpc: { method: "a.B/C" }, selection: "$.a")
}
`

func TestFileIsHeldAgainstTheGraph(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "people.graphql", Text: people}, {File: "mail.graphql", Text: mail}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	c, diags := config.Read("weft.yaml", `
connectors:
  sources:
    people.one: { override_url: 'http://{$config.' }
    people.twoo: {}
    mail.mail: { override_url: https://mail.internal }
    mail.both: { override_url: 'grpcs://a,{$env.B}' }
    mail.list: { override_url: 'grpc://a:1,b:2' }
    people.Query_c_0: {}
  subgraphs:
    peopel: { sources: { one: {} } }
    people: { sources: { x: {} } }
include_subgraph_errors: { subgraphs: { people: true, staff: true } }
tls: { connector: { sources: { people.on: {} } } }
`, environment)
	if c == nil {
		t.Fatal(diags)
	}
	found := c.Check(g)
	found.Sort()
	want := `weft.yaml:4:33: error[WEFT_CONFIG]: ` + found[0].Message + `
weft.yaml:5:5: warning[WEFT_CONFIG]: the graph has no source "people.twoo"; did you mean "people.two"?
weft.yaml:6:32: error[WEFT_CONFIG]: the address is not valid: it is grpc://host:port, or grpcs://host:port for TLS; several hosts are ` + `separated by commas, and dns:///host:port is the same as grpc://host:port
weft.yaml:11:5: warning[WEFT_CONFIG]: the graph has no document "peopel"; did you mean "people"?
weft.yaml:11:26: warning[WEFT_CONFIG]: the graph has no source "peopel.one"; did you mean "people.one"?
weft.yaml:12:26: warning[WEFT_CONFIG]: the graph has no source "people.x"; did you mean "people.one"?
weft.yaml:13:55: warning[WEFT_CONFIG]: the graph has no document "staff"
weft.yaml:14:32: warning[WEFT_CONFIG]: the graph has no source "people.on"; did you mean "people.one"?`
	if diff := cmp.Diff(want, found.Error()); diff != "" {
		t.Error(diff)
	}
}
