package auditlog

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kept is what a line says, as far as the tests look.
type kept struct {
	Version int    `json:"v"`
	Time    string `json:"time"`
	Event   Event  `json:"event"`
	ID      string `json:"id"`
	Lines   int64  `json:"lines"`
	Refused int64  `json:"refused"`
}

// linesOf reads the lines of a text that are whole, and the parts of others.
func linesOf(t *testing.T, text []byte) (whole []kept, broken []string) {
	t.Helper()
	for line := range bytes.Lines(text) {
		var k kept
		if err := json.Unmarshal(line, &k); err != nil {
			broken = append(broken, string(line))
			continue
		}
		whole = append(whole, k)
	}
	return whole, broken
}

// everything reads all files of a log, the oldest first.
func everything(t *testing.T, path string) []byte {
	t.Helper()
	names, err := rotatedOf(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range append(names, path) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, packedEnd) {
			z, err := gzip.NewReader(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, text...)
	}
	return all
}

func opened(t *testing.T, s Settings) *Log {
	t.Helper()
	l, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func closed(t *testing.T, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func path(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "audit.jsonl")
}

// wait waits until something is so.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s does not happen", what)
		}
	}
}

// tell appends lines called from "0" on.
func tell(l *Log, prefix string, n int) {
	for i := range n {
		l.Append(&Line{Time: time.Now(), Event: Operation, ID: fmt.Sprint(prefix, i)})
	}
}

// expect checks that the lines of each prefix are all there, each once and in their order.
func expect(t *testing.T, lines []kept, n int, prefixes ...string) {
	t.Helper()
	for _, prefix := range prefixes {
		next := 0
		for _, k := range lines {
			if !strings.HasPrefix(k.ID, prefix) {
				continue
			}
			if want := fmt.Sprint(prefix, next); k.ID != want {
				t.Fatalf("there is line %s, want %s", k.ID, want)
			}
			next++
		}
		if next != n {
			t.Errorf("there are %d lines of %q, want %d", next, prefix, n)
		}
	}
}

func TestLinesOfManyAreKeptOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const each = 500
	s := Settings{File: path(t)}
	l := opened(t, s)
	var all sync.WaitGroup
	var prefixes []string
	for i := range 8 {
		prefix := string(rune('a'+i)) + "-"
		prefixes = append(prefixes, prefix)
		all.Go(func() { tell(l, prefix, each) })
	}
	all.Wait()
	closed(t, l)
	lines, broken := linesOf(t, everything(t, s.File))
	if len(broken) > 0 {
		t.Errorf("lines are broken: %q", broken)
	}
	expect(t, lines, each, prefixes...)
	if first, last := lines[0], lines[len(lines)-1]; first.Event != Start || last.Event != Stop || first.Version != Version {
		t.Errorf("the log begins with %+v and ends with %+v", first, last)
	}
	info, err := os.Stat(s.File)
	if err != nil || info.Mode().Perm() != fileMode {
		t.Errorf("the mode is %v: %v", info.Mode(), err)
	}
}

