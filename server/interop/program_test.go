package interop_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds everything that is waited for. It is only ever used up by a test that fails.
const patience = 30 * time.Second

// program is a running process that says on its standard output where it listens.
type program struct {
	cmd *exec.Cmd
	// said is what it has written. It is complete when ended is closed.
	said  transcript
	ended chan struct{}
	err   error
}

// transcript is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

// String implements fmt.Stringer.
func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// start runs a program that TestMain has built until the test ends. It returns what the group of the pattern matches in what the
// program says, or "" if it has ended without saying such a thing.
func start(t *testing.T, pattern string, env []string, name string, args ...string) (*program, string) {
	t.Helper()
	p := &program{cmd: exec.Command(filepath.Join(programs, name), args...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Dir = t.TempDir()
	r, w := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = io.MultiWriter(&p.said, w), &p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go look(r, regexp.MustCompile(pattern), found)
	go func() {
		p.err = p.cmd.Wait()
		_ = w.Close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		<-p.ended
		if t.Failed() {
			t.Logf("%s says:\n%s", name, &p.said)
		}
	})
	select {
	case text := <-found:
		return p, text
	case <-time.After(patience):
		t.Fatalf("%s does not say %s, but:\n%s", name, pattern, &p.said)
		return nil, ""
	}
}

// look sends the first match, and reads on until the program ends: it would block otherwise.
func look(r io.Reader, pattern *regexp.Regexp, found chan<- string) {
	defer close(found)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if match := pattern.FindStringSubmatch(lines.Text()); match != nil {
			found <- match[1]
			break
		}
	}
	_, _ = io.Copy(io.Discard, r) // until the program ends
}
