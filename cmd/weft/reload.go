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

// keepUp reloads the gateway when its files have changed, until ctx is over. What is wrong with them is reported like at the start.
func keepUp(ctx context.Context, cmd *cobra.Command, gateway *server.Gateway, flags *definitionFlags, args []string, log *zap.Logger) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	now := make(chan struct{})
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
			}
			select {
			case <-ctx.Done():
				return
			case now <- struct{}{}:
			}
		}
	}()
	var texts map[string]string
	gateway.Watch(ctx, server.Watcher{
		Load: func() (d server.Definition, diags diag.List) {
			d, texts, diags = flags.read(args)
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
			number := zap.Int("generation", gateway.Schema().Generation().Number())
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
