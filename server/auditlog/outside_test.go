package auditlog

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A disk that is really full: what has room is kept, whoever has none is told, and nothing is lost when there is some again.
func TestALogOnADiskThatFillsUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("no file system can be mounted: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 48<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Settings{File: filepath.Join(folder, "audit.jsonl"), Synced: true}
	l := opened(t, s)
	kept := 0
	for l.Wait(l.Append(line(fmt.Sprint("x-", kept)))) == nil {
		kept++
	}
	if kept == 0 || l.Admits() {
		t.Fatalf("%d lines are kept", kept)
	}
	for i := range 10 { // operations that had begun
		if err := l.Wait(l.Append(line(fmt.Sprint("x-", kept+1+i)))); err == nil {
			t.Error("a line is kept without room for it")
		}
	}
	l.Refuse()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	wait(t, "recovery", l.Admits)
	closed(t, l)
	lines, broken := linesOf(t, everything(t, s.File))
	if len(broken) > 0 {
		t.Errorf("lines are broken: %q", broken)
	}
	expect(t, lines, kept+11, "x-")
	if last := lines[len(lines)-2]; last.Event != Lost || last.Refused != 1 || last.Lines != 0 {
		t.Errorf("the gap is told by %+v", last)
	}
}

// reading is `tail -F`, which goes on with the file of that name.
type reading struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *reading) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *reading) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Contains(r.text.Bytes(), []byte(`"id":"`+id+`"`))
}

func TestWhoeverFollowsTheFileSeesEveryLineOnce(t *testing.T) {
	t.Parallel()
	tail, err := exec.LookPath("tail")
	if err != nil {
		t.Skip(err)
	}
	for name, rotate := range map[string]func(t *testing.T, l *Log, s Settings, i int){
		"by size": func(*testing.T, *Log, Settings, int) {},
		"by logrotate": func(t *testing.T, l *Log, s Settings, i int) {
			t.Helper()
			if err := os.Rename(s.File, fmt.Sprintf("%s.%d", s.File, i)); err != nil {
				t.Error(err)
			}
			l.Reopen()
			wait(t, "the new file", func() bool { return exists(s.File) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Settings{File: path(t), Rotation: Rotation{MaxFiles: 100}}
			if name == "by size" {
				s.Rotation.MaxSize = 5000
			}
			l := opened(t, s)
			wait(t, "the first line", func() bool { return l.queued.Load() == 0 })
			seen := &reading{}
			follow := exec.Command(tail, "-n", "+1", "-s", "0.05", "-F", s.File)
			follow.Stdout = seen
			if err := follow.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() {
				_ = follow.Process.Kill()
				_ = follow.Wait()
			}()
			const rounds, each = 5, 60
			for i := range rounds {
				for j := range each {
					if err := l.Wait(l.Append(line(fmt.Sprint("x-", i*each+j)))); err != nil {
						t.Fatal(err)
					}
				}
				last := fmt.Sprint("x-", i*each+each-1)
				wait(t, "reading "+last, func() bool { return seen.has(last) })
				rotate(t, l, s, i)
			}
			_ = follow.Process.Kill()
			lines, broken := linesOf(t, seen.text.Bytes())
			if len(broken) > 0 {
				t.Errorf("broken lines: %q", broken)
			}
			expect(t, lines, rounds*each, "x-")
		})
	}
}

func modeOf(t *testing.T, file string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(file)
	if err != nil {
		t.Error(err)
		return 0
	}
	return info.Mode()
}

func TestTheFilesAfterOneHaveItsMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o664} {
		s := Settings{File: path(t), Rotation: Rotation{MaxSize: 1000, Compressed: true}}
		if err := os.WriteFile(s.File, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(s.File, mode); err != nil { // whatever the process's umask is
			t.Fatal(err)
		}
		l := opened(t, s)
		tell(l, "x-", 30)
		wait(t, "writing", func() bool { return l.queued.Load() == 0 })
		if err := os.Rename(s.File, s.File+".moved"); err != nil {
			t.Fatal(err)
		}
		l.Reopen()
		wait(t, "the new file", func() bool { return exists(s.File) })
		closed(t, l)
		names, _ := rotatedOf(s.File)
		if len(names) == 0 {
			t.Error("nothing is rotated")
		}
		for _, name := range append(names, s.File) {
			if got := modeOf(t, name); got != mode {
				t.Errorf("%s has the mode %v, want %v", name, got, mode)
			}
		}
	}
}

func TestASymbolicLinkStaysAndItsFileIsRotated(t *testing.T) {
	t.Parallel()
	named := path(t)
	s := Settings{File: path(t), Rotation: Rotation{MaxSize: 1000, MaxFiles: 2, Compressed: true}}
	if err := os.Symlink(named, s.File); err != nil {
		t.Skip(err)
	}
	l := opened(t, s)
	tell(l, "x-", 100)
	closed(t, l)
	if modeOf(t, s.File).Type() != fs.ModeSymlink || modeOf(t, named).Type() != 0 {
		t.Error("the link is no link any more")
	}
	entries, _ := os.ReadDir(filepath.Dir(s.File))
	names, _ := rotatedOf(named)
	if len(entries) != 1 || len(names) != 2 {
		t.Errorf("beside the link are %v, and beside the file %v", entries, names)
	}
}

// Whoever may write to the folder does not have the log overwrite what it may not.
func TestPackingFollowsNoLink(t *testing.T) {
	t.Parallel()
	s := Settings{File: path(t)}
	stem, extension := split(s.File)
	rotated, other := stem+"-20261130T091500.000000Z"+extension, path(t)
	for file, text := range map[string]string{rotated: "{}\n", other: "mine"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(other, rotated+packedEnd+unfinished); err != nil {
		t.Skip(err)
	}
	if err := tidy(s.File, Rotation{MaxFiles: 9, Compressed: true}); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(other); string(text) != "mine" || modeOf(t, rotated+packedEnd).Type() != 0 {
		t.Errorf("the other file has %q", text)
	}
}

func TestStandardOutputIsNotRotatedWhateverItIs(t *testing.T) {
	t.Parallel()
	link := path(t)
	if err := os.Symlink("/dev/stdout", link); err != nil {
		t.Skip(err)
	}
	for name, want := range map[string]bool{"/dev/stdout": true, "/proc/self/fd/1": true, link: true, path(t): false, "audit.jsonl": false} {
		if isOfSystem(name) != want {
			t.Errorf("%s may be rotated: %t", name, want)
		}
	}
}

// Programs that copy the file and empty it (logrotate's copytruncate) leave the writer with a file that is shorter than it was.
func TestAFileThatWasEmptiedIsNotFull(t *testing.T) {
	t.Parallel()
	s := Settings{File: path(t), Rotation: Rotation{MaxSize: 5000}}
	l := opened(t, s)
	tell(l, "x-", 40)
	wait(t, "writing", func() bool { return l.queued.Load() == 0 })
	if err := os.Truncate(s.File, 0); err != nil {
		t.Fatal(err)
	}
	<-time.After(lookPeriod + 100*time.Millisecond)
	tell(l, "y-", 40)
	closed(t, l)
	text, _ := os.ReadFile(s.File)
	lines, broken := linesOf(t, text)
	expect(t, lines, 40, "y-")
	if names, _ := rotatedOf(s.File); len(names) > 0 || len(broken) > 0 {
		t.Errorf("rotated: %v; broken: %q", names, broken)
	}
}
