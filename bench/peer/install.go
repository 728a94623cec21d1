package peer

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Install makes peers ready. Those that cannot be are left out, with one line to log
// that says where to look.
func Install(ctx context.Context, peers []Peer, h Home, log io.Writer) ([]Peer, error) {
	var ready []Peer
	outcomes := map[string]error{} // several peers may have one installation
	for _, p := range peers {
		command := strings.Join(p.InstallArgs, " ")
		err, isDone := outcomes[command]
		if !isDone {
			err = install(ctx, p, h)
			outcomes[command] = err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			ready = append(ready, p)
			continue
		}
		if _, err := fmt.Fprintf(log, "%s cannot be installed and is left out: %v\n", p.Name, err); err != nil {
			return nil, err
		}
	}
	return ready, nil
}

func install(ctx context.Context, p Peer, h Home) error {
	if len(p.InstallArgs) == 0 {
		return nil
	}
	file := h.Log(p.Name + "-install")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	out, err := os.Create(file) //nolint:gosec // the harness names its logs
	if err != nil {
		return err
	}
	defer out.Close()
	args := h.command(p.InstallArgs)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // peers.json says what is run
	cmd.Env = append(os.Environ(), h.env(p)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w; see %s", err, file)
	}
	return nil
}
