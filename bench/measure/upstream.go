package measure

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/weftgraph/weft/bench/process"
	"github.com/weftgraph/weft/bench/upstream"
)

// startUpstream starts the upstream as a process of its own, so that its CPU time is not
// the gateway's, and returns when it answers.
func (r *run) startUpstream(ctx context.Context) error {
	const patience, pause = 10 * time.Second, 20 * time.Millisecond
	port, err := process.FreePort(ctx)
	if err != nil {
		return err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	file := r.Home.Log("upstream")
	r.upstream, err = process.Start(ctx, process.Params{
		Args: r.Placement.Others(filepath.Join(r.Home.Cache, "bin", "upstream"), "-listen", address), Log: file,
	})
	if err != nil {
		return err
	}
	r.client = upstream.NewClient("http://" + address)
	for end := time.Now().Add(patience); ; {
		if r.at, err = r.client.Addresses(ctx); err == nil {
			return nil
		}
		select {
		case <-r.upstream.Done():
			return fmt.Errorf("the upstream has ended; see %s", file)
		case <-time.After(pause):
		}
		if time.Now().After(end) {
			r.upstream.Kill()
			return fmt.Errorf("the upstream did not come up: %w", err)
		}
	}
}
