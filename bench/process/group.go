package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Params say what is started.
type Params struct {
	Args []string
	Env  []string // besides the harness's own
	Dir  string   // the working directory
	Log  string   // the file for what it prints; it is overwritten
}

// Group is a process group. Its methods are safe for concurrent use.
type Group struct {
	pid  int
	done chan struct{}
}

// Start starts a command in a group of its own, which gets SIGTERM when ctx is done or
// the harness dies.
func Start(ctx context.Context, p Params) (*Group, error) {
	if err := os.MkdirAll(filepath.Dir(p.Log), 0o750); err != nil {
		return nil, fmt.Errorf("making room for logs: %w", err)
	}
	out, err := os.Create(p.Log)
	if err != nil {
		return nil, fmt.Errorf("opening a log: %w", err)
	}
	defer out.Close()
	cmd := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...) //nolint:gosec // to run what it is told is its job
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.Dir = p.Dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	g := &Group{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends Pdeathsig when the thread ends that has started the process,
		// so that thread waits for it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(g.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", p.Args[0], err)
	}
	g.pid = cmd.Process.Pid
	return g, nil
}

// Done is closed when the group's first process has ended.
func (g *Group) Done() <-chan struct{} { return g.done }

// Kill ends the group, gently at first, and returns when its first process has ended.
func (g *Group) Kill() {
	const patience = 3 * time.Second
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		// The group may have gone already, or have no other process left.
		_ = syscall.Kill(-g.pid, signal)
		select {
		case <-g.done:
		case <-time.After(patience):
		}
	}
}
