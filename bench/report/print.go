package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/weftgraph/weft/bench/measure"
	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/scenario"
)

// Params say what is printed.
type Params struct {
	Peers     []peer.Peer
	Scenarios []scenario.Scenario
	// Base is the peer that the others' figures are divided by in the details.
	Base    string
	Results measure.Results
	// Circumstances is the last line: the machine, the settings.
	Circumstances string
}

// Print writes the summary, and then the details.
func Print(w io.Writer, p Params) error {
	var b strings.Builder
	if len(p.Results.Samples) > 0 {
		b.WriteString(p.summary())
	}
	b.WriteString(p.checks())
	if len(p.Results.Samples) > 0 {
		b.WriteString(p.cells())
	}
	fmt.Fprintf(&b, "\n%s\n", p.Circumstances)
	_, err := io.WriteString(w, b.String())
	return err
}

// of returns the samples of a peer on a cell.
func (p Params) of(peer string, c scenario.Cell) []measure.Sample {
	var out []measure.Sample
	for _, s := range p.Results.Samples {
		if s.Peer == peer && s.Scenario == c.Scenario.Name && s.Connections == c.Connections {
			out = append(out, s)
		}
	}
	return out
}

func cpuOf(s measure.Sample) float64  { return s.CPU }
func rateOf(s measure.Sample) float64 { return s.Rate }
