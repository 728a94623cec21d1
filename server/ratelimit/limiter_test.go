package ratelimit_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/ratelimit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hands are those of a clock that a test moves.
type hands struct{ passed atomic.Int64 }

func (h *hands) now() time.Time       { return time.Unix(0, 0).Add(time.Duration(h.passed.Load())) }
func (h *hands) move(d time.Duration) { h.passed.Add(int64(d)) }

// operation is one that has been planned.
type operation struct {
	name   string
	kind   ast.Operation
	cost   int64
	fields map[string]int
}

func (o *operation) Name() string             { return o.name }
func (o *operation) Kind() ast.Operation      { return o.kind }
func (o *operation) Cost() int64              { return o.cost }
func (o *operation) Occurrences(c string) int { return o.fields[c] }

func limiter(h *hands, buckets int, rules ...ratelimit.Rule) *ratelimit.Limiter {
	return ratelimit.New(ratelimit.Settings{Rules: rules, MaxBuckets: buckets}, nil, h.now)
}

func address(text string) netip.Addr { return netip.MustParseAddr(text) }

func per(dimensions ...ratelimit.Dimension) []ratelimit.Dimension { return dimensions }

func key(id, owner string) *caller.Caller {
	return caller.New(caller.Identity{Method: caller.APIKey, Subject: id, Owner: owner})
}

func TestBucketsAreToldApartByTheirDimensions(t *testing.T) {
	t.Parallel()
	ann := caller.New(caller.Identity{Method: caller.JWT, Issuer: "i", Subject: "ann"})
	other := caller.New(caller.Identity{Method: caller.JWT, Issuer: "j", Subject: "ann"})
	one, two := address("192.0.2.1"), address("192.0.2.2")
	type asked = admission.Asked
	for _, tt := range []struct {
		name         string
		per          []ratelimit.Dimension
		first        asked
		shares, does []asked
		isFree       []asked
	}{
		{
			"caller", per(ratelimit.Caller),
			asked{Caller: ann, Client: one},
			[]asked{{Caller: ann, Client: two}},
			[]asked{{Caller: other}, {Client: one}, {Caller: key("ann", "")}},
			nil,
		},
		{
			"anonymous callers by address", per(ratelimit.Caller),
			asked{Client: one},
			[]asked{{Client: one}},
			[]asked{{Client: two}, {}},
			nil,
		},
		{
			"key", per(ratelimit.Key),
			asked{Caller: key("7", "acme")},
			[]asked{{Caller: key("7", "other")}},
			[]asked{{Caller: key("8", "acme")}},
			[]asked{{Caller: ann}, {Client: one}},
		},
		{
			"owner", per(ratelimit.Owner),
			asked{Caller: key("7", "acme")},
			[]asked{{Caller: key("8", "acme")}},
			[]asked{{Caller: key("7", "other")}},
			[]asked{{Caller: ann}, {Caller: key("9", "")}},
		},
		{
			"address", per(ratelimit.IP),
			asked{Client: one},
			[]asked{{Client: one, Caller: ann}},
			[]asked{{Client: two}, {Client: address("::1")}},
			nil,
		},
		{
			"networks of IPv6", per(ratelimit.IP),
			asked{Client: address("2001:db8:1:2:3:4:5:6")},
			[]asked{{Client: address("2001:db8:1:2::")}},
			[]asked{{Client: address("2001:db8:1:3:3:4:5:6")}},
			nil,
		},
		{"everyone", nil, asked{Client: one}, []asked{{Caller: ann, Client: two}, {Caller: key("7", "")}}, nil, nil},
		{
			"several", per(ratelimit.Caller, ratelimit.IP),
			asked{Caller: ann, Client: one},
			nil,
			[]asked{{Caller: ann, Client: two}, {Caller: other, Client: one}},
			nil,
		},
	} {
		h := &hands{}
		l := limiter(h, 0, ratelimit.Rule{Name: "r", Per: tt.per, Limit: 1, Interval: time.Hour})
		admits := func(a asked) bool { return l.Request(&a, nil) == nil }
		if !admits(tt.first) || admits(tt.first) {
			t.Errorf("%s: a limit of one admits another number", tt.name)
		}
		for _, a := range tt.shares {
			if admits(a) {
				t.Errorf("%s: %+v has a bucket of its own", tt.name, a)
			}
		}
		for _, a := range tt.does {
			if !admits(a) || admits(a) {
				t.Errorf("%s: %+v has no bucket of its own", tt.name, a)
			}
		}
		for _, a := range tt.isFree {
			if first, second := admits(a), admits(a); !first || !second {
				t.Errorf("%s: %+v is limited", tt.name, a)
			}
		}
	}
}

