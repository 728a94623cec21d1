// Loyalty is a gateway of its own: the shop's graph, and beside it fields that are written in Go. It serves both, over the
// shop's back ends, which it starts.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/loyalty/points"
	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/server"
)

//go:generate go run github.com/99designs/gqlgen generate

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := serve(ctx, "127.0.0.1:4000")
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve answers requests until ctx is over.
func serve(ctx context.Context, address string) error {
	log, err := zap.NewProduction()
	if err != nil {
		return err
	}
	backEnds, err := shop.Start(ctx, shop.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = backEnds.Close() }()
	d, err := definition(backEnds.Overrides(), points.NewLedger(), log)
	if err != nil {
		return err
	}
	gateway, diagnostics := server.Open(ctx, d)
	if err := diagnostics.Err(); err != nil {
		return err
	}
	defer gateway.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	log.Info("listening", zap.String("endpoint", "http://"+address+gateway.Path()))
	return server.Serve(ctx, listener, gateway.Handler(log, server.Exposure{Explain: true}), gateway.Listening(), log)
}
