package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/sync/errgroup"

	"github.com/weftgraph/weft/server"
)

// defaultListen is where the server listens unless told otherwise: on this machine only.
const defaultListen = "127.0.0.1:4000"

func newServe() *cobra.Command {
	var (
		flags         definitionFlags
		listen, admin string
		explain       bool
		level         zapcore.Level
	)
	cmd := &cobra.Command{
		Use:   "serve SCHEMA...",
		Short: "Serve a graph",
		Long: `Serve reads SDL files, and folders of them, and answers GraphQL at /graphql. The
listener opens when everything is loaded; documents with errors are reported as
'weft check' does, and the exit code is 1.

Changes of documents, settings and contracts take over while it serves; what has
errors is reported and does not. SIGHUP makes it look at once, and fetch contracts
from the network again.`,
		Example: `  weft serve graph/
  weft serve --listen :4000 --config weft.yaml users.graphql orders.graphql`,
		Args: needs("SCHEMA, the files and folders of a graph"),
		RunE: func(cmd *cobra.Command, args []string) error {
			// From the beginning: a SIGHUP that comes while everything is loaded would end the program otherwise.
			signals, ignore := hangups()
			defer ignore()
			d, texts, diags := flags.read(args)
			if diags.HasErrors() {
				// What could be read is checked all the same, so that one run reports every problem.
				_, found := server.Check(cmd.Context(), d)
				return report(cmd, append(diags, found...), texts)
			}
			d.Log = newLog(cmd.ErrOrStderr(), level)
			gateway, found := server.Open(cmd.Context(), d)
			diags.Add(found...)
			if err := report(cmd, diags, texts); err != nil {
				return err
			}
			defer gateway.Close()
			return serve(cmd, gateway, serveParams{
				listen: cmp.Or(listen, d.Listen(), defaultListen), admin: cmp.Or(admin, d.AdminListen()), log: level,
				expose: server.Exposure{Explain: explain},
				watch: func(ctx context.Context, log *zap.Logger) {
					keeping{gateway, &flags, args, signals}.keepUp(ctx, cmd, log)
				},
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&listen, "listen", "", "the `HOST:PORT` to listen on; port 0 takes a free one (default "+defaultListen+")")
	cmd.Flags().BoolVar(&explain, "explain", false,
		"let clients ask for plans and calls with the header Weft-Explain; they tell about the inside of the graph")
	addAdmin(cmd, &admin)
	addLog(cmd, &level)
	return cmd
}

// serveParams say how a gateway is served.
type serveParams struct {
	listen string
	// fallback is listened on when the address of listen is in use; it may be empty.
	fallback string
	// admin is the address of the admin listener; empty for none.
	admin string
	// log is from what level on something is logged.
	log    zapcore.Level
	expose server.Exposure
	// watch keeps the gateway as its files are, until the context is over; nil if there are none.
	watch func(ctx context.Context, log *zap.Logger)
	// ready is called with the endpoint's address when the listener is open; it may be nil.
	ready func(endpoint string) error
}

// serve answers requests until the command is interrupted.
func serve(cmd *cobra.Command, gateway *server.Gateway, p serveParams) error {
	log := newLog(cmd.ErrOrStderr(), p.log)
	defer func() { _ = log.Sync() }() // stderr may be anything, and many things cannot be synced

	public, err := listen(cmd.Context(), p.listen, p.fallback)
	if err != nil {
		return failure{err}
	}
	settings := gateway.Listening()
	servings := []serving{{public, gateway.Handler(log, p.expose), settings}}
	scheme := "http"
	if settings.TLS != nil {
		scheme = "https"
	}
	endpoint := scheme + "://" + shown(public.Addr()) + gateway.Path()
	text := "listening on " + endpoint + "\n"
	if p.admin != "" {
		console, err := listenAdmin(cmd.Context(), p.admin, gateway, log)
		if err != nil {
			_ = public.Close() // nothing was accepted
			return failure{err}
		}
		servings = append(servings, console)
		text += "console      http://" + shown(console.listener.Addr()) + "/\n"
	}
	if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
		return err
	}
	if p.ready != nil {
		if err := p.ready(endpoint); err != nil {
			return err
		}
	}
	if p.watch != nil {
		ctx, stop := context.WithCancel(cmd.Context())
		var watching sync.WaitGroup
		watching.Go(func() { p.watch(ctx, log) })
		defer watching.Wait()
		defer stop()
	}
	return answer(cmd.Context(), servings, log)
}

// serving is a listener with what answers there.
type serving struct {
	listener net.Listener
	handler  server.Drainer
	settings server.Listening
}

// listen opens a listener, on the fallback if that is not empty and the address is in use.
func listen(ctx context.Context, address, fallback string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) && fallback != "" {
		return lc.Listen(ctx, "tcp", fallback)
	}
	return ln, err
}

// answer answers requests until ctx is over and all listeners have let theirs finish, or one of them fails.
func answer(ctx context.Context, servings []serving, log *zap.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range servings {
		group.Go(func() error { return server.Serve(ctx, s.listener, s.handler, s.settings, log) })
	}
	if err := group.Wait(); err != nil {
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
