package admission_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap/zaptest"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/quota"
	"github.com/weftgraph/weft/server/ratelimit"
)

// hands are those of a clock that a test moves. They begin at noon of a day in the middle of a month.
type hands struct{ passed atomic.Int64 }

func (h *hands) now() time.Time {
	return time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC).Add(time.Duration(h.passed.Load()))
}

func (h *hands) move(d time.Duration) { h.passed.Add(int64(d)) }

// operation is one that has been planned.
type operation struct {
	cost, logins int64
}

func (o *operation) Name() string        { return "Op" }
func (o *operation) Kind() ast.Operation { return ast.Mutation }
func (o *operation) Cost() int64         { return o.cost }

func (o *operation) Occurrences(coordinate string) int {
	if coordinate == "Mutation.login" {
		return int(o.logins)
	}
	return 0
}

// policies are those of a server, in its order: rate limits, and the quotas of API keys.
type policies struct {
	hands

	limiter *ratelimit.Limiter
	ledger  *quota.Ledger
	all     []admission.Policy
}

func newPolicies(t *testing.T, q quota.Quota, rules ...ratelimit.Rule) *policies {
	t.Helper()
	p := &policies{}
	p.limiter = ratelimit.New(ratelimit.Settings{Rules: rules}, nil, p.now)
	var err error
	p.ledger, err = quota.Open(quota.Params{File: filepath.Join(t.TempDir(), "usage"), Now: p.now, Log: zaptest.NewLogger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.ledger.Close(); err != nil {
			t.Error(err)
		}
	})
	p.all = []admission.Policy{p.limiter, quota.Policy{Ledger: p.ledger, Of: func(string) quota.Quota { return q }}}
	return p
}

// ask asks about a request and its operation, and returns which step refuses, by which rule: nothing if it is executed.
func (p *policies) ask(a admission.Asked, o *operation, s *admission.Standings) string {
	for _, policy := range p.all {
		if r := policy.Request(&a, s); r != nil {
			return "request: " + r.Rule
		}
	}
	a.Operation = o
	for _, policy := range p.all {
		if r := policy.Operation(&a, s); r != nil {
			return "operation: " + r.Rule
		}
	}
	return ""
}

func key(id string) *caller.Caller {
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: id, Owner: "acme"})
}

func from(last byte) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, last}) }

