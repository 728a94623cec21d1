package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/loyalty/points"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

const usersByREST = "GET /users?limit={$args.limit}&offset={$args.offset} 1"

func TestManyCustomersAreOneCallOfGoCode(t *testing.T) {
	t.Parallel()
	g := start(t, nil, nil)
	a := g.ask(t, `{ users(limit: 4) { id loyalty { tier points missing } } }`)
	a.data(t, `{"users": [
		{"id": "1", "loyalty": {"tier": "BRONZE", "points": 35, "missing": 465}},
		{"id": "2", "loyalty": null},
		{"id": "3", "loyalty": null},
		{"id": "4", "loyalty": {"tier": "BRONZE", "points": 140, "missing": 360}}
	]}`)
	a.errors(t)
	a.calls(t, usersByREST, "Go loyalty: User 4")
	if diff := cmp.Diff([][]string{{"1", "2", "3", "4"}}, g.reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}

func TestFieldsWithArgumentsAreBatchedByTheirArguments(t *testing.T) {
	t.Parallel()
	a := start(t, nil, nil).ask(t, `{ users(limit: 2) {
		now: pointsIn(year: 2025) before: pointsIn(year: 2024)
		history { points reason } latest: history(last: 1) { year } none: history(last: 0) { year }
	} }`)
	a.data(t, `{"users": [
		{
			"now": 25, "before": 10, "latest": [{"year": 2025}], "none": [],
			"history": [{"points": 25, "reason": "purchases"}, {"points": 10, "reason": "welcome"}]
		},
		{"now": null, "before": null, "latest": null, "none": null, "history": null}
	]}`)
	a.errors(t)
	if got := len(a.Extensions.Weft.Calls); got != 6 {
		t.Errorf("%d calls", got)
	}
}

func TestEntitiesOfGoCodeAreCompletedByOthers(t *testing.T) {
	t.Parallel()
	a := start(t, nil, nil).ask(t, `{ leaderboard(limit: 2) { rank points user { id country loyalty { tier } } } }`)
	a.data(t, `{"leaderboard": [
		{"rank": 1, "points": 1715, "user": {"id": "49", "country": "AT", "loyalty": {"tier": "GOLD"}}},
		{"rank": 2, "points": 1610, "user": {"id": "46", "country": "FI", "loyalty": {"tier": "GOLD"}}}
	]}`)
	a.errors(t)
}

func TestMutationOfGoCodeIsFollowedByItsEntity(t *testing.T) {
	t.Parallel()
	g := start(t, nil, nil)
	a := g.ask(t, `mutation {
		first: awardPoints(input: {userId: "2", points: 400}) { name loyalty { points } history { reason } }
		second: awardPoints(input: {userId: "2", points: 100, reason: "birthday"}) { loyalty { points tier } }
		third: awardPoints(input: {userId: "2", points: 0}) { id }
	}`)
	a.data(t, `{
		"first": {"name": "Bruno Marchetti", "loyalty": {"points": 400}, "history": [{"reason": "goodwill"}]},
		"second": {"loyalty": {"points": 500, "tier": "SILVER"}},
		"third": null
	}`)
	a.errors(t, `[["third"],"points must be at least 1, found 0","BAD_USER_INPUT",null]`)
}

func TestAuthoredErrorFailsOnlyItsEntity(t *testing.T) {
	t.Parallel()
	a := start(t, nil, nil).ask(t, `{ users(limit: 2, offset: 11) { id loyalty { points } pointsIn(year: 2025) } }`)
	a.data(t, `{"users": [
		{"id": "12", "loyalty": null, "pointsIn": null},
		{"id": "13", "loyalty": null, "pointsIn": null}
	]}`)
	a.errors(t,
		`[["users",1,"loyalty"],"the membership is suspended","MEMBERSHIP_SUSPENDED",null]`,
		`[["users",1,"pointsIn"],"the membership is suspended","MEMBERSHIP_SUSPENDED",null]`,
	)
}

func TestOtherErrorsAreHidden(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		read func(context.Context) error
		want string
	}{
		"error": {
			read: func(context.Context) error { return errors.New("dial tcp 10.0.0.7:5432: refused") },
			want: `[["users",0,"loyalty"],"Request failed","CONNECTOR_FETCH",3]`,
		},
		"panic": {
			read: func(context.Context) error { panic("no ledger") },
			want: `[["users",0,"loyalty"],"Internal server error","INTERNAL_SERVER_ERROR",3]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, tt.read, nil).ask(t, `{ users(limit: 3) { id loyalty { points } } }`)
			a.data(t, `{"users": [{"id": "1", "loyalty": null}, {"id": "2", "loyalty": null}, {"id": "3", "loyalty": null}]}`)
			a.errors(t, tt.want)
		})
	}
}

func TestDeadlineReachesResolvers(t *testing.T) {
	t.Parallel()
	untilOver := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	a := start(t, untilOver, func(d *server.Definition) {
		d.Config.Sources["loyalty.go"] = config.Source{Timeout: time.Millisecond}
	}).ask(t, `{ users(limit: 2) { id loyalty { points } } leaderboard { rank } }`)
	// leaderboard is declared non-null, so that nothing is left; the errors say why.
	a.data(t, `null`)
	a.errors(t,
		`[["users",0,"loyalty"],"Gateway timeout","GATEWAY_TIMEOUT",2]`,
		`[["leaderboard"],"Gateway timeout","GATEWAY_TIMEOUT",null]`,
	)
}

func TestClientsSeeNothingOfFederation(t *testing.T) {
	t.Parallel()
	a := start(t, nil, nil).ask(t, `{
		__schema { directives { name } types { name } queryType { fields { name } } }
		__type(name: "User") { fields { name } }
	}`)
	text, err := json.Marshal(a.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"_entities", "_service", "_Any", `"Entity"`, "entityResolver", "UserByIDsInput"} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("%s is visible", hidden)
		}
	}
	for _, shown := range []string{"leaderboard", "AwardPointsInput", "pointsIn", "email"} {
		if !strings.Contains(string(text), `"`+shown+`"`) {
			t.Errorf("%s is not visible", shown)
		}
	}
}

func TestPlanShowsGoCodeAsASource(t *testing.T) {
	t.Parallel()
	d, err := definition(nil, points.NewLedger(), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	g, diagnostics := server.Check(t.Context(), d)
	if g == nil {
		t.Fatal(diagnostics)
	}
	p, _, err := server.Plan(g, d, graph.Query{Text: `query Page {
		users { name loyalty { tier } pointsIn(year: 2025) }
	}`})
	if err != nil {
		t.Fatal(err)
	}
	want := `query Page
stage 1
  1. GET /users?limit={$args.limit}&offset={$args.offset}
     shop:Query.users[0] from shop.shop: 1 call
stage 2
  2. Go loyalty: User
     loyalty:User[0] from loyalty.go, by id, after 1: 1 call
  3. Go loyalty: User.pointsIn(year: $args.year)
     loyalty:User.pointsIn[0] from loyalty.go, by id, after 1: 1 call
calls: 1 to 3
`
	if diff := cmp.Diff(want, string(p.AppendText(nil))); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if !strings.Contains(read(t, "../../docs/go-fields.md"), want) {
		t.Error("docs/go-fields.md shows another plan")
	}
}

func TestQueryOfTheReadmeIsAnswered(t *testing.T) {
	t.Parallel()
	_, query, _ := strings.Cut(read(t, "README.md"), "```graphql\n")
	query, _, ok := strings.Cut(query, "```")
	if !ok {
		t.Fatal("README.md has no query")
	}
	g := start(t, nil, nil)
	g.ask(t, query).errors(t)
	if got := len(g.reads); got != 3 { // the fields without arguments, pointsIn, and the leaderboard
		t.Errorf("%d reads of the ledger: %v", got, g.reads)
	}
}

func TestSchemaOfThePageIsPartOfTheExample(t *testing.T) {
	t.Parallel()
	_, schema, _ := strings.Cut(read(t, "../../docs/go-fields.md"), "```graphql\n")
	schema, _, _ = strings.Cut(schema, "```")
	whole := read(t, "points/schema.graphqls")
	for line := range strings.Lines(schema) {
		if !strings.Contains(whole, line) {
			t.Errorf("points/schema.graphqls does not have %q", line)
		}
	}
}

// read returns a file of the repository.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
