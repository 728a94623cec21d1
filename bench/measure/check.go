package measure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/upstream"
)

// CheckLatency is the upstream's while calls and waves are counted: much longer than
// anything else takes.
const CheckLatency = 20 * time.Millisecond

// Check is what is known of one peer and one scenario without any load.
type Check struct {
	Peer     string `json:"peer"`
	Scenario string `json:"scenario"`
	// Wrong says what is wrong in an answer; "" if all are right.
	Wrong string `json:"wrong,omitempty"`
	// Alone is how long one request takes, Delayed how long with CheckLatency.
	Alone   time.Duration `json:"aloneNs"`
	Delayed time.Duration `json:"delayedNs"`
	// Calls are those of one request.
	Calls upstream.Stats `json:"calls"`
}

// checker checks peers against right answers.
type checker struct {
	upstream *upstream.Client
	answers  map[string][]scenario.Answer // by scenario
}

func newChecker(ctx context.Context, up *upstream.Client, scenarios []scenario.Scenario) (*checker, error) {
	oracle, err := scenario.NewOracle(ctx, up)
	if err != nil {
		return nil, err
	}
	defer oracle.Close()
	c := &checker{upstream: up, answers: map[string][]scenario.Answer{}}
	for _, s := range scenarios {
		if c.answers[s.Name], err = s.Expected(ctx, oracle); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// check sends every request of a scenario for its answer, and then the last one again:
// for the time, and with CheckLatency for the calls and the waves that they come in.
func (c *checker) check(ctx context.Context, i *peer.Instance, s scenario.Scenario) (Check, error) {
	out := Check{Peer: i.Peer.Name, Scenario: s.Name}
	bodies := s.Bodies()
	for n, body := range bodies {
		response, err := i.Ask(ctx, body)
		if err == nil {
			err = c.answers[s.Name][n].Differs(response)
		}
		if err != nil {
			out.Wrong = fmt.Sprintf("request %d: %v", n+1, err)
			return out, ctx.Err()
		}
	}
	last := bodies[len(bodies)-1]
	var err error
	if out.Alone, err = c.time(ctx, i, last, 0); err != nil {
		return out, err
	}
	if out.Delayed, err = c.time(ctx, i, last, CheckLatency); err != nil {
		return out, err
	}
	out.Calls, err = c.upstream.Stats(ctx)
	return out, err
}

// time returns the median of three requests that are alone.
func (c *checker) time(ctx context.Context, i *peer.Instance, body string, latency time.Duration) (time.Duration, error) {
	if err := c.upstream.SetLatency(ctx, latency); err != nil {
		return 0, err
	}
	var all []time.Duration
	for range 3 {
		if err := c.upstream.Reset(ctx); err != nil {
			return 0, err
		}
		begun := time.Now()
		if _, err := i.Ask(ctx, body); err != nil {
			return 0, err
		}
		all = append(all, time.Since(begun))
	}
	slices.Sort(all)
	return all[1], c.upstream.SetLatency(ctx, 0)
}
