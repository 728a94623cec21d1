package peer

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/upstream"
)

// Path is that of every peer's endpoint.
const Path = "/graphql"

// Instance is a peer that serves one graph.
type Instance struct {
	Peer  Peer
	Group *process.Group
	URL   string

	client *http.Client
}

// StartParams say what a peer serves, and where.
type StartParams struct {
	Home      Home
	Placement process.Placement
	Upstream  upstream.Addresses
	Graph     scenario.Graph
	// Probe is a request that the peer answers with 200 as soon as it is up.
	Probe string
}

// Start starts a peer on a free port and returns when it answers.
func (p Peer) Start(ctx context.Context, params StartParams) (*Instance, error) {
	port, err := process.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	file := params.Home.Log(p.Name)
	group, err := process.Start(ctx, process.Params{
		Args: params.Placement.Gateway(params.Home.command(p.StartArgs)...),
		Env: append(params.Home.env(p),
			"PORT="+strconv.Itoa(port),
			"GRAPH="+string(params.Graph),
			"UPSTREAM="+params.Upstream.Mock,
			"SHOP_REST="+params.Upstream.ShopREST,
			"SHOP_SHIPPING="+params.Upstream.ShopShipping,
			"SHOP_BILLING="+params.Upstream.ShopBilling,
		),
		Dir: params.Home.Dir,
		Log: file,
	})
	if err != nil {
		return nil, err
	}
	i := &Instance{
		Peer: p, Group: group, URL: fmt.Sprintf("http://127.0.0.1:%d%s", port, Path),
		client: newClient(),
	}
	if err := i.await(ctx, params.Probe); err != nil {
		group.Kill()
		return nil, fmt.Errorf("%w; see %s", err, file)
	}
	return i, nil
}

// await returns when the peer answers.
func (i *Instance) await(ctx context.Context, probe string) error {
	const patience, pause = 30 * time.Second, 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		_, last := i.Ask(ctx, probe)
		if last == nil {
			return nil
		}
		select {
		case <-i.Group.Done():
			return fmt.Errorf("%s has ended at once", i.Peer.Name)
		case <-ctx.Done():
			return fmt.Errorf("%s did not come up: %w", i.Peer.Name, last)
		case <-time.After(pause):
		}
	}
}
