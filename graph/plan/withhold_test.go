package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/sdl"
)

const restricted = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated"])
  @source(name: "api", http: { baseURL: "http://test" })
type Query {
  users: [User] @connect(source: "api", http: { GET: "/users" }, selection: "id name email")
  user: User @connect(source: "api", http: { GET: "/user" }, selection: "id name pin")
}
type User { id: ID! name: String email: String @authenticated pin: Int! @authenticated }
`

// denying plans a query for a caller who meets nothing that is demanded.
func denying(t *testing.T, query string, dry bool) *plan.Plan {
	t.Helper()
	g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: restricted}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	rules, diags := permit.Compile(g, nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	op := validated(t, g, query)
	denials := plan.NewDemands(g, rules, op).Unmet(func(int) bool { return false })
	p, err := plan.NewPlanner(g).PlanFor(op, plan.Choice{Denials: denials, Dry: dry})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPrintedPlansShowWhatIsDenied(t *testing.T) {
	t.Parallel()
	p := denying(t, `{ users { name email } user { name pin } }`, false)
	want := map[string]string{
		"plan.txt": `query
  when the caller may not read User.email
denied
  users.@.email (User.email)
  user.pin (User.pin)
stage 1
  1. GET /users
     a:Query.users[0] from a.api: 1 call
calls: 1
`,
		"plan.mmd": `flowchart LR
  denied["denied<br/>  users.@.email (User.email)<br/>  user.pin (User.pin)"]
  subgraph stage1["stage 1"]
    f1["GET /users<br/>a:Query.users[0]<br/>1 call"]
  end
`,
	}
	got := printed(t, p)
	if !strings.Contains(got["plan.json"], `"denied": [`) {
		t.Error(got["plan.json"])
	}
	delete(got, "plan.json")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDryPlansFetchEverything(t *testing.T) {
	t.Parallel()
	p := denying(t, `{ user { name pin } }`, true)
	if len(p.Fetches) != 1 || p.Voids || !p.IsDry || len(p.Denied) != 1 || p.Output[0].Kind != plan.Composite {
		t.Errorf("%+v", p)
	}
}

func TestOperationsThatDemandNothingHaveNoDemands(t *testing.T) {
	t.Parallel()
	g, diags := sdl.Build([]sdl.Input{{File: "a.graphql", Text: restricted}}, sdl.Options{})
	if g == nil {
		t.Fatal(diags)
	}
	rules, _ := permit.Compile(g, nil)
	if d := plan.NewDemands(g, rules, validated(t, g, `{ users { name } }`)); d != nil {
		t.Errorf("%+v", d.List)
	}
	if d := plan.NewDemands(g, rules, validated(t, g, `{ users { email pin } user { email } }`)); len(d.List) != 1 {
		t.Errorf("%+v", d.List) // one demand of two fields
	}
}
