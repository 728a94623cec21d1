package peer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/weftgraph/weft/bench/scenario"
)

// Peer is an entry of peers.json.
type Peer struct {
	Name string `json:"name"`
	// InstallArgs make the peer ready, if anything is to be done; they do nothing the
	// second time. StartArgs serve. Both are commands relative to the folder of peers.json.
	InstallArgs []string `json:"install"`
	StartArgs   []string `json:"start"`
	// Graphs are those it can serve, by default only that of posts. It is started anew
	// for each.
	Graphs []scenario.Graph `json:"graphs"`
	// Env is set for both commands, besides what the harness tells the second.
	Env map[string]string `json:"env"`
	// Only names the scenarios that it is measured on; by default all of its graphs.
	Only []string `json:"only"`
	// WarmSeconds is how long it is loaded before each cell; a JIT needs more than the
	// default.
	WarmSeconds float64 `json:"warm_s"`
	// Extra peers are measured only when they are named.
	Extra bool `json:"extra"`
	// Floor says that it is no gateway: others cannot be expected to go below it.
	Floor bool   `json:"floor"`
	Note  string `json:"note"`
}

// Read reads peers.json.
func Read(file string) ([]Peer, error) {
	text, err := os.ReadFile(file) //nolint:gosec // whoever runs the harness names it
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var peers []Peer
	if err := d.Decode(&peers); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	const defaultWarm = 0.3
	for i := range peers {
		p := &peers[i]
		if p.Name == "" || len(p.StartArgs) == 0 {
			return nil, fmt.Errorf("%s: peer %d has no name or nothing to start", file, i+1)
		}
		if len(p.Graphs) == 0 {
			p.Graphs = []scenario.Graph{scenario.Posts}
		}
		if p.WarmSeconds == 0 {
			p.WarmSeconds = defaultWarm
		}
	}
	return peers, nil
}

// Runs says whether the peer is measured on a scenario.
func (p Peer) Runs(s scenario.Scenario) bool {
	return slices.Contains(p.Graphs, s.Graph) && (len(p.Only) == 0 || slices.Contains(p.Only, s.Name))
}
