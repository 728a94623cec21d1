package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server"
)

// hangups returns SIGHUPs from now on, until the returned function is called.
func hangups() (<-chan os.Signal, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}

// keeping is what keeps a gateway as its files are.
type keeping struct {
	gateway *server.Gateway
	flags   *definitionFlags
	args    []string
	// signals make it look at once.
	signals <-chan os.Signal
}

// keepUp reloads the gateway when its files have changed, until ctx is over. What is wrong with them is reported like at the start.
func (k keeping) keepUp(ctx context.Context, cmd *cobra.Command, log *zap.Logger) {
	now := make(chan struct{})
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-k.signals:
			}
			select {
			case <-ctx.Done():
				return
			case now <- struct{}{}:
			}
		}
	}()
	var texts map[string]string
	k.gateway.Watch(ctx, server.Watcher{
		Load: func() (d server.Definition, diags diag.List) {
			d, texts, diags = k.flags.read(k.args)
			if diags.HasErrors() {
				_, found := server.Check(ctx, d) // so that one report has every problem
				diags = append(diags, found...)
			}
			return d, diags
		},
		Now: now,
		Told: func(outcome server.Outcome, d server.Definition, diags diag.List, took time.Duration) {
			// A report that cannot be printed is in the log as a number all the same.
			_ = report(cmd, diags, texts)
			number := zap.Int("generation", k.gateway.Schema().Generation().Number())
			switch outcome {
			case server.Refused:
				log.Error("the change has errors: what was served is served on", zap.Int("diagnostics", len(diags)), zap.Duration("took", took))
			case server.Unchanged:
				log.Info("the files are as they are served", number)
			case server.Replaced:
				log.Info("reloaded", number, zap.Int("documents", len(d.Documents)), zap.Duration("took", took))
			}
		},
	})
}
