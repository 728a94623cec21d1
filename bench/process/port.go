package process

import (
	"context"
	"fmt"
	"net"
)

// FreePort returns a port of 127.0.0.1 that nobody listens at now.
func FreePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("expected a TCP address but got %s", l.Addr())
	}
	return address.Port, nil
}
