package measure

import (
	"context"
	"math"
	"path/filepath"
	"time"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/wrk"
)

// mostRepeats bounds how many cells are measured once more. On a machine that is busy all
// the time, repeating makes a run twice as long and no better.
const mostRepeats = 10

// measure loads a peer with a cell. A cell that others have disturbed is measured once
// more, and the quieter of the two counts.
func (r *run) measure(ctx context.Context, i *peer.Instance, c scenario.Cell) (Sample, error) {
	bodies := c.Scenario.Bodies()
	if err := r.client.SetLatency(ctx, c.Scenario.Latency); err != nil {
		return Sample{}, err
	}
	seconds := r.lasting(c, i.Warm(ctx, bodies, c.Connections))
	s, err := r.load(ctx, i, c, bodies, seconds)
	if err != nil || s.Others <= r.Quiet || r.repeats == mostRepeats {
		return s, err
	}
	if r.repeats++; r.repeats == mostRepeats {
		if err := r.say("this machine is busy: look at the column others; cells are not repeated any more"); err != nil {
			return s, err
		}
	}
	again, err := r.load(ctx, i, c, bodies, seconds)
	if err == nil && again.Others < s.Others {
		s = again
	}
	return s, err
}

// lasting returns how many seconds a cell takes. Requests that are cut off at its end
// are not counted though they cost CPU, so that they must be few: a tenth.
func (r *run) lasting(c scenario.Cell, rate float64) int {
	const most, rounds = 4, 10
	needed := most
	if rate > 0 {
		needed = int(math.Ceil(rounds * float64(c.Connections) / rate))
	}
	return max(r.Seconds, min(needed, most))
}

func (r *run) load(ctx context.Context, i *peer.Instance, c scenario.Cell, bodies []string, seconds int) (Sample, error) {
	if err := r.client.Reset(ctx); err != nil {
		return Sample{}, err
	}
	upstreamBefore, ownBefore := r.upstream.Usage(), process.Own()
	machineBefore, err := process.Machine()
	if err != nil {
		return Sample{}, err
	}
	begun, before := time.Now(), i.Group.Usage()
	seen, wrkCPU, err := wrk.Run(ctx, wrk.Load{
		URL: i.URL, Path: peer.Path, Bodies: bodies, Connections: c.Connections, Seconds: seconds,
		Script: filepath.Join(r.scripts, c.Scenario.Name+".lua"), Place: r.Placement.Others,
	})
	after, wall := i.Group.Usage(), time.Since(begun)
	if err != nil {
		return Sample{}, err
	}
	machineAfter, err := process.Machine()
	if err != nil {
		return Sample{}, err
	}
	ours := after.CPU - before.CPU + r.upstream.Usage().CPU - upstreamBefore.CPU + process.Own() - ownBefore + wrkCPU
	stats, err := r.client.Stats(ctx)
	if err != nil {
		return Sample{}, err
	}
	const megabyte = 1 << 20
	s := Sample{
		Peer: i.Peer.Name, Scenario: c.Scenario.Name, Connections: c.Connections,
		P50: milliseconds(seen.P50), P99: milliseconds(seen.P99),
		RSS:    float64(after.RSS) / megabyte,
		Others: max(0, float64(machineAfter-machineBefore-ours)/float64(wall)),
		Errors: seen.Errors,
	}
	if seen.Requests > 0 && seen.Duration > 0 {
		cpu, n := after.CPU-before.CPU, float64(seen.Requests)
		s.Rate = n / seen.Duration.Seconds()
		s.CPU = float64(cpu.Microseconds()) / n
		s.Busy = float64(cpu) / float64(seen.Duration)
		s.Calls = float64(stats.Total) / n
	}
	return s, nil
}
