package peer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/bench/scenario"
)

// Choose returns the peers that run one of the scenarios and that a comma-separated list
// names, in the order of the file: all but the extra ones for "", and those and NAME for
// "+NAME".
func Choose(all []Peer, names string, scenarios []scenario.Scenario) ([]Peer, error) {
	var named, added []string
	for name := range strings.SplitSeq(names, ",") {
		if name == "" {
			continue
		}
		extra, isAdded := strings.CutPrefix(name, "+")
		if !slices.ContainsFunc(all, func(p Peer) bool { return p.Name == extra }) {
			return nil, fmt.Errorf("there is no peer %q", extra)
		}
		if isAdded {
			added = append(added, extra)
		} else {
			named = append(named, name)
		}
	}
	var out []Peer
	for _, p := range all {
		isUsual := len(named) == 0 && !p.Extra
		if !slices.ContainsFunc(scenarios, p.Runs) {
			continue
		}
		if isUsual || slices.Contains(named, p.Name) || slices.Contains(added, p.Name) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("there are no peers to measure")
	}
	return out, nil
}