// Two texts cannot be moved against each other, or made longer, to become the key of somebody else.
func TestNamesOfOthersCannotBeSpelled(t *testing.T) {
	t.Parallel()
	long := make([]byte, 300)
	for i := range long {
		long[i] = 'x'
	}
	names := []caller.Identity{
		{Issuer: "a", Subject: "b#c"},
		{Issuer: "a#b", Subject: "c"},
		{Issuer: "a", Subject: "bc"},
		{Issuer: "ab", Subject: "c"},
		{Issuer: "abc"},
		{Subject: "abc"},
		{Subject: string(long)},
		{Subject: string(long[1:])},
		{Issuer: string(long)},
	}
	l := limiter(&hands{}, 0, ratelimit.Rule{Name: "r", Per: per(ratelimit.Caller), Limit: 1, Interval: time.Hour})
	for i, n := range names {
		n.Method = caller.JWT
		if l.Request(&admission.Asked{Caller: caller.New(n)}, nil) != nil {
			t.Errorf("caller %d is somebody else", i)
		}
	}
}

// obvious is a Limiter without buckets that are kept: it remembers everything that was ever admitted.
type obvious struct {
	rules  []ratelimit.Rule
	tokens map[string]float64
	filled map[string]time.Duration
}

// wanted are the tokens that a request wants, by rule and key.
func (o *obvious) wanted(a *admission.Asked) map[string]int64 {
	want := map[string]int64{}
	for i := range o.rules {
		r := &o.rules[i]
		for _, field := range append([]string{""}, r.Fields...) {
			n := int64(1)
			switch {
			case r.Unit == ratelimit.Cost:
				n = a.Operation.Cost()
			case r.Unit == ratelimit.Fields && field != "":
				n = int64(a.Operation.Occurrences(field))
			case r.Unit == ratelimit.Fields:
				continue
			}
			key := []string{r.Name}
			for _, d := range r.Per {
				switch d {
				case ratelimit.Caller:
					key = append(key, a.Caller.Name())
				case ratelimit.IP:
					key = append(key, a.Client.String())
				case ratelimit.Field:
					key = append(key, field)
				}
			}
			want[strings.Join(key, "|")] += n
		}
	}
	return want
}

func (o *obvious) admit(a *admission.Asked, now time.Duration) bool {
	want := o.wanted(a)
	level := func(key string) (tokens, burst float64) {
		for _, r := range o.rules {
			if len(key) < len(r.Name) || key[:len(r.Name)] != r.Name {
				continue
			}
			tokens, burst := float64(r.Limit), float64(r.Limit)
			if r.Burst > 0 {
				tokens, burst = float64(r.Burst), float64(r.Burst)
			}
			if known, ok := o.tokens[key]; ok {
				tokens = min(burst, known+float64(now-o.filled[key])*float64(r.Limit)/float64(r.Interval))
			}
			return tokens, burst
		}
		return 0, 0
	}
	for key, n := range want {
		if tokens, _ := level(key); n > 0 && tokens < float64(n) {
			return false
		}
	}
	for key, n := range want {
		tokens, _ := level(key)
		o.tokens[key], o.filled[key] = tokens-float64(n), now
	}
	return true
}

