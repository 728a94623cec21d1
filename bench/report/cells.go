package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/bench/measure"
	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/scenario"
)

// cells returns a table for each load, the cheapest peer first.
func (p Params) cells() string {
	var b strings.Builder
	b.WriteString("\n## Under load\n\n")
	fmt.Fprintf(&b, "Medians of the rounds. ×%s: how many times this peer's figure is that of %s. ±: (max − min) ÷ median. ", p.Base, p.Base)
	b.WriteString("busy: the gateway's CPU time over the wall's; where it is low, the rate says nothing about cost. others: cores that foreign processes used meanwhile.\n")
	for _, c := range scenario.Cells(p.Scenarios) {
		if table := p.cell(c); table != "" {
			fmt.Fprintf(&b, "\n### %s (%s)\n\n%s", c.Label(), c.Scenario.About, table)
		}
	}
	return b.String()
}

// cell returns the table of one load, "" if no peer was loaded so.
func (p Params) cell(c scenario.Cell) string {
	t := newTable(1, "peer", "req/s", "±", "×"+p.Base, "CPU µs/req", "±", "×"+p.Base,
		"p50 ms", "p99 ms", "RSS MB", "calls/req", "busy", "others")
	baseRate, _ := median(p.of(p.Base, c), rateOf)
	baseCPU, _ := median(p.of(p.Base, c), cpuOf)
	order := slices.DeleteFunc(slices.Clone(p.Peers), func(at peer.Peer) bool { return len(p.of(at.Name, c)) == 0 })
	if len(order) == 0 {
		return ""
	}
	slices.SortStableFunc(order, func(a, b peer.Peer) int {
		left, _ := median(p.of(a.Name, c), cpuOf)
		right, _ := median(p.of(b.Name, c), cpuOf)
		return cmp.Compare(left, right)
	})
	for _, at := range order {
		samples := p.of(at.Name, c)
		get := func(of func(measure.Sample) float64) float64 { m, _ := median(samples, of); return m }
		rate, rateSpread := median(samples, rateOf)
		cpu, cpuSpread := median(samples, cpuOf)
		t.row(at.Name+failures(samples),
			figure(rate), percent(rateSpread), figure(rate/baseRate),
			figure(cpu), percent(cpuSpread), figure(cpu/baseCPU),
			figure(get(func(s measure.Sample) float64 { return s.P50 })),
			figure(get(func(s measure.Sample) float64 { return s.P99 })),
			figure(get(func(s measure.Sample) float64 { return s.RSS })),
			figure(get(func(s measure.Sample) float64 { return s.Calls })),
			percent(get(func(s measure.Sample) float64 { return s.Busy })),
			figure(get(func(s measure.Sample) float64 { return s.Others })))
	}
	return t.String()
}

// failures is a note beside the name of a peer that did not answer everything.
func failures(samples []measure.Sample) string {
	sum := 0
	for _, s := range samples {
		sum += s.Errors
	}
	if sum == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d errors)", sum)
}
