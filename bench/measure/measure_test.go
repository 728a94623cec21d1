package measure

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/scenario"
)

// Weft, built from this repository, is right on every scenario, and makes as few calls as can be; so do those who know the operations
// by heart. This is the whole harness but for the load.
func TestEveryoneIsRightWithTheFewestCalls(t *testing.T) {
	bench, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	home := peer.Home{Dir: bench, Cache: t.TempDir()}
	bin := filepath.Join(home.Cache, "bin") + string(filepath.Separator)
	build(t, bench, bin, "./cmd/upstream", "./peers/limit", "./peers/byhand")
	build(t, filepath.Dir(bench), bin, "./cmd/weft")
	t.Setenv("WEFT", filepath.Join(bin, "weft"))

	scenarios, err := scenario.All()
	if err != nil {
		t.Fatal(err)
	}
	peers, err := peer.Read(filepath.Join(bench, "peers.json"))
	if err != nil {
		t.Fatal(err)
	}
	if peers, err = peer.Choose(peers, "weft,byhand,limit,limit-nethttp", scenarios); err != nil {
		t.Fatal(err)
	}
	var progress strings.Builder
	results, err := Run(t.Context(), Params{
		Home: home, Peers: peers, Scenarios: scenarios, Placement: process.Free, OnlyCheck: true, Progress: &progress,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(progress.String())
	fewest := map[string]int{"greet": 0, "posts": 1, "nested": 2, "distinct": 2, "deep": 4, "big": 2, "rows": 1, "page": 6}
	got := map[string]map[string]int{}
	for _, c := range results.Checks {
		if c.Wrong != "" {
			t.Errorf("%s on %s: %s", c.Peer, c.Scenario, c.Wrong)
		}
		if got[c.Peer] == nil {
			got[c.Peer] = map[string]int{}
		}
		got[c.Peer][c.Scenario] = c.Calls.Total
	}
	posts := map[string]int{}
	for name, n := range fewest {
		if name != "page" {
			posts[name] = n
		}
	}
	want := map[string]map[string]int{"weft": fewest, "byhand": {"page": 6}, "limit": posts, "limit-nethttp": posts}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls by peer and scenario (-want +got)\n%s", diff)
	}
}

// build builds as `make build` does, so that the packages are compiled once for both.
func build(t *testing.T, dir, into string, packages ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"build", "-trimpath", "-o", into}, packages...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building %v: %v\n%s", packages, err, out)
	}
}

func TestPeerThatDoesNotComeUpIsLeftOut(t *testing.T) {
	t.Parallel()
	home := peer.Home{Dir: t.TempDir(), Cache: t.TempDir()}
	if err := os.WriteFile(filepath.Join(home.Dir, "start"), []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	bench, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	build(t, bench, filepath.Join(home.Cache, "bin")+string(filepath.Separator), "./cmd/upstream")
	scenarios, err := scenario.All()
	if err != nil {
		t.Fatal(err)
	}
	scenarios = slices.DeleteFunc(scenarios, func(s scenario.Scenario) bool { return s.Name != "greet" })
	var progress strings.Builder
	results, err := Run(t.Context(), Params{
		Home: home, Peers: []peer.Peer{{Name: "broken", StartArgs: []string{"start"}, Graphs: []scenario.Graph{scenario.Posts}}},
		Scenarios: scenarios, Placement: process.Free, Rounds: 1, Progress: &progress,
	})
	if err != nil || len(results.Checks) > 0 || len(results.Samples) > 0 {
		t.Errorf("want nothing, got %+v and the error %v", results, err)
	}
	if got := progress.String(); !strings.Contains(got, "broken is left out of this round: broken has ended at once") {
		t.Errorf("unexpected progress: %s", got)
	}
}

func TestInterruptedRunEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Params{Home: peer.Home{Cache: t.TempDir()}, Placement: process.Free}); err == nil {
		t.Error("want an error")
	}
}

// A cell is long enough for the requests that are cut off at its end to be few, and never longer than four seconds.
func TestSlowPeersAreLoadedLonger(t *testing.T) {
	t.Parallel()
	r := &run{Params: Params{Seconds: 1}}
	for _, c := range []struct {
		connections int
		rate        float64
		want        int
	}{{16, 10_000, 1}, {16, 160, 1}, {16, 80, 2}, {128, 100, 4}, {4, 0, 4}} {
		if got := r.lasting(scenario.Cell{Connections: c.connections}, c.rate); got != c.want {
			t.Errorf("%d connections and %.0f requests a second: want %d s, got %d s", c.connections, c.rate, c.want, got)
		}
	}
}