// With numbers that floating point has exactly, many requests of some callers are decided as by somebody who remembers everything.
func TestDecisionsAreThoseOfAnObviousLimiter(t *testing.T) {
	t.Parallel()
	rules := []ratelimit.Rule{
		{Name: "all", Unit: ratelimit.Cost, Limit: 64, Interval: 1 << 20, Burst: 100},
		{Name: "each", Per: per(ratelimit.Caller), Unit: ratelimit.Cost, Limit: 16, Interval: 1 << 20},
		{Name: "fields", Per: per(ratelimit.IP, ratelimit.Field), Unit: ratelimit.Fields, Fields: []string{"M.a", "M.b"}, Limit: 8, Interval: 1 << 21},
		{Name: "sum", Per: per(ratelimit.Caller), Unit: ratelimit.Fields, Fields: []string{"M.a", "M.b"}, Limit: 4, Interval: 1 << 18},
	}
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		h := &hands{}
		l := limiter(h, 0, rules...)
		o := &obvious{rules, map[string]float64{}, map[string]time.Duration{}}
		admitted := 0
		for step := range 3000 {
			h.move(time.Duration(random.IntN(1 << random.IntN(18))))
			a := &admission.Asked{
				Client: netip.AddrFrom4([4]byte{10, 0, 0, byte(random.IntN(3))}),
				Caller: key(fmt.Sprint(random.IntN(4)), ""),
				Operation: &operation{
					cost:   int64(random.IntN(9)),
					fields: map[string]int{"M.a": random.IntN(3), "M.b": random.IntN(2)},
				},
			}
			want := o.admit(a, time.Duration(h.passed.Load()))
			if got := l.Operation(a, nil) == nil; got != want {
				t.Fatalf("seed %d, step %d: admitted: %v, want %v", seed, step, got, want)
			}
			if want {
				admitted++
			}
		}
		if admitted < 100 || admitted > 2900 {
			t.Errorf("seed %d: %d were admitted, which proves little", seed, admitted)
		}
	}
}

// However many ask at the same time, exactly as many are admitted as there are tokens, and none is lost to those who are refused.
func TestLimitsAreExactWhenManyAskAtOnce(t *testing.T) {
	t.Parallel()
	h := &hands{}
	const workers, clients, each = 8, 5, 100
	l := limiter(h, 0,
		ratelimit.Rule{Name: "all", Limit: 333, Interval: time.Hour},
		ratelimit.Rule{Name: "ip", Per: per(ratelimit.IP), Limit: each, Interval: time.Hour},
	)
	ask := func(times int) int64 {
		var admitted atomic.Int64
		var asking sync.WaitGroup
		for worker := range workers {
			asking.Go(func() {
				for i := range times {
					a := &admission.Asked{Client: netip.AddrFrom4([4]byte{10, 0, 0, byte((i + worker) % clients)})}
					if l.Request(a, nil) == nil {
						admitted.Add(1)
					}
				}
			})
		}
		asking.Wait()
		return admitted.Load()
	}
	if got := ask(1000); got != 333 {
		t.Errorf("%d were admitted", got)
	}
	h.move(time.Hour)
	if got := ask(1000); got != 333 {
		t.Errorf("after an hour %d were admitted", got)
	}
	// One client alone gets what is its own, though nearly all of the others' tokens are there.
	h.move(time.Hour)
	for i := range each + 1 {
		if got := l.Request(&admission.Asked{Client: address("10.0.0.9")}, nil) == nil; got != (i < each) {
			t.Fatalf("request %d: admitted: %v", i, got)
		}
	}
	if got := ask(1000); got != 333-each {
		t.Errorf("%d were admitted after %d", got, each)
	}
}

