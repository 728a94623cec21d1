package main

import (
	"flag"
	"os"
	"path/filepath"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/process"
)

// options are what the command line says.
type options struct {
	peers, scenarios string
	rounds, seconds  int
	quiet            float64
	onlyCheck        bool
	placement        process.Placement
	base, out        string
	home             peer.Home
}

func readOptions(args []string) (options, error) {
	var o options
	var place string
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.StringVar(&o.peers, "peers", "", "comma-separated `NAMES` of peers (default: all but the extra ones; +NAME adds one)")
	set.StringVar(&o.scenarios, "scenarios", "", "comma-separated `NAMES` of scenarios (default: all)")
	set.IntVar(&o.rounds, "rounds", 3, "interleaved `ROUNDS`, each with fresh processes")
	set.IntVar(&o.seconds, "seconds", 1, "`SECONDS` of load for each cell; up to 4 where a peer is slow for its connections")
	set.Float64Var(&o.quiet, "quiet", 0.15, "a cell during which other processes used more than so many `CORES` is measured once more")
	set.BoolVar(&o.onlyCheck, "check", false, "only check answers and count calls upstream")
	set.StringVar(&place, "place", string(process.Pin), "`WHERE` things run: pin gives the gateway core 0 alone and the rest to upstream and load; free lets the kernel decide")
	set.StringVar(&o.base, "base", "weft", "the `NAME` of the peer that ratios in the details are taken against")
	set.StringVar(&o.out, "o", "", "also write every sample as JSON to this `FILE`")
	set.StringVar(&o.home.Dir, "dir", ".", "the `FOLDER` of peers.json")
	set.StringVar(&o.home.Cache, "cache", os.Getenv("BENCH_CACHE"), "the `FOLDER` for what is fetched and built")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.placement, err = process.ParsePlacement(place); err != nil {
		return o, err
	}
	for _, folder := range []*string{&o.home.Dir, &o.home.Cache} {
		if *folder, err = filepath.Abs(*folder); err != nil {
			return o, err
		}
	}
	return o, nil
}
