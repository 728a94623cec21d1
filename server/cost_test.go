package server_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/cost"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func demand(control cost.Control) func(*config.Config) {
	return func(c *config.Config) { c.Cost = control }
}

func TestOperationsThatCostTooMuchAreRefusedWhereCostsAreEnforced(t *testing.T) {
	t.Parallel()
	base := serve(t, demand(cost.Control{Enabled: true, Enforce: true, ListSize: 10, Max: 12}), server.Exposure{})
	for _, tt := range []struct{ name, query, variables, want string }{
		{"within", `{ users { id } }`, "", `{"data":{"users":[{"id":"1"},{"id":"2"}]}}`},
		{"beyond", `{ users { id } a: users(ids: [2]) { id } }`, "", `{"errors":[{"message":"The operation costs 20, the limit is 12.","extensions":{"code":"COST_LIMIT_EXCEEDED","cost":{"estimated":20,"max":12},"limit":"cost"}}]}`},
		{"a mutation", `mutation { rename(id: 7, name: "x") { id } }`, "", `{"data":{"rename":{"id":"7"}}}`},
		{"two mutations", `mutation { rename(id: 7, name: "x") { id } b: rename(id: 7, name: "x") { id } c: rename(id: 7, name: "x") { id } }`, "", `{"errors":[{"message":"The operation costs 13, the limit is 12.","extensions":{"code":"COST_LIMIT_EXCEEDED","cost":{"estimated":13,"max":12},"limit":"cost"}}]}`},
		{"what is left out", `query($b: Boolean!) { users { id } a: users(ids: [2]) @include(if: $b) { id } }`, `{"b":false}`, `{"data":{"users":[{"id":"1"},{"id":"2"}]}}`},
		{"what is not", `query($b: Boolean!) { users { id } a: users(ids: [2]) @include(if: $b) { id } }`, `{"b":true}`, `"COST_LIMIT_EXCEEDED"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 3 { // what is known of a body or a plan lets nothing pass that was refused
				got := ask(t, base, tt.query, tt.variables)
				wantStatus := 200
				if strings.Contains(tt.want, graph.CodeCostExceeded) {
					wantStatus = 400
				}
				if !strings.Contains(got.body, tt.want) || got.status != wantStatus {
					t.Errorf("got %d %s", got.status, got.body)
				}
			}
		})
	}
}

func TestMeasuredCostsRefuseNothing(t *testing.T) {
	t.Parallel()
	base := serve(t, demand(cost.Control{Enabled: true, Max: 1}), server.Exposure{})
	if got := ask(t, base, `{ users { id } }`, ""); got.body != `{"data":{"users":[{"id":"1"},{"id":"2"}]}}` {
		t.Error(got.body)
	}
}

func TestExplanationsTellTheCost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		explain, want string
		control       cost.Control
	}{
		{"cost", `"extensions":{"weft":{"cost":{"estimated":10,"actual":2}}}`, cost.Control{}},
		{"plan", `"cost":{"estimated":10,"actual":2}`, cost.Control{}},
		{"cost", `"cost":{"estimated":30,"actual":2,"max":50}`, cost.Control{Enabled: true, Enforce: true, ListSize: 30, Max: 50}},
	} {
		base := serve(t, demand(tt.control), server.Exposure{Explain: true})
		if got := ask(t, base, `{ users { id } }`, "", "Weft-Explain: "+tt.explain); !strings.Contains(got.body, tt.want) {
			t.Errorf("%s: got %s", tt.explain, got.body)
		}
	}
	base := serve(t, nil, server.Exposure{})
	if got := ask(t, base, `{ users { id } }`, "", "Weft-Explain: cost"); strings.Contains(got.body, "cost") {
		t.Errorf("explained to everybody: %s", got.body)
	}
}
