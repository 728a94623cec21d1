package report

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/bench/measure"
	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/upstream"
)

func TestMedianIsTheMiddle(t *testing.T) {
	t.Parallel()
	of := func(values ...float64) []measure.Sample {
		var out []measure.Sample
		for _, v := range values {
			out = append(out, measure.Sample{CPU: v})
		}
		return out
	}
	for _, c := range []struct {
		given        []float64
		want, spread float64
	}{
		{[]float64{7}, 7, 0},
		{[]float64{30, 10, 20}, 20, 1},
		{[]float64{40, 10, 20, 30}, 25, 1.2},
	} {
		if m, spread := median(of(c.given...), cpuOf); m != c.want || spread != c.spread {
			t.Errorf("%v: want %v and %v, got %v and %v", c.given, c.want, c.spread, m, spread)
		}
	}
	if m, _ := median(nil, cpuOf); !math.IsNaN(m) {
		t.Errorf("the median of nothing is %v", m)
	}
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{0: "0.00", 1.234: "1.23", 12.34: "12.3", 1234.5: "1234", math.Inf(1): "–"} {
		if got := figure(f); got != want {
			t.Errorf("%v: want %s, got %s", f, want, got)
		}
	}
}

func params() Params {
	sample := func(peer string, connections int, cpu float64) measure.Sample {
		return measure.Sample{
			Peer: peer, Scenario: "nested", Connections: connections,
			Rate: 1e6 / cpu, CPU: cpu, Busy: 0.99, P50: 1, P99: 2, RSS: 30, Calls: 2,
		}
	}
	shared := sample("weft", 16, 100)
	shared.Calls = 0.2
	return Params{
		Peers:     []peer.Peer{{Name: "weft"}, {Name: "other"}, {Name: "limit", Floor: true}, {Name: "absent", Floor: true}},
		Scenarios: []scenario.Scenario{{Name: "nested", About: "N+1"}},
		Base:      "weft",
		Results: measure.Results{
			Checks: []measure.Check{
				{
					Peer: "weft", Scenario: "nested", Alone: 400 * time.Microsecond, Delayed: 41 * time.Millisecond,
					Calls: upstream.Stats{Total: 2, Waves: 2, Calls: map[string]int{"/users?id": 1, "/posts": 1}},
				},
				{Peer: "other", Scenario: "nested", Wrong: "request 1: no"},
			},
			Samples: []measure.Sample{
				sample("weft", 1, 200), sample("weft", 1, 400), sample("weft", 1, 210),
				sample("other", 1, 420), sample("limit", 1, 105), sample("other", 16, 50), shared,
			},
		},
		Circumstances: "2 cores",
	}
}

func TestSummaryHasPeersDownAndScenariosAcross(t *testing.T) {
	t.Parallel()
	const want = `
## CPU time of the gateway for each request, in µs

Medians; less is better. The number after a scenario is that of connections. ° requests shared calls, so that this is not the cost of one that is alone.

| peer | nested 1 | nested 16 | nested 128 |
|---|---:|---:|---:|
| weft | 210 | 100° | – |
| other | 420 | 50.0 | – |
| limit | 105 | – | – |

## The same, as a multiple of the best peer

The floors (limit) are no gateways and do not count as the best.

| peer | nested 1 | nested 16 | nested 128 |
|---|---:|---:|---:|
| weft | **1.00** | 2.00° | – |
| other | 2.00 | **1.00** | – |
| limit | 0.50 | – | – |
`
	if diff := cmp.Diff(want, params().summary()); diff != "" {
		t.Errorf("summary (-want +got)\n%s", diff)
	}
}

func TestDetailsFollowTheSummary(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := Print(&b, params()); err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, want := range []string{
		"## CPU time", "## The same",
		"| nested | weft | right | 0.40 | 2 | 2 | 41.0 | /posts×1 /users?id×1 |",
		"| nested | other | WRONG | – | – | – | – | – |",
		"### nested 1 (N+1)",
		"| limit | 9524 | 0% | 2.00 | 105 | 0% | 0.50 | 1.00 | 2.00 | 30.0 | 2.00 | 99% | 0.00 |",
		"| weft | 4762 | 52% | 1.00 | 210 | 95% | 1.00 |",
		"2 cores\n",
	} {
		i := strings.Index(b.String()[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow in\n%s", want, b.String())
		}
		at += i
	}
}

func TestNothingButChecksIsPrintedWithoutLoad(t *testing.T) {
	t.Parallel()
	p := params()
	p.Results.Samples = nil
	var b strings.Builder
	if err := Print(&b, p); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Contains(got, "CPU") || !strings.Contains(got, "| nested | weft | right |") {
		t.Errorf("unexpected report:\n%s", got)
	}
}