func TestRotationLosesNothingAndKeepsSome(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		t.Run(fmt.Sprint(packed), func(t *testing.T) {
			t.Parallel()
			s := Settings{File: path(t), Rotation: Rotation{MaxSize: 2000, MaxFiles: 1000, Compressed: packed}}
			l := opened(t, s)
			for i := range 50 { // in several batches
				l.Append(&Line{Time: time.Now(), Event: Operation, ID: fmt.Sprint("x-", i)})
				wait(t, "the line is written", func() bool { return l.queued.Load() == 0 })
			}
			tell(l, "y-", 300)
			closed(t, l)
			lines, broken := linesOf(t, everything(t, s.File))
			if len(broken) > 0 {
				t.Errorf("lines are broken: %q", broken)
			}
			expect(t, lines, 50, "x-")
			expect(t, lines, 300, "y-")
			names, _ := rotatedOf(s.File)
			if len(names) < 5 {
				t.Errorf("there are %d files", len(names))
			}
			for _, name := range names {
				info, err := os.Stat(name)
				if err != nil || info.Size() > 2000 || info.Mode().Perm() != fileMode {
					t.Errorf("%s: %v %v", name, info, err)
				}
				if strings.HasSuffix(name, packedEnd) != packed {
					t.Errorf("%s is packed: want %v", name, packed)
				}
			}
			// Whoever comes next deletes what is too much, and nothing else.
			other := filepath.Join(filepath.Dir(s.File), "audit-mine.jsonl")
			if err := os.WriteFile(other, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s.Rotation.MaxFiles = 3
			closed(t, opened(t, s))
			left, _ := rotatedOf(s.File)
			if len(left) != 3 || !slices.Contains(left, names[len(names)-1]) || !exists(other) {
				t.Errorf("left are %q of %q", left, names)
			}
		})
	}
}

