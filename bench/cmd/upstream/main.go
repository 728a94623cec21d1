// Command upstream serves what stands behind the gateways while they are measured.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/weftgraph/weft/bench/upstream"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "the HOST:PORT of the mocked REST service; the shop takes free ports")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:gocritic // nothing is left to do for the deferred call
	}
}

func run(ctx context.Context, address string) error {
	running, err := upstream.Start(ctx, address)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(os.Stdout, "%+v\n", running.Addresses()); err != nil {
		return err
	}
	if err := running.Wait(ctx); err != nil {
		return err
	}
	return running.Close(ctx)
}
