package main

import (
	"context"
	"net"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/server"
)

// addAdmin adds the flag for the admin listener.
func addAdmin(cmd *cobra.Command, address *string) {
	cmd.Flags().StringVar(address, "admin", "",
		"open the console at this `HOST:PORT`: sources, latencies, plans; it has no sign-in (default off)")
}

// listenAdmin opens the admin listener, and warns when other machines may reach it.
func listenAdmin(ctx context.Context, address string, gateway *server.Gateway, log *zap.Logger) (serving, error) {
	ln, err := listen(ctx, address, "")
	if err != nil {
		return serving{}, err
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		log.Warn("the console has no sign-in, and other machines may reach its address", zap.Stringer("address", ln.Addr()))
	}
	var names []string
	if host, _, err := net.SplitHostPort(address); err == nil && host != "" {
		names = append(names, host)
	}
	return serving{ln, gateway.Admin(log, version, names...), server.Listening{Timeout: gateway.Timeout}}, nil
}
