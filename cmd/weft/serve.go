package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/server"
)

// defaultListen is where the server listens unless told otherwise: on this machine only.
const defaultListen = "127.0.0.1:4000"

func newServe() *cobra.Command {
	var (
		flags  definitionFlags
		listen string
	)
	cmd := &cobra.Command{
		Use:   "serve SCHEMA...",
		Short: "Serve a graph",
		Long: `Serve reads SDL files, and folders of them, and answers GraphQL at /graphql. The
listener opens when everything is loaded; documents with errors are reported as
'weft check' does, and the exit code is 1.`,
		Example: `  weft serve graph/
  weft serve --listen :4000 --config weft.yaml users.graphql orders.graphql`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, texts, diags := flags.read(args)
			if diags.HasErrors() {
				// What could be read is checked all the same, so that one run reports every problem.
				_, found := server.Check(cmd.Context(), d)
				return report(cmd, append(diags, found...), texts)
			}
			gateway, found := server.Open(cmd.Context(), d)
			diags.Add(found...)
			if err := report(cmd, diags, texts); err != nil {
				return err
			}
			defer gateway.Close()
			return serve(cmd, gateway, serveParams{listen: cmp.Or(listen, d.Listen(), defaultListen)})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&listen, "listen", "", "the `HOST:PORT` to listen on; port 0 takes a free one (default "+defaultListen+")")
	return cmd
}

// serveParams say how a gateway is served.
type serveParams struct {
	listen string
	// fallback is listened on when the address of listen is in use; it may be empty.
	fallback string
	expose   server.Exposure
	// ready is called with the endpoint's address when the listener is open; it may be nil.
	ready func(endpoint string) error
}

// serve answers requests until the command is interrupted.
func serve(cmd *cobra.Command, gateway *server.Gateway, p serveParams) error {
	log := newLog(cmd.ErrOrStderr())
	defer func() { _ = log.Sync() }() // stderr may be anything, and many things cannot be synced

	var lc net.ListenConfig
	ln, err := lc.Listen(cmd.Context(), "tcp", p.listen)
	if errors.Is(err, syscall.EADDRINUSE) && p.fallback != "" {
		ln, err = lc.Listen(cmd.Context(), "tcp", p.fallback)
	}
	if err != nil {
		return failure{err}
	}
	endpoint := "http://" + shown(ln.Addr()) + gateway.Path()
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "listening on %s\n", endpoint); err != nil {
		return err
	}
	if p.ready != nil {
		if err := p.ready(endpoint); err != nil {
			return err
		}
	}
	return answer(cmd.Context(), ln, gateway, p.expose, log)
}

func answer(ctx context.Context, ln net.Listener, gateway *server.Gateway, expose server.Exposure, log *zap.Logger) error {
	if err := server.Serve(ctx, ln, gateway.Handler(log, expose), gateway.Timeout(), log); err != nil {
		return failure{err}
	}
	return nil
}

// shown returns an address that a client on this machine can use.
func shown(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return addr.String()
}