// An attacker with many addresses neither uses memory without end, nor makes that of others be forgotten.
func TestManyAddressesForgetNobody(t *testing.T) {
	t.Parallel()
	h := &hands{}
	const buckets = 320
	l := limiter(h, buckets, ratelimit.Rule{Name: "r", Per: per(ratelimit.IP), Limit: 10, Interval: time.Hour})
	victim := &admission.Asked{Client: address("192.0.2.1")}
	for range 10 {
		l.Request(victim, nil)
	}
	admitted, isShared := 0, false
	for i := range 50_000 {
		a := &admission.Asked{Client: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})}
		refused := l.Request(a, nil)
		if refused == nil {
			admitted++
		} else {
			isShared = isShared || refused.IsShared
		}
	}
	if l.Request(victim, nil) == nil {
		t.Error("who has used everything was forgotten")
	}
	if got := l.Figures()[0].Buckets; got > buckets {
		t.Errorf("%d buckets", got)
	}
	// One for each that is counted apart, and what those have that share.
	if admitted > buckets+32*10 || !isShared {
		t.Errorf("%d were admitted", admitted)
	}
	// When they are full again there is room for others.
	h.move(time.Hour)
	for i := range 1000 {
		a := &admission.Asked{Client: netip.AddrFrom4([4]byte{11, 0, byte(i >> 8), byte(i)})}
		if refused := l.Request(a, nil); refused != nil && i < buckets/2 {
			t.Fatalf("client %d finds no room", i)
		}
	}
}

// Whoever comes and goes while there is little room never gets more than its own limit, whatever is forgotten.
func TestNobodyGetsMoreByBeingForgotten(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 3))
		h := &hands{}
		const limit, interval = 5, time.Second
		l := limiter(h, 32, ratelimit.Rule{Name: "r", Per: per(ratelimit.IP), Limit: limit, Interval: interval})
		admitted := map[byte][]time.Duration{}
		for range 20_000 {
			h.move(time.Duration(random.IntN(int(time.Millisecond))))
			client := byte(random.IntN(200))
			if random.IntN(2) == 0 {
				client %= 5
			}
			if l.Request(&admission.Asked{Client: netip.AddrFrom4([4]byte{10, 0, 0, client})}, nil) == nil {
				admitted[client] = append(admitted[client], time.Duration(h.passed.Load()))
			}
		}
		for client, times := range admitted {
			for from := range times {
				for to := from; to < len(times); to++ {
					if most := limit + int(times[to]-times[from])*limit/int(interval); to-from+1 > most {
						t.Fatalf("seed %d: client %d was admitted %d times in %s", seed, client, to-from+1, times[to]-times[from])
					}
				}
			}
		}
	}
}

// Rules that a change of the settings leaves as they are go on with what was used; others begin anew.
func TestRulesThatStayKeepTheirBuckets(t *testing.T) {
	t.Parallel()
	h := &hands{}
	rule := func(name string, limit int64) ratelimit.Rule {
		return ratelimit.Rule{Name: name, Per: per(ratelimit.IP), Limit: limit, Interval: time.Hour}
	}
	settings := func(rules ...ratelimit.Rule) ratelimit.Settings { return ratelimit.Settings{Rules: rules} }
	a := &admission.Asked{Client: address("10.0.0.1")}
	before := ratelimit.New(settings(rule("a", 1), rule("b", 5)), nil, h.now)
	if before.Request(a, nil) != nil || before.Request(a, nil) == nil {
		t.Fatal("a limit of one admits another number")
	}
	h.move(time.Minute)
	same := ratelimit.New(settings(rule("b", 5), rule("a", 1)), before, h.now)
	if refused := same.Request(a, nil); refused == nil || refused.RetryAfter != 59*time.Minute {
		t.Errorf("the bucket is another one: %+v", refused)
	}
	changed := ratelimit.New(settings(rule("a", 2), rule("b", 5)), same, h.now)
	if first, second, third := changed.Request(a, nil), changed.Request(a, nil), changed.Request(a, nil); first != nil || second != nil || third == nil {
		t.Error("a changed rule goes on with the old bucket")
	}
	type figure struct{ Admitted, Refused uint64 }
	var got []figure
	for _, f := range changed.Figures() {
		got = append(got, figure{f.Admitted, f.Refused})
	}
	if diff := cmp.Diff([]figure{{2, 1}, {3, 0}}, got); diff != "" {
		t.Error(diff)
	}
}

