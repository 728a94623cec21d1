package auditlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// drive is a disk behind a file: what is written to it is there for good once it has been synced.
type drive struct {
	output

	mu sync.Mutex
	// written is what was written since the last sync, safe what was synced.
	written, safe []byte
	syncs         int
	// fails is what a sync says; then it forgets what was not safe, as systems do.
	fails error
	// gate, if there is one, lets nothing through until it is closed.
	gate chan struct{}
}

func (d *drive) wait() {
	d.mu.Lock()
	gate := d.gate
	d.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

func (d *drive) Write(p []byte) (int, error) {
	d.wait()
	n, err := d.output.Write(p)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written = append(d.written, p[:n]...)
	return n, err
}

func (d *drive) Sync() error {
	d.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	if d.fails == nil {
		d.safe = append(d.safe, d.written...)
	}
	d.written = d.written[:0]
	return d.fails
}

func (d *drive) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.Contains(d.safe, []byte(`"id":"`+id+`"`))
}

func (d *drive) change(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// driven is a log on a drive.
func driven(t *testing.T, s Settings) (*Log, *drive, *observer.ObservedLogs) {
	t.Helper()
	d := &drive{}
	l, err := open(s, time.Now, func(o output) output {
		d.output = o
		return d
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	core, logs := observer.New(zap.InfoLevel)
	l.SetReport(zap.New(core))
	return l, d, logs
}

func line(id string) *Line { return &Line{Time: time.Now(), Event: Operation, ID: id} }

func TestALineThatIsKeptIsInTheFile(t *testing.T) {
	t.Parallel()
	for _, synced := range []bool{false, true} {
		t.Run(fmt.Sprint(synced), func(t *testing.T) {
			t.Parallel()
			s := Settings{File: path(t), Synced: synced, SyncInterval: time.Hour}
			l, d, _ := driven(t, s)
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					for j := range 50 {
						id := fmt.Sprintf("x%d-%d", i, j)
						if err := l.Wait(l.Append(line(id))); err != nil {
							t.Errorf("%s: %v", id, err)
						}
						text, err := os.ReadFile(s.File)
						if err != nil || !bytes.Contains(text, []byte(`"id":"`+id+`"`)) {
							t.Errorf("%s is not in the file: %v", id, err)
						}
						if synced && !d.has(id) {
							t.Errorf("%s is not on the disk", id)
						}
					}
				})
			}
			all.Wait()
		})
	}
}

func TestOneSyncServesAllWhoWait(t *testing.T) {
	t.Parallel()
	l, d, _ := driven(t, Settings{File: path(t), Synced: true, SyncInterval: time.Hour, WriteTimeout: time.Minute})
	gate := make(chan struct{})
	d.change(func() { d.gate = gate })
	var all sync.WaitGroup
	before := d.syncs
	for i := range 100 {
		ticket := l.Append(line(fmt.Sprint("x-", i)))
		all.Go(func() {
			if err := l.Wait(ticket); err != nil {
				t.Error(err)
			}
		})
	}
	close(gate)
	all.Wait()
	if n := d.syncs - before; n > 3 { // the first line, those that came meanwhile, and the begin of the log
		t.Errorf("100 lines took %d syncs", n)
	}
}

// After a sync that has failed the next one says that all is well, whatever has become of the bytes.
func TestASyncThatFailsLosesNoLine(t *testing.T) {
	t.Parallel()
	l, d, _ := driven(t, Settings{File: path(t), Synced: true, SyncInterval: time.Hour})
	if err := l.Wait(l.Append(line("before"))); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("input/output error")
	d.change(func() { d.fails = broken })
	if err := l.Wait(l.Append(line("during"))); !errors.Is(err, broken) {
		t.Errorf("the line is kept: %v", err)
	}
	if l.Admits() {
		t.Error("operations are admitted")
	}
	if err := l.Wait(l.Append(line("later"))); err == nil {
		t.Error("a later line is kept")
	}
	d.change(func() { d.fails = nil })
	wait(t, "recovery", l.Admits)
	if err := l.Wait(l.Append(line("after"))); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"before", "during", "later", "after"} {
		if !d.has(id) {
			t.Errorf("%s is not on the disk: %s", id, d.safe)
		}
	}
}

func TestAFileThatHangsKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	for _, lossAllowed := range []bool{false, true} {
		t.Run(fmt.Sprint(lossAllowed), func(t *testing.T) {
			t.Parallel()
			s := Settings{File: path(t), WriteTimeout: 200 * time.Millisecond, LossAllowed: lossAllowed, QueueBytes: 10_000}
			l, d, logs := driven(t, s)
			wait(t, "the first line", func() bool { return l.queued.Load() == 0 })
			gate := make(chan struct{})
			d.change(func() { d.gate = gate })
			first := l.Append(line("x-0"))
			err := l.Wait(first)
			if (err != nil) == lossAllowed {
				t.Errorf("the line: %v", err)
			}
			wait(t, "the report", func() bool { return logs.FilterMessage("the audit log hangs").Len() == 1 })
			if l.Admits() != lossAllowed {
				t.Error("operations are admitted, or refused")
			}
			const n = 500
			for i := range n {
				if lossAllowed {
					_ = l.Append(line(fmt.Sprint("x-", i+1)))
				} else {
					l.Refuse()
				}
			}
			begun := l.Wait(l.Append(line("y-0"))) // an operation that had begun
			if (begun != nil) == lossAllowed {
				t.Errorf("a line while the file hangs: %v", begun)
			}
			if got := l.queued.Load(); got > 10_500 {
				t.Errorf("%d bytes wait", got)
			}
			close(gate)
			wait(t, "recovery", func() bool { return l.queued.Load() == 0 && !l.isStuck() })
			if logs.FilterMessage("the audit log hangs no more").Len() != 1 {
				t.Errorf("reports: %v", logs.All())
			}
			if err := l.Wait(l.Append(line("z-0"))); err != nil {
				t.Error(err)
			}
			closed(t, l)
			text, _ := os.ReadFile(s.File)
			lines, broken := linesOf(t, text)
			expect(t, lines, 1, "z-")
			var kept, lost, refused int64
			for _, k := range lines {
				switch {
				case k.Event == Lost:
					lost += k.Lines
					refused += k.Refused
				case k.ID[0] == 'x' || k.ID[0] == 'y':
					kept++
				}
			}
			if len(broken) > 0 || kept+lost+refused != n+2 || lossAllowed != (lost > 0) {
				t.Errorf("%d kept, %d lost, %d refused, broken %q", kept, lost, refused, broken)
			}
		})
	}
}

func TestCloseWaitsForNobodyWhoWaitsInVain(t *testing.T) {
	t.Parallel()
	l, d, _ := driven(t, Settings{File: path(t), WriteTimeout: time.Hour})
	wait(t, "the first line", func() bool { return l.queued.Load() == 0 })
	l.closeTime = 100 * time.Millisecond
	gate := make(chan struct{})
	d.change(func() { d.gate = gate })
	ticket := l.Append(line("x-0"))
	if err := l.Close(); !errors.Is(err, errUnwritten) {
		t.Errorf("Close says %v", err)
	}
	close(gate)
	if err := l.Wait(ticket); err != nil {
		t.Errorf("the line was written: %v", err)
	}
	if err := l.Wait(l.Append(line("x-1"))); err == nil {
		t.Error("a line is kept by a log that is closed")
	}
	<-l.done
}

// BenchmarkKept is what an answer waits for: until its line is in the file, or on the disk.
func BenchmarkKept(b *testing.B) {
	for _, mode := range []struct {
		name     string
		settings Settings
	}{{"continue", Settings{LossAllowed: true}}, {"refuse", Settings{}}, {"sync", Settings{Synced: true}}} {
		for _, clients := range []int{1, 16, 256} {
			b.Run(fmt.Sprintf("%s/clients=%d", mode.name, clients), func(b *testing.B) {
				s := mode.settings
				s.File = b.TempDir() + "/audit.jsonl"
				l, err := Open(s)
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = l.Close() }()
				one := &Line{
					Time: time.Now(), Event: Operation, ID: "bda74d980c47-2", Caller: Caller{Name: "jwt:https://id.example#alice", Method: "jwt"},
					Transport: "http", Operation: Asked{Name: "Page", Kind: "query"}, Decision: Allowed, Status: 200, End: Completed,
				}
				var next sync.Mutex
				left := b.N
				more := func() bool {
					next.Lock()
					defer next.Unlock()
					left--
					return left >= 0
				}
				b.ReportAllocs()
				b.ResetTimer()
				var all sync.WaitGroup
				for range clients {
					all.Go(func() {
						for more() {
							_ = l.Wait(l.Append(one))
						}
					})
				}
				all.Wait()
			})
		}
	}
}
