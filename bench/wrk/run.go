package wrk

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Load is what wrk is asked for.
type Load struct {
	// URL is that of the server, which ends with Path.
	URL, Path   string
	Bodies      []string // sent in turn
	Connections int
	Seconds     int
	// Script is the file that the script is written to.
	Script string
	// Place returns the command that runs args on the cores of the load.
	Place func(args ...string) []string
}

// Run loads a server. The CPU time is wrk's own.
func Run(ctx context.Context, l Load) (Result, time.Duration, error) {
	if err := os.WriteFile(l.Script, []byte(script(l.Path, l.Bodies)), 0o600); err != nil {
		return Result{}, 0, err
	}
	args := l.Place("wrk", "-t1", fmt.Sprintf("-c%d", l.Connections), fmt.Sprintf("-d%ds", l.Seconds), "--timeout", "10s", "-s", l.Script, l.URL)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // it is wrk
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return Result{}, 0, fmt.Errorf("running wrk: %w: %s", err, stderr.String())
	}
	r, err := parse(string(out))
	return r, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}
