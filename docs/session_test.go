package docs_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/weftgraph/weft/examples/shop"
)

// session is where the commands of a page run. If one of its blocks is a "```console serve", the shop's back ends are there,
// at the ports where the shop's document expects them, and the command of such a block goes on while those of the blocks after it
// run. What a page changes meanwhile, by a command, in a "```graphql file NAME" with the same name or in a "```graphql more NAME",
// which appends to it, is served before the next command runs. No port that a page names is really taken: other ones stand for
// them.
type session struct {
	bin, folder string
	// real has the addresses that stand for those of the page.
	real   map[string]string
	server *background
}

func newSession(t *testing.T, bin string, p page) *session {
	t.Helper()
	s := &session{bin: bin, folder: folderOfPage(t, p), real: map[string]string{}}
	for _, b := range p.blocks() {
		if b.language != "console" || b.note != "serve" {
			continue
		}
		if _, err := exec.LookPath("curl"); err != nil && os.Getenv("WEFT_TEST_ALL") == "" {
			t.Skip("no curl is installed")
		}
		backend, err := shop.Start(t.Context(), shop.Options{Pace: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = backend.Close() }) // nothing is written that could be lost
		s.real["localhost:4001"] = strings.TrimPrefix(backend.URL(), "http://")
		s.real["localhost:4002"] = strings.TrimPrefix(backend.Address(shop.Shipping), "grpc://")
		break
	}
	return s
}

// here spells the addresses of a text as they really are.
func (s *session) here(text string) string {
	for page, real := range s.real {
		text = strings.ReplaceAll(text, page, real)
	}
	return text
}

// onPage spells the addresses of a text as the page does.
func (s *session) onPage(text string) string {
	for page, real := range s.real {
		text = strings.ReplaceAll(text, real, page)
	}
	return text
}

// write writes the file of a block, and returns when a server that runs has taken it over.
func (s *session) write(t *testing.T, b *block) {
	t.Helper()
	how, name, ok := strings.Cut(b.note, " ")
	if !ok || how != "file" && how != "more" {
		return
	}
	name = filepath.Join(s.folder, filepath.FromSlash(name))
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := s.here(b.text)
	if how == "more" {
		text = string(before) + text
	}
	if text == string(before) {
		return
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.server != nil {
		s.server.reload(t)
	}
}

// run runs the commands of a block and returns the block as it should be.
func (s *session) run(t *testing.T, b *block) string {
	t.Helper()
	if b.note == "serve" {
		return s.serve(t, b.text)
	}
	return s.transcript(t, b.text)
}

func (s *session) command(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", s.here(strings.TrimPrefix(line, "$ ")))
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return cmd
}

// serve starts the server of a block, in place of one that runs, and returns the block with what it prints until it listens.
func (s *session) serve(t *testing.T, text string) string {
	t.Helper()
	s.end()
	const listening = "listening on http://"
	line, _, _ := strings.Cut(text, "\n")
	cmd := s.command(t, "exec "+strings.TrimPrefix(line, "$ ")+" --listen 127.0.0.1:0")
	ctx, cancel := context.WithCancel(t.Context())
	s.server = &background{cmd: cmd, cancel: cancel, grown: make(chan struct{}, 1)}
	cmd.Stdout, cmd.Stderr = s.server, s.server
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		<-ctx.Done()
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}()
	before, behind, _ := strings.Cut(s.server.await(t, listening, "\n"), listening)
	address, behind, _ := strings.Cut(behind, "/")
	path, _, _ := strings.Cut(behind, "\n")
	s.real["localhost:4000"] = address
	return line + "\n" + s.onPage(before) + listening + "127.0.0.1:4000/" + path + "\n"
}

// end stops the server that runs, if one does.
func (s *session) end() {
	if s.server != nil {
		s.server.cancel()
		_ = s.server.cmd.Wait() // how it ends is told by other tests
		s.server = nil
	}
}

// background is a command that runs, and what it has printed.
type background struct {
	cmd    *exec.Cmd
	cancel func()
	grown  chan struct{}

	mu      sync.Mutex
	printed bytes.Buffer
}

// Write implements io.Writer.
func (b *background) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case b.grown <- struct{}{}:
	default:
	}
	return b.printed.Write(p)
}

// await returns what was printed since the last call, once it has a text, and another one behind that.
func (b *background) await(t *testing.T, text, behind string) string {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		b.mu.Lock()
		printed := b.printed.String()
		if _, rest, ok := strings.Cut(printed, text); ok && strings.Contains(rest, behind) {
			b.printed.Reset()
			b.mu.Unlock()
			return printed
		}
		b.mu.Unlock()
		select {
		case <-b.grown:
		case <-late:
			t.Fatalf("no %q in what was printed:\n%s", text, printed)
		}
	}
}

// reload makes a server look at its files, and returns when it serves them; some files of a page are none of its own.
func (b *background) reload(t *testing.T) {
	t.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	b.await(t, `,"generation":`, "\n")
}