// Limits of all kinds refuse in the order of the steps, and what one refuses takes nothing of what those have that come after it, nor of
// those beside it. What the request was counted by before has counted it.
func TestPoliciesAreAskedInTheirOrder(t *testing.T) {
	t.Parallel()
	p := newPolicies(t, quota.Quota{Day: quota.Amount{Requests: 6, Cost: 100}, Month: quota.Amount{Requests: 9}},
		ratelimit.Rule{Name: "requests", Per: []ratelimit.Dimension{ratelimit.Key}, Limit: 8, Interval: time.Hour},
		ratelimit.Rule{Name: "cost", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: 60, Interval: time.Hour},
		ratelimit.Rule{
			Name: "login", Per: []ratelimit.Dimension{ratelimit.IP}, Unit: ratelimit.Fields, Fields: []string{"Mutation.login"}, Limit: 2, Interval: time.Hour,
		},
	)
	type state struct {
		Refused, Limits string
		Used            quota.Amount
	}
	for i, step := range []struct {
		after        time.Duration
		cost, logins int64
		want         state
	}{
		{0, 10, 1, state{"", `"requests";r=7;t=450, "cost";r=50;t=600, "login";r=1;t=1800`, quota.Amount{Requests: 1, Cost: 10}}},
		{0, 51, 0, state{"operation: cost", `"requests";r=6;t=900, "cost";r=50;t=60`, quota.Amount{Requests: 1, Cost: 10}}},
		// Of two that refuse, the one that takes longer is told; the other one keeps what it has.
		{0, 55, 2, state{"operation: login", `"requests";r=5;t=1350, "cost";r=50;t=300, "login";r=1;t=1800`, quota.Amount{Requests: 1, Cost: 10}}},
		{0, 50, 0, state{"", `"requests";r=4;t=1800, "cost";r=0;t=3600`, quota.Amount{Requests: 2, Cost: 60}}},
		{0, 0, 0, state{"", `"requests";r=3;t=2250`, quota.Amount{Requests: 3, Cost: 60}}},
		// An hour later there is enough of everything but of the day's cost.
		{time.Hour, 41, 0, state{"operation: quota-day-cost", `"requests";r=7;t=450, "cost";r=19;t=2460`, quota.Amount{Requests: 3, Cost: 60}}},
		{time.Hour, 40, 0, state{"", `"requests";r=7;t=450, "cost";r=20;t=2400`, quota.Amount{Requests: 4, Cost: 100}}},
		{time.Hour, 0, 0, state{"", `"requests";r=7;t=450`, quota.Amount{Requests: 5, Cost: 100}}},
		{0, 0, 0, state{"", `"requests";r=6;t=900`, quota.Amount{Requests: 6, Cost: 100}}},
		{0, 0, 0, state{"request: quota-day", `"requests";r=5;t=1350`, quota.Amount{Requests: 6, Cost: 100}}},
		// Another day has a quota of its own, of what the month has left.
		{24 * time.Hour, 60, 0, state{"", `"requests";r=7;t=450, "cost";r=0;t=3600`, quota.Amount{Requests: 1, Cost: 60}}},
		{time.Hour, 0, 0, state{"", `"requests";r=7;t=450`, quota.Amount{Requests: 2, Cost: 60}}},
		{0, 0, 0, state{"", `"requests";r=6;t=900`, quota.Amount{Requests: 3, Cost: 60}}},
		{0, 0, 0, state{"request: quota-month", `"requests";r=5;t=1350`, quota.Amount{Requests: 3, Cost: 60}}},
	} {
		p.move(step.after)
		var s admission.Standings
		got := state{Refused: p.ask(admission.Asked{Client: from(1), Caller: key("7")}, &operation{step.cost, step.logins}, &s)}
		items, err := parseList(s.Limits())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range items {
			if one.name == "requests" || one.name == "cost" || one.name == "login" {
				if got.Limits != "" {
					got.Limits += ", "
				}
				got.Limits += fmt.Sprintf(`%q;r=%d;t=%d`, one.name, one.params["r"], one.params["t"])
			}
		}
		got.Used = p.ledger.Usage("7").Day
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("step %d: %s", i, diff)
		}
	}
}

// left is what standings say that is left, by rule.
func left(t *testing.T, s *admission.Standings) map[string]int64 {
	t.Helper()
	if s.IsEmpty() {
		return nil
	}
	items, err := parseList(s.Limits())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, one := range items {
		out[one.name], _ = one.params["r"].(int64)
	}
	return out
}

// Every policy keeps the promise that it takes only what it admits: the same request, asked again, is refused for the same reason and finds
// what it found; and what it admits is gone.
func TestPoliciesTakeNothingOfWhatTheyRefuse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		p := newPolicies(t, quota.Quota{Day: quota.Amount{Requests: 300, Cost: 1500}, Month: quota.Amount{Requests: 400, Cost: 2000}},
			ratelimit.Rule{Name: "cost", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: 100, Interval: time.Hour, Burst: 40},
			ratelimit.Rule{Name: "all", Unit: ratelimit.Cost, Limit: 300, Interval: time.Hour, Burst: 100},
			ratelimit.Rule{
				Name: "login", Per: []ratelimit.Dimension{ratelimit.IP, ratelimit.Field}, Unit: ratelimit.Fields, Fields: []string{"Mutation.login", "Mutation.other"},
				Limit: 10, Interval: time.Hour,
			},
		)
		decided := map[bool]int{}
		for step := range 400 {
			p.move(time.Duration(random.IntN(int(10 * time.Minute))))
			a := &admission.Asked{
				Client: from(byte(random.IntN(3))), Caller: key(fmt.Sprint(random.IntN(3))),
				Operation: &operation{int64(random.IntN(30)), int64(random.IntN(4))},
			}
			for _, policy := range p.all {
				var first, second admission.Standings
				refused := policy.Operation(a, &first)
				decided[refused == nil]++
				again := policy.Operation(a, &second)
				was, is := left(t, &first), left(t, &second)
				switch {
				case refused != nil && (again == nil || *again != *refused || !maps.Equal(was, is)):
					t.Fatalf("seed %d, step %d: refused by %+v, %v, and then by %+v, %v", seed, step, refused, was, again, is)
				case refused == nil && again == nil:
					for rule, n := range is {
						if n > was[rule] {
							t.Fatalf("seed %d, step %d: of %s was %d left and is %d", seed, step, rule, was[rule], n)
						}
					}
				}
			}
		}
		if decided[true] < 50 || decided[false] < 50 {
			t.Errorf("seed %d: %v proves little", seed, decided)
		}
	}
}

