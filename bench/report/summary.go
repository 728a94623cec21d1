package report

import (
	"math"
	"slices"
	"strings"

	"github.com/weftgraph/weft/bench/measure"
	"github.com/weftgraph/weft/bench/scenario"
)

// summary returns the tables that most readers want: the gateways' CPU time for each
// request, and how many times the best gateway's it is.
func (p Params) summary() string {
	cells := scenario.Cells(p.Scenarios)
	titles := []string{"peer"}
	for _, c := range cells {
		titles = append(titles, c.Label())
	}
	micros, ratios := newTable(1, titles...), newTable(1, titles...)
	best := p.best(cells)
	for _, peer := range p.Peers {
		if !p.isMeasured(peer.Name) {
			continue
		}
		microsRow, ratiosRow := []string{peer.Name}, []string{peer.Name}
		for i, c := range cells {
			cpu, _ := median(p.of(peer.Name, c), cpuOf)
			microsRow = append(microsRow, figure(cpu)+p.shared(peer.Name, c))
			ratio := figure(cpu / best[i])
			if cpu == best[i] && !peer.Floor {
				ratio = "**" + ratio + "**"
			}
			ratiosRow = append(ratiosRow, ratio+p.shared(peer.Name, c))
		}
		micros.row(microsRow...)
		ratios.row(ratiosRow...)
	}
	var b strings.Builder
	b.WriteString("\n## CPU time of the gateway for each request, in µs\n\n")
	b.WriteString("Medians; less is better. The number after a scenario is that of connections. ")
	b.WriteString(sharedMark + " requests shared calls, so that this is not the cost of one that is alone.\n\n")
	b.WriteString(micros.String())
	b.WriteString("\n## The same, as a multiple of the best peer\n\n")
	b.WriteString("The floors (" + p.floors() + ") are no gateways and do not count as the best.\n\n")
	b.WriteString(ratios.String())
	return b.String()
}

// best returns the least CPU time on each cell, NaN where nothing but floors was
// measured.
func (p Params) best(cells []scenario.Cell) []float64 {
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = math.NaN()
		for _, peer := range p.Peers {
			if cpu, _ := median(p.of(peer.Name, c), cpuOf); !peer.Floor && !(cpu >= out[i]) && !math.IsNaN(cpu) {
				out[i] = cpu
			}
		}
	}
	return out
}

// sharedMark stands behind figures that sharing between requests has made smaller.
const sharedMark = "°"

// shared returns the mark if a peer made far fewer calls for each request of a load than
// it makes for one request alone. A little fewer means nothing: who collects keys for a
// moment makes now two calls of them, and now three.
func (p Params) shared(peer string, c scenario.Cell) string {
	const most = 0.6
	if c.Connections == 1 {
		return ""
	}
	calls, _ := median(p.of(peer, c), func(s measure.Sample) float64 { return s.Calls })
	for _, check := range p.Results.Checks {
		if check.Peer == peer && check.Scenario == c.Scenario.Name && calls < most*float64(check.Calls.Total) {
			return sharedMark
		}
	}
	return ""
}

func (p Params) isMeasured(peer string) bool {
	return slices.ContainsFunc(p.Results.Samples, func(s measure.Sample) bool { return s.Peer == peer })
}

func (p Params) floors() string {
	var names []string
	for _, peer := range p.Peers {
		if peer.Floor && p.isMeasured(peer.Name) {
			names = append(names, peer.Name)
		}
	}
	if len(names) == 0 {
		return "none here"
	}
	return strings.Join(names, ", ")
}
