package conformance_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves a graph on a port of the loopback until the test ends, as `weft serve` does, and returns the address, such as
// "127.0.0.1:4711". settings is a weft.yaml.
func start(t *testing.T, settings string, documents ...sdl.Input) string {
	t.Helper()
	read, diags := config.Read("weft.yaml", settings, func(string) (string, bool) { return "", false })
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	gateway, diags := server.Open(t.Context(), server.Definition{Documents: documents, Config: read})
	if gateway == nil {
		t.Fatal(diags)
	}
	t.Cleanup(gateway.Close)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, ln, gateway.Handler(zap.NewNop(), server.Exposure{}), gateway.Listening(), zap.NewNop())
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// scriptTime is how long a script may run.
const scriptTime = time.Minute

// script runs a program of this folder with Node.js, and returns what it prints. The test fails if the program does, with what it
// says on standard error.
func script(t *testing.T, file string, args ...string) []byte {
	t.Helper()
	path := program(t, "node")
	if err := install(); err != nil {
		lacks(t, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), scriptTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, append([]string{file}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("node %s: %v\n%s\n%s", file, err, &stdout, &stderr)
	}
	return stdout.Bytes()
}

// program finds a program, or ends the test.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacks(t, err)
	}
	return path
}

// lacks skips a test that lacks something on this machine, unless all are to run.
func lacks(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("WEFT_TEST_ALL") != "" {
		t.Fatal(err)
	}
	t.Skipf("Node.js, npm with a registry, and PHP with its SOAP extension are needed: %v", err)
}

// installTime bounds npm ci.
const installTime = 5 * time.Minute

// install installs what package-lock.json names, if that has not been done for these very bytes.
var install = sync.OnceValue(func() error {
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		return err
	}
	stamp := filepath.Join("node_modules", ".installed")
	wanted := fmt.Appendf(nil, "%x", sha256.Sum256(lock))
	switch done, err := os.ReadFile(stamp); {
	case err == nil && bytes.Equal(done, wanted):
		return nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), installTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error").CombinedOutput()
	if err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return os.WriteFile(stamp, wanted, 0o600)
})
