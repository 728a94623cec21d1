package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTranscriptsAreWhatHappens runs the commands in "```console" blocks, those behind "$ ", and compares what they print, to
// stdout or to stderr. They run in a folder with the repository's examples, and with a file for each block of their page that says
// so behind its language, such as "```graphql file users.graphql". A command sees what commands before it have done to the files.
// A block "```console serve" runs a server: see session.
func TestTranscriptsAreWhatHappens(t *testing.T) {
	parallel(t)
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./cmd/weft")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath") // as make build does
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	checked := 0
	for _, p := range pages(t) {
		e := newEdits(p)
		s := newSession(t, bin, p)
		for _, b := range p.blocks() {
			s.write(t, &b)
			if b.language != "console" {
				continue
			}
			checked++
			got := s.run(t, &b)
			if got == b.text {
				continue
			}
			e.block(&b, got)
			if !*update {
				t.Errorf("%s:%d: unexpected output (-page +weft):\n%s", p.file, b.line, cmp.Diff(b.text, got))
			}
		}
		s.end()
		e.save(t)
	}
	if checked < 5 {
		t.Errorf("found %d transcripts", checked)
	}
}

// TestDemosLeaveThePortToThePage holds pages on which somebody starts both the demo and a server of their own to naming the demo's port: the
// other one has the default.
func TestDemosLeaveThePortToThePage(t *testing.T) {
	t.Parallel()
	found := 0
	for _, p := range pages(t) {
		blocks := p.blocks()
		if !slices.ContainsFunc(blocks, func(b block) bool { return b.note == "serve" }) {
			continue
		}
		for _, b := range blocks {
			for line := range strings.Lines(b.text) {
				if b.language != "sh" || !strings.HasPrefix(line, "weft demo") {
					continue
				}
				found++
				if !strings.Contains(line, "--listen ") {
					t.Errorf("%s:%d: the demo takes the port of the page's server: %s", p.file, b.line, line)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no page starts the demo")
	}
}

// folderOfPage makes a folder with the files of a page.
func folderOfPage(t *testing.T, p page) string {
	t.Helper()
	folder := t.TempDir()
	examples, err := filepath.Abs(under("examples"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(examples, filepath.Join(folder, "examples")); err != nil {
		t.Fatal(err)
	}
	for _, b := range p.blocks() {
		name, ok := strings.CutPrefix(b.note, "file ")
		if !ok {
			continue
		}
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(b.text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// transcript runs the commands of a block and returns the block as it should be.
func (s *session) transcript(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "$ ") {
			continue
		}
		out.WriteString(line)
		printed, err := s.command(t, line).CombinedOutput()
		if err != nil && len(printed) == 0 {
			t.Errorf("%s: %v", strings.TrimSpace(line), err)
		}
		if len(printed) > 0 && printed[len(printed)-1] != '\n' { // as terminals do that keep prompts apart
			printed = append(printed, '\n')
		}
		out.WriteString(s.onPage(string(printed)))
		if s.server != nil {
			s.server.reload(t)
		}
	}
	return out.String()
}