// Those who guess at the same time get no more than those who do so one after the other: failures may leave a debt.
func TestFailuresAreCountedThoughNobodyWaitsForThem(t *testing.T) {
	t.Parallel()
	h := &hands{}
	l := limiter(h, 0, ratelimit.Rule{Name: "f", Per: per(ratelimit.IP), Unit: ratelimit.Failures, Limit: 3, Interval: 3 * time.Minute})
	a := &admission.Asked{Client: address("10.0.0.1")}
	if l.Attempt(a, nil) != nil || l.Request(a, nil) != nil {
		t.Fatal("refused without any failure")
	}
	for range 100 {
		l.Failed(a)
	}
	refused := l.Attempt(a, nil)
	if refused == nil || refused.RetryAfter != 4*time.Minute {
		t.Fatalf("%+v", refused)
	}
	if h.move(refused.RetryAfter); l.Attempt(a, nil) != nil {
		t.Error("refused after the time that was told")
	}
	if l.Failed(a); l.Attempt(a, nil) == nil {
		t.Error("more than one failure after the time for one")
	}
}

func TestAdmittingAllocatesNothing(t *testing.T) {
	if isRace {
		t.Skip("the race detector allocates")
	}
	l, a, s := usual()
	if got := testing.AllocsPerRun(1000, func() {
		*s = admission.Standings{}
		if l.Request(a, s) != nil || l.Operation(a, s) != nil {
			t.Error("refused")
		}
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// usual is a Limiter with a rule of each kind, and somebody whom it admits.
func usual() (*ratelimit.Limiter, *admission.Asked, *admission.Standings) {
	yes := true
	l := ratelimit.New(ratelimit.Settings{Rules: []ratelimit.Rule{
		{Name: "all", Limit: 1 << 40, Interval: time.Second},
		{Name: "callers", Per: per(ratelimit.Caller), Match: ratelimit.Match{Authenticated: &yes}, Limit: 1 << 40, Interval: time.Second},
		{Name: "ip", Per: per(ratelimit.IP), Except: ratelimit.Match{Addresses: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Limit: 1 << 40, Interval: time.Second},
		{Name: "cost", Per: per(ratelimit.Key), Unit: ratelimit.Cost, Limit: 1 << 40, Interval: time.Second},
		{Name: "field", Per: per(ratelimit.Caller, ratelimit.Field), Unit: ratelimit.Fields, Fields: []string{"Query.a", "Query.b"}, Limit: 1 << 40, Interval: time.Second},
	}}, nil, nil)
	return l, &admission.Asked{
		Client: address("2001:db8::1"), Caller: key("0123456789abcdef", "acme"),
		Operation: &operation{cost: 5, fields: map[string]int{"Query.a": 1, "Query.b": 2}},
	}, &admission.Standings{}
}

func BenchmarkAdmit(b *testing.B) {
	l, a, s := usual()
	b.ReportAllocs()
	for b.Loop() {
		*s = admission.Standings{}
		l.Request(a, s)
		l.Operation(a, s)
	}
}

// Addresses that are never seen again, each with a bucket of its own, in a full table.
func BenchmarkManyAddresses(b *testing.B) {
	l := ratelimit.New(ratelimit.Settings{Rules: []ratelimit.Rule{{Name: "ip", Per: per(ratelimit.IP), Limit: 1, Interval: time.Hour}}}, nil, nil)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		l.Request(&admission.Asked{Client: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})}, nil)
	}
}

// Buckets that are new together, in one part of a table, are all kept: none is forgotten for the sake of the next.
func TestBucketsOfOneRequestAreKeptTogether(t *testing.T) {
	t.Parallel()
	fields, occurrences := make([]string, 100), map[string]int{}
	for i := range fields {
		fields[i] = fmt.Sprintf("Query.f%d", i)
		occurrences[fields[i]] = 1
	}
	l := limiter(&hands{}, 0, ratelimit.Rule{Name: "r", Per: per(ratelimit.IP, ratelimit.Field), Unit: ratelimit.Fields, Fields: fields, Limit: 2, Interval: time.Hour})
	for client := range byte(20) {
		for i, want := range []bool{true, true, false} {
			refused := l.Operation(&admission.Asked{
				Client: netip.AddrFrom4([4]byte{10, 0, 0, client}), Operation: &operation{fields: occurrences},
			}, nil)
			if (refused == nil) != want || refused != nil && refused.IsShared {
				t.Fatalf("client %d, request %d: %+v", client, i, refused)
			}
		}
	}
	if got := l.Figures()[0].Buckets; got != 20*100 {
		t.Errorf("%d buckets", got)
	}
}

// An operation is one for a rule, of however many of its buckets it takes something; and none for a rule that would have admitted it, if
// another one does not.
func TestFiguresCountOperationsOnce(t *testing.T) {
	t.Parallel()
	h := &hands{}
	rule := func(name string, limit int64) ratelimit.Rule {
		return ratelimit.Rule{
			Name: name, Per: per(ratelimit.IP, ratelimit.Field), Unit: ratelimit.Fields, Fields: []string{"M.a", "M.b", "M.c"}, Limit: limit, Interval: time.Hour,
		}
	}
	l := limiter(h, 0, rule("wide", 100), rule("narrow", 2))
	a := &admission.Asked{Client: address("10.0.0.1"), Operation: &operation{fields: map[string]int{"M.a": 1, "M.b": 2, "M.c": 1}}}
	type figure struct {
		Admitted, Refused uint64
		Buckets           int
	}
	for i, want := range [][]figure{{{1, 0, 3}, {1, 0, 3}}, {{1, 0, 3}, {1, 1, 3}}} {
		if (l.Operation(a, nil) == nil) != (i == 0) {
			t.Fatalf("operation %d", i)
		}
		var got []figure
		for _, f := range l.Figures() {
			got = append(got, figure{f.Admitted, f.Refused, f.Buckets})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after operation %d: %s", i, diff)
		}
	}
	// Those that have all of their limit again are not counted, although nobody has come since.
	if h.move(time.Hour); l.Figures()[0].Buckets != 0 || l.Figures()[1].Buckets != 0 {
		t.Error("an hour later somebody has not all of the limit")
	}
}

// Figures tell whether there is no room to count somebody apart, as long as that matters.
func TestFiguresTellThatSomeShare(t *testing.T) {
	t.Parallel()
	h := &hands{}
	l := limiter(h, 32, ratelimit.Rule{Name: "r", Per: per(ratelimit.IP), Limit: 2, Interval: time.Minute})
	for i, want := range []bool{false, true} {
		for client := range byte(1 + 199*i) {
			l.Request(&admission.Asked{Client: netip.AddrFrom4([4]byte{10, 0, 0, client})}, nil)
		}
		if f := l.Figures()[0]; f.IsCrowded != want || f.Buckets > 32 {
			t.Errorf("%d clients: %+v", 1+199*i, f)
		}
	}
	if h.move(time.Minute); l.Figures()[0].IsCrowded {
		t.Error("a minute later some share")
	}
}

// What a limit that refuses tells is when to ask again, as Retry-After does; what one tells that does not is when it is full.
func TestRefusingLimitsTellWhenToAskAgain(t *testing.T) {
	t.Parallel()
	h := &hands{}
	l := limiter(h, 0,
		ratelimit.Rule{Name: "cost", Per: per(ratelimit.IP), Unit: ratelimit.Cost, Limit: 60, Interval: time.Minute},
		ratelimit.Rule{Name: "all", Unit: ratelimit.Cost, Limit: 1000, Interval: time.Minute},
	)
	for i, tt := range []struct {
		cost  int64
		retry time.Duration
		want  string
	}{
		{50, 0, `"cost";r=10;t=50, "all";r=950;t=3`},
		{25, 15 * time.Second, `"cost";r=10;t=15, "all";r=950;t=3`},
		{61, 0, `"cost";r=10;t=50, "all";r=950;t=3`}, // to wait does not help
	} {
		var s admission.Standings
		refused := l.Operation(&admission.Asked{Client: address("10.0.0.1"), Operation: &operation{cost: tt.cost}}, &s)
		if got := s.Limits(); got != tt.want || refused != nil && refused.RetryAfter != tt.retry {
			t.Errorf("operation %d: %s, %+v", i, got, refused)
		}
	}
}
