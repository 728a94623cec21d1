package quota_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/server/quota"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is set by tests.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) set(t *testing.T, text string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	c.at.Store(&at)
}

func (c *clock) now() time.Time { return *c.at.Load() }

// open opens a ledger on a clock that stands.
func open(t *testing.T, file string, c *clock, log *zap.Logger) *quota.Ledger {
	t.Helper()
	l, err := quota.Open(quota.Params{File: file, Now: c.now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closed(t *testing.T, l *quota.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// one is one operation.
func one() quota.Amount { return quota.Amount{Requests: 1} }

func perDay(n int64) quota.Quota { return quota.Quota{Day: quota.Amount{Requests: n}} }

// killed is what a process finds that was started after one that was killed: a copy of the file as it is now.
func killed(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(t.TempDir(), "usage.jsonl")
	if err := os.WriteFile(left, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return left
}

func TestExactlyTheQuotaIsAdmittedUnderRace(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1, 7, 500} {
		c := &clock{}
		c.set(t, "2026-11-30T12:00:00Z")
		l := open(t, filepath.Join(t.TempDir(), "usage.jsonl"), c, zap.NewNop())
		var admitted, refused atomic.Int64
		var asking sync.WaitGroup
		for range 8 {
			asking.Go(func() {
				for range limit {
					if l.Admit("a", perDay(limit), one()) == nil {
						admitted.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
		asking.Wait()
		if admitted.Load() != limit || refused.Load() != 7*limit {
			t.Errorf("of %d, %d were admitted and %d refused", limit, admitted.Load(), refused.Load())
		}
		if got := l.Usage("a"); got.Day.Requests != limit || got.Month.Requests != limit || got.Total.Requests != limit {
			t.Errorf("the figures are %+v, want %d: what was refused does not count", got, limit)
		}
		closed(t, l)
	}
}

// However often the process is killed, no more than the quota passes, and little is lost.
func TestKillingTheProcessGrantsNothing(t *testing.T) {
	t.Parallel()
	const limit = 1000
	c := &clock{}
	c.set(t, "2026-11-30T12:00:00Z")
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	admitted, kills := 0, 0
	for isUsedUp := false; !isUsedUp; kills++ {
		l := open(t, file, c, zap.NewNop())
		for range 77 {
			if l.Admit("a", perDay(limit), one()) != nil {
				isUsedUp = true
				break
			}
			admitted++
		}
		file = killed(t, file)
		closed(t, l) // of a file that nobody reads any more
	}
	if admitted > limit {
		t.Errorf("%d were admitted, the quota is %d", admitted, limit)
	}
	if least := limit - kills*limit/100; admitted < least {
		t.Errorf("%d were admitted after %d kills, want %d at least", admitted, kills, least)
	}
}

func TestAnOrderlyEndLosesNothing(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.set(t, "2026-11-30T12:00:00Z")
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	q := quota.Quota{Day: quota.Amount{Requests: 1000, Cost: 5000}, Month: quota.Amount{Requests: 2000}}
	for range 5 {
		l := open(t, file, c, zap.NewNop())
		for range 10 {
			if exceeded := l.Admit("a", q, quota.Amount{Requests: 1, Cost: 3}); exceeded != nil {
				t.Fatal(exceeded)
			}
		}
		closed(t, l)
	}
	used := quota.Amount{Requests: 50, Cost: 150}
	want := quota.Usage{Day: used, Month: used, Total: used, Last: c.now()}
	got, err := quota.Read(file, c.now())
	if err != nil {
		t.Fatal(err)
	}
	if got["a"] != want {
		t.Errorf("got %+v, want %+v", got["a"], want)
	}
}

func TestDaysAndMonthsBeginInUTC(t *testing.T) {
	t.Parallel()
	c := &clock{}
	l := open(t, filepath.Join(t.TempDir(), "usage.jsonl"), startedAt(t, c, "2026-11-29T12:00:00Z"), zap.NewNop())
	defer closed(t, l)
	q := quota.Quota{Day: quota.Amount{Requests: 2}, Month: quota.Amount{Requests: 3}}
	for _, step := range []struct {
		at, refused string
		wait        time.Duration
	}{
		{"2026-11-29T23:59:58Z", "", 0},
		{"2026-11-29T23:59:58Z", "", 0},
		{"2026-11-29T23:59:58Z", "day", 2 * time.Second},
		{"2026-11-30T01:00:00+01:00", "", 0}, // the month's third
		{"2026-11-30T12:00:00Z", "month", 12 * time.Hour},
		{"2026-12-01T00:00:00Z", "", 0},
		{"2026-12-01T00:00:00Z", "", 0},
		{"2026-12-01T00:00:00Z", "day", 24 * time.Hour},
		{"2027-01-01T00:00:00Z", "", 0},
	} {
		c.set(t, step.at)
		exceeded := l.Admit("a", q, one())
		got, wait := "", time.Duration(0)
		if exceeded != nil {
			got, wait = string(exceeded.Period), exceeded.Wait
		}
		if got != step.refused || wait != step.wait {
			t.Errorf("%s: refused by %q for %v, want %q for %v", step.at, got, wait, step.refused, step.wait)
		}
	}
}

func startedAt(t *testing.T, c *clock, at string) *clock {
	t.Helper()
	c.set(t, at)
	return c
}

func TestAClockThatGoesBackGrantsNothing(t *testing.T) {
	t.Parallel()
	c := &clock{}
	l := open(t, filepath.Join(t.TempDir(), "usage.jsonl"), startedAt(t, c, "2026-11-29T12:00:00Z"), zap.NewNop())
	defer closed(t, l)
	q := quota.Quota{Day: quota.Amount{Requests: 1}}
	for _, step := range []struct {
		at       string
		isTaken  bool
		maxHours float64
	}{
		{"2026-11-30T00:00:01Z", true, 0},
		{"2026-11-29T23:00:00Z", false, 25}, // over midnight
		{"2026-11-30T00:00:01Z", false, 24},
		{"2026-11-20T00:00:00Z", false, 24}, // far back: what was used is taken over, and nobody waits for ten days
		{"2026-11-21T00:00:00Z", true, 0},
		{"2099-01-01T00:00:00Z", true, 0}, // far ahead for a moment
		{"2026-11-21T00:00:10Z", false, 24},
		{"2026-11-22T00:00:00Z", true, 0},
	} {
		c.set(t, step.at)
		exceeded := l.Admit("a", q, one())
		if (exceeded == nil) != step.isTaken {
			t.Errorf("%s: admitted is %t", step.at, exceeded == nil)
		}
		if exceeded != nil && exceeded.Wait.Hours() > step.maxHours {
			t.Errorf("%s: a wait of %v", step.at, exceeded.Wait)
		}
	}
}

// A month ends while many ask: each month lets exactly its quota through.
func TestAMonthEndsUnderLoad(t *testing.T) {
	t.Parallel()
	c := &clock{}
	l := open(t, filepath.Join(t.TempDir(), "usage.jsonl"), startedAt(t, c, "2026-11-30T23:59:59Z"), zap.NewNop())
	defer closed(t, l)
	q := quota.Quota{Month: quota.Amount{Requests: 300}}
	var admitted atomic.Int64
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for i := range 600 {
				if i == 300 {
					c.set(t, "2026-12-01T00:00:00Z")
				}
				if l.Admit("a", q, one()) == nil {
					admitted.Add(1)
				}
			}
		})
	}
	asking.Wait()
	// Whoever was late in November may have taken fewer; nobody takes more than twice the quota, or leaves anything of December's.
	if n := admitted.Load(); n > 600 || l.Usage("a").Month.Requests != 300 {
		t.Errorf("%d were admitted, %d of them in December", n, l.Usage("a").Month.Requests)
	}
}

func TestTwoProcessesCannotCountInOneFile(t *testing.T) {
	t.Parallel()
	c := &clock{}
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	l := open(t, file, startedAt(t, c, "2026-11-30T12:00:00Z"), zap.NewNop())
	if _, err := quota.Open(quota.Params{File: file, Now: c.now, Log: zap.NewNop()}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("got %v", err)
	}
	closed(t, l)
	closed(t, open(t, file, c, zap.NewNop()))
}

func TestLinesThatCannotBeReadAreToldOfAndCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	c := &clock{}
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	const good = `{"key":"a","last":"2026-11-30T11:00:00Z","day":{"begins":"2026-11-30","used":{"requests":5},"granted":{"requests":7}},"month":{"begins":"2026-11-01","used":{"requests":5},"granted":{}},"total":{"requests":5}}`
	text := "garbage\n" + good + "\n" + strings.Repeat("x", 10_000) + "\n" + `{"key":"b","day":{"begins":"never"}}` + "\n" + `{"key":"a","day":{"beg`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	core, told := observer.New(zapcore.WarnLevel)
	l := open(t, file, startedAt(t, c, "2026-11-30T12:00:00Z"), zap.New(core))
	defer closed(t, l)
	// What was granted may have been used.
	if got := l.Usage("a"); got.Day.Requests != 7 || got.Month.Requests != 5 {
		t.Errorf("the figures are %+v", got)
	}
	var lines []int64
	for _, entry := range told.All() {
		line, _ := entry.ContextMap()["line"].(int64)
		lines = append(lines, line)
	}
	if len(lines) != 3 || lines[0] != 1 || lines[1] != 3 || lines[2] != 4 {
		t.Errorf("the lines told of are %v", lines)
	}
}

// The file does not grow with what is asked, but with the keys.
func TestTheFileStaysShort(t *testing.T) {
	t.Parallel()
	c := &clock{}
	file := filepath.Join(t.TempDir(), "usage.jsonl")
	l := open(t, file, startedAt(t, c, "2026-11-30T12:00:00Z"), zap.NewNop())
	for i := range 3000 {
		l.Admit("a", perDay(3000), one())
		if i%100 == 0 {
			if info, err := os.Stat(file); err != nil || info.Size() > 400<<10 {
				t.Fatalf("%v: the file has %d bytes", err, info.Size())
			}
		}
	}
	closed(t, l)
	if info, err := os.Stat(file); err != nil || info.Size() > 1000 {
		t.Errorf("%v: the file of one key has %d bytes", err, info.Size())
	}
}

// A disk that is full, or a folder that is gone, does not stop anybody: quotas hold while the process lives.
func TestQuotasHoldInMemoryWhileTheFileCannotBeWritten(t *testing.T) {
	t.Parallel()
	c := &clock{}
	dir := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	core, told := observer.New(zapcore.InfoLevel)
	l := open(t, filepath.Join(dir, "usage.jsonl"), startedAt(t, c, "2026-11-30T12:00:00Z"), zap.New(core))
	quota.Break(l)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	admitted := 0
	for range 20 {
		if l.Admit("a", perDay(10), one()) == nil {
			admitted++
		}
	}
	if admitted != 10 {
		t.Errorf("%d were admitted", admitted)
	}
	if n := told.FilterLevelExact(zapcore.ErrorLevel).Len(); n != 1 {
		t.Errorf("the failure was told %d times", n)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	closed(t, l)
	if got, err := quota.Read(filepath.Join(dir, "usage.jsonl"), c.now()); err != nil || got["a"].Day.Requests != 10 {
		t.Errorf("%v: %+v was written", err, got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"key":"a","last":"2026-11-30T12:00:00Z","day":{"begins":"2026-11-30","used":{"requests":9223372036854775807}},"month":{"begins":"2026-11-01"}}` + "\n"))
	f.Add([]byte("\n\n{}\n{\"key\":"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "usage.jsonl")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c := &clock{}
		l := open(t, file, startedAt(t, c, "2026-11-30T12:00:00Z"), zap.NewNop())
		before := l.Usage("a")
		for range 3 {
			l.Admit("a", perDay(2), one())
		}
		after := l.Usage("a")
		if after.Day.Requests-before.Day.Requests > 2 || after.Day.Requests < before.Day.Requests || before.Day.Requests < 0 {
			t.Errorf("from %+v to %+v", before, after)
		}
		closed(t, l)
		read, err := quota.Read(file, c.now())
		if err != nil || read["a"] != l.Usage("a") {
			t.Errorf("%v: read %+v, was %+v", err, read["a"], l.Usage("a"))
		}
	})
}
