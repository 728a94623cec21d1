package conformance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/sdl"
)

const greeting = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])

type Query { greet(name: String = "world"): String @connect(selection: "$args.name") }
type Mutation { greet(name: String = "world"): String @connect(selection: "$args.name") }
`

func TestAuditOfGraphQLOverHTTPPasses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, settings, want string }{
		{"classic", "{}", "61 audits\n"},
		// The audit is older than the statuses of the draft.
		{
			"draft", "supergraph: { status_profile: draft }",
			"warn 86EE SHOULD use a status code of 400 on variable coercion failure when accepting " +
				"application/graphql-response+json: Response status code is not 400\n61 audits\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := start(t, tt.settings, sdl.Input{File: "greeting.graphql", Text: greeting})
			if diff := cmp.Diff(tt.want, string(script(t, "audit.mjs", "http://"+address+"/graphql"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
