package measure

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/upstream"
)

// Params say what is measured.
type Params struct {
	Home      peer.Home
	Peers     []peer.Peer
	Scenarios []scenario.Scenario
	Placement process.Placement
	// Rounds are interleaved: A B C A B C. Each has fresh processes.
	Rounds int
	// Seconds is how long a cell is loaded, longer where a peer is slow.
	Seconds int
	// Quiet is how many cores others may use during a cell before it is repeated.
	Quiet float64
	// OnlyCheck leaves out the load.
	OnlyCheck bool
	// Progress gets a line for each peer.
	Progress io.Writer
}

// Results is all that was seen.
type Results struct {
	Checks  []Check  `json:"checks"`
	Samples []Sample `json:"samples"`
}

// run is a run in progress.
type run struct {
	Params

	begun    time.Time
	upstream *process.Group
	client   *upstream.Client
	at       upstream.Addresses
	checker  *checker
	scripts  string // the folder of wrk's
	repeats  int
	results  Results
}

// Run measures. All that it has started has ended when it returns.
func Run(ctx context.Context, p Params) (Results, error) {
	r := &run{Params: p, begun: time.Now()}
	scripts, err := os.MkdirTemp("", "weft-bench")
	if err != nil {
		return Results{}, err
	}
	defer os.RemoveAll(scripts)
	r.scripts = scripts
	if err := r.startUpstream(ctx); err != nil {
		return Results{}, err
	}
	defer r.upstream.Kill()
	if r.checker, err = newChecker(ctx, r.client, p.Scenarios); err != nil {
		return Results{}, err
	}
	rounds := p.Rounds
	if p.OnlyCheck {
		rounds = 1
	}
	for round := 1; round <= rounds; round++ {
		for _, at := range p.Peers {
			for _, graph := range scenario.Graphs() {
				if err := r.visit(ctx, at, graph, round); err != nil {
					return r.results, err
				}
			}
		}
	}
	return r.results, nil
}

// visit starts a peer for one graph and uses it. A peer that fails is left out with one
// line; the error is that of the run as a whole.
func (r *run) visit(ctx context.Context, p peer.Peer, graph scenario.Graph, round int) error {
	var scenarios []scenario.Scenario
	for _, s := range r.Scenarios {
		if s.Graph == graph && p.Runs(s) && (round == 1 || r.isRight(p, s)) {
			scenarios = append(scenarios, s)
		}
	}
	if len(scenarios) == 0 {
		return nil
	}
	probe, err := probe(graph)
	if err != nil {
		return err
	}
	if err := r.client.SetLatency(ctx, 0); err != nil {
		return err
	}
	i, err := p.Start(ctx, peer.StartParams{Home: r.Home, Placement: r.Placement, Upstream: r.at, Graph: graph, Probe: probe})
	if err == nil {
		defer i.Group.Kill()
		if err := r.say("round %d: %s, graph of %s", round, p.Name, graph); err != nil {
			return err
		}
		err = r.use(ctx, i, scenarios, round)
	}
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return r.say("%s is left out of this round: %v", p.Name, err)
}

// use checks a peer in the first round, and loads it with what it is right on.
func (r *run) use(ctx context.Context, i *peer.Instance, scenarios []scenario.Scenario, round int) error {
	if round == 1 {
		if err := r.check(ctx, i, scenarios); err != nil || r.OnlyCheck {
			return err
		}
	}
	for _, c := range scenario.Cells(scenarios) {
		if !r.isRight(i.Peer, c.Scenario) {
			continue
		}
		s, err := r.measure(ctx, i, c)
		if err != nil {
			return fmt.Errorf("measuring %s: %w", c.Label(), err)
		}
		s.Round = round
		r.results.Samples = append(r.results.Samples, s)
	}
	return nil
}

func (r *run) check(ctx context.Context, i *peer.Instance, scenarios []scenario.Scenario) error {
	for _, s := range scenarios {
		c, err := r.checker.check(ctx, i, s)
		if err != nil {
			return fmt.Errorf("checking %s: %w", s.Name, err)
		}
		r.results.Checks = append(r.results.Checks, c)
		if c.Wrong != "" {
			if err := r.say("%s is wrong on %s and not loaded with it: %s", i.Peer.Name, s.Name, c.Wrong); err != nil {
				return err
			}
		}
	}
	return nil
}

// isRight says whether a peer's answers to a scenario are right.
func (r *run) isRight(p peer.Peer, s scenario.Scenario) bool {
	return slices.ContainsFunc(r.results.Checks, func(c Check) bool {
		return c.Peer == p.Name && c.Scenario == s.Name && c.Wrong == ""
	})
}

// say writes a line of progress.
func (r *run) say(format string, args ...any) error {
	_, err := fmt.Fprintf(r.Progress, "[%4.0f s] %s\n", time.Since(r.begun).Seconds(), fmt.Sprintf(format, args...))
	return err
}

// probe returns the first request of a graph.
func probe(graph scenario.Graph) (string, error) {
	all, err := scenario.All()
	if err != nil {
		return "", err
	}
	for _, s := range all {
		if s.Graph == graph {
			return s.Bodies()[0], nil
		}
	}
	return "", fmt.Errorf("there is no scenario of the graph %q", graph)
}