func TestAFileThatIsTooOldIsRotated(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	later := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	s := Settings{File: path(t), Rotation: Rotation{MaxAge: time.Hour}}
	begin := func() *Log {
		l, err := open(s, clock, nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	closed(t, begin())
	later(59 * time.Minute)
	closed(t, begin())
	if names, _ := rotatedOf(s.File); len(names) != 0 {
		t.Errorf("rotated too early: %q", names)
	}
	later(time.Minute) // the age is that of the first line, whoever has written it
	closed(t, begin())
	names, _ := rotatedOf(s.File)
	if len(names) != 1 || filepath.Base(names[0]) != "audit-20261130T100000.000000Z.jsonl" {
		t.Errorf("the rotated files are %q", names)
	}
}

func TestHalfALineOfACrashGetsItsEnd(t *testing.T) {
	t.Parallel()
	s := Settings{File: path(t)}
	if err := os.WriteFile(s.File, []byte(`{"v":1,"time":"2026-11-30T09:00:00Z","event":"operation","id":"a"}`+"\n"+`{"v":1,"ti`), 0o640); err != nil {
		t.Fatal(err)
	}
	l := opened(t, s)
	tell(l, "x-", 1)
	closed(t, l)
	lines, broken := linesOf(t, everything(t, s.File))
	if len(broken) != 1 || broken[0] != "{\"v\":1,\"ti\n" || len(lines) != 4 {
		t.Errorf("the lines are %v, broken %q", lines, broken)
	}
	if info, _ := os.Stat(s.File); info.Mode().Perm() != 0o640 {
		t.Errorf("the mode of a file that is there was changed: %v", info.Mode())
	}
}

func TestWhoeverMovesTheFileGetsAWholeOne(t *testing.T) {
	t.Parallel()
	for name, moved := range map[string]func(l *Log){
		"told":    func(l *Log) { l.Reopen() },
		"noticed": func(*Log) { <-time.After(lookPeriod + 100*time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Settings{File: path(t)}
			l := opened(t, s)
			tell(l, "x-", 100)
			wait(t, "writing", func() bool { return l.queued.Load() == 0 })
			aside := s.File + ".1"
			if err := os.Rename(s.File, aside); err != nil {
				t.Fatal(err)
			}
			moved(l)
			if name == "told" {
				wait(t, "the file", func() bool { return exists(s.File) })
			}
			tell(l, "y-", 100)
			closed(t, l)
			for file, prefix := range map[string]string{aside: "x-", s.File: "y-"} {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				lines, broken := linesOf(t, text)
				if len(broken) > 0 {
					t.Errorf("%s has broken lines: %q", file, broken)
				}
				expect(t, lines, 100, prefix)
			}
		})
	}
}

// full is a device on which there is never any room.
const full = "/dev/full"

func TestAFullDiskStopsOperationsAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := Settings{File: path(t)}
	if err := os.Symlink(full, s.File); err != nil {
		t.Skip(err)
	}
	l := opened(t, s)
	core, logs := observer.New(zap.InfoLevel)
	l.SetReport(zap.New(core))
	tell(l, "x-", 100)
	wait(t, "the failure", func() bool { return !l.Admits() })
	tell(l, "y-", 100) // operations that had begun
	if err := os.Remove(s.File); err != nil {
		t.Fatal(err)
	}
	wait(t, "recovery", l.Admits)
	closed(t, l)
	lines, broken := linesOf(t, everything(t, s.File))
	if len(broken) > 0 {
		t.Errorf("lines are broken: %q", broken)
	}
	expect(t, lines, 100, "x-", "y-")
	if n := logs.FilterMessage("the audit log cannot be written").Len() + logs.FilterMessage("the audit log can be written again").Len(); n < 1 || n > 2 {
		t.Errorf("the reports are %v", logs.All())
	}
}

func TestAFullDiskMayLoseLinesIfTheGapIsTold(t *testing.T) {
	t.Parallel()
	s := Settings{File: path(t), LossAllowed: true, QueueBytes: 10_000}
	if err := os.Symlink(full, s.File); err != nil {
		t.Skip(err)
	}
	l := opened(t, s)
	const n = 2000
	tell(l, "x-", n)
	if !l.Admits() {
		t.Error("operations are refused")
	}
	if got := l.queued.Load(); got > 10_000+500 { // the line about the gap has a place of its own
		t.Errorf("%d bytes wait", got)
	}
	if err := os.Remove(s.File); err != nil {
		t.Fatal(err)
	}
	wait(t, "recovery", func() bool { return l.queued.Load() == 0 })
	tell(l, "y-", 10)
	closed(t, l)
	lines, broken := linesOf(t, everything(t, s.File))
	if len(broken) > 0 {
		t.Errorf("lines are broken: %q", broken)
	}
	expect(t, lines, 10, "y-")
	var kept, lost int64
	for _, k := range lines {
		if strings.HasPrefix(k.ID, "x-") {
			kept++
			if lost > 0 {
				t.Error("a line that was kept stands behind the gap that came after it")
			}
		}
		if k.Event == Lost {
			lost += k.Lines
		}
	}
	if kept+lost != n || lost == 0 {
		t.Errorf("%d lines are kept and %d lost, want %d together", kept, lost, n)
	}
}

func TestCloseTellsWhatADiskDoesNotTake(t *testing.T) {
	t.Parallel()
	l, err := Open(Settings{File: full})
	if err != nil {
		t.Skip(err)
	}
	l.closeTime = 200 * time.Millisecond
	if err := l.Close(); err == nil {
		t.Error("Close says that all is well")
	}
}

func TestSettingsChangeUnderLoadWithoutLoss(t *testing.T) {
	t.Parallel()
	first, second := path(t), path(t)
	l := opened(t, Settings{File: first})
	var all sync.WaitGroup
	all.Go(func() { tell(l, "x-", 2000) })
	if err := l.Configure(Settings{File: filepath.Join(first, "below")}); err == nil {
		t.Error("a file that cannot be")
	}
	for _, file := range []string{second, first, second} {
		if err := l.Configure(Settings{File: file, Rotation: Rotation{MaxSize: 50_000}}); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	tell(l, "y-", 10)
	closed(t, l)
	one, broken := linesOf(t, everything(t, first))
	two, more := linesOf(t, everything(t, second))
	if len(broken)+len(more) > 0 {
		t.Errorf("broken lines: %q %q", broken, more)
	}
	expect(t, two, 10, "y-")
	seen := map[string]int{}
	for _, k := range append(one, two...) {
		seen[k.ID]++
	}
	for i := range 2000 {
		if n := seen[fmt.Sprint("x-", i)]; n != 1 {
			t.Fatalf("line %d is there %d times", i, n)
		}
	}
}
