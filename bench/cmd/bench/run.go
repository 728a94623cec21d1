package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/weftgraph/weft/bench/measure"
	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/report"
	"github.com/weftgraph/weft/bench/scenario"
)

func run(ctx context.Context, args []string) error {
	o, err := readOptions(args)
	if err != nil {
		return err
	}
	begun := time.Now()
	scenarios, err := scenario.All()
	if err != nil {
		return err
	}
	if scenarios, err = scenario.Choose(scenarios, o.scenarios); err != nil {
		return err
	}
	peers, err := peer.Read(filepath.Join(o.home.Dir, "peers.json"))
	if err != nil {
		return err
	}
	if peers, err = peer.Choose(peers, o.peers, scenarios); err != nil {
		return err
	}
	if peers, err = peer.Install(ctx, peers, o.home, os.Stderr); err != nil {
		return err
	}
	results, err := measure.Run(ctx, measure.Params{
		Home: o.home, Peers: peers, Scenarios: scenarios, Placement: o.placement,
		Rounds: o.rounds, Seconds: o.seconds, Quiet: o.quiet, OnlyCheck: o.onlyCheck,
		Progress: os.Stderr,
	})
	if err != nil {
		return err
	}
	err = report.Print(os.Stdout, report.Params{
		Peers: peers, Scenarios: scenarios, Base: o.base, Results: results,
		Circumstances: fmt.Sprintf("%d cores (%s), placement %s, %d rounds of %d s for each cell, %.0f s in all",
			runtime.NumCPU(), process.CPUModel(), o.placement, o.rounds, o.seconds, time.Since(begun).Seconds()),
	})
	if err != nil || o.out == "" {
		return err
	}
	text, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.out, append(text, '\n'), 0o600)
}