// When many ask at the same time, over all limits together, what is executed is exactly what the tightest of them lets through, and every
// figure says what has happened.
func TestFiguresAreExactWhenManyAskAtOnce(t *testing.T) {
	t.Parallel()
	const workers, each, keys = 8, 200, 4
	for _, tt := range []struct {
		name         string
		quota        quota.Quota
		want         int64
		requests     int64
		costs        int64
		admittedCost int64
	}{
		{"by requests", quota.Quota{}, keys * 50, 50, 1 << 40, keys * 50},
		{"by cost", quota.Quota{}, keys * 20, 1 << 40, 60, keys * 20},
		{"by the day's quota", quota.Quota{Day: quota.Amount{Requests: 30}}, keys * 30, 1 << 40, 1 << 40, -1},
		{"by the month's cost", quota.Quota{Month: quota.Amount{Cost: 75}}, keys * 25, 1 << 40, 1 << 40, -1},
	} {
		p := newPolicies(t, tt.quota,
			ratelimit.Rule{Name: "requests", Per: []ratelimit.Dimension{ratelimit.Key}, Limit: tt.requests, Interval: time.Hour},
			ratelimit.Rule{Name: "cost", Per: []ratelimit.Dimension{ratelimit.Key}, Unit: ratelimit.Cost, Limit: tt.costs, Interval: time.Hour},
		)
		var executed, refusedRequests, refusedCosts atomic.Int64
		var asking sync.WaitGroup
		for worker := range workers {
			asking.Go(func() {
				for i := range each {
					var s admission.Standings
					switch p.ask(admission.Asked{Client: from(1), Caller: key(fmt.Sprint((i + worker) % keys))}, &operation{cost: 3}, &s) {
					case "":
						executed.Add(1)
					case "request: requests":
						refusedRequests.Add(1)
					case "operation: cost":
						refusedCosts.Add(1)
					}
				}
			})
		}
		asking.Wait()
		if got := executed.Load(); got != tt.want {
			t.Errorf("%s: %d were executed, want %d", tt.name, got, tt.want)
		}
		var used quota.Amount
		for k := range keys {
			one := p.ledger.Usage(fmt.Sprint(k)).Month
			used.Requests, used.Cost = used.Requests+one.Requests, used.Cost+one.Cost
		}
		if want := (quota.Amount{Requests: tt.want, Cost: 3 * tt.want}); used != want {
			t.Errorf("%s: the ledger has %+v, want %+v", tt.name, used, want)
		}
		f := p.limiter.Figures()
		if int64(f[0].Admitted+f[0].Refused) != workers*each || int64(f[0].Refused) != refusedRequests.Load() {
			t.Errorf("%s: of requests %d are admitted, %d refused", tt.name, f[0].Admitted, f[0].Refused)
		}
		if tt.admittedCost >= 0 && int64(f[1].Admitted) != tt.admittedCost || int64(f[1].Refused) != refusedCosts.Load() {
			t.Errorf("%s: of costs %d are admitted, %d refused", tt.name, f[1].Admitted, f[1].Refused)
		}
	}
}

// A quota that refuses is told, too, though rate limits have less left than it has.
func TestAQuotaThatRefusesIsTold(t *testing.T) {
	t.Parallel()
	var rules []ratelimit.Rule
	for i := range admission.MaxStandings + 1 {
		rules = append(rules, ratelimit.Rule{Name: fmt.Sprintf("r%d", i), Limit: 10, Interval: time.Hour})
	}
	p := newPolicies(t, quota.Quota{Day: quota.Amount{Cost: 100}}, rules...)
	for i, want := range []string{"", "operation: quota-day-cost"} {
		var s admission.Standings
		if got := p.ask(admission.Asked{Client: from(1), Caller: key("7")}, &operation{cost: 60}, &s); got != want {
			t.Errorf("operation %d: refused by %q", i, got)
		}
		if of, isTold := left(t, &s)["quota-day-cost"]; isTold != (want != "") || isTold && of != 40 {
			t.Errorf("operation %d: told is %s", i, s.Limits())
		}
	}
}
