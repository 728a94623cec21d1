package process

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStatOfAnyNameIsRead(t *testing.T) {
	t.Parallel()
	const line = "123 (a) b (c) S 1 77 77 0 -1 4194560 100 0 0 0 12 3 4 5 20 0 1 0 100 1000000 25 18446744073709551615\n"
	group, u, ok := parseStat(line)
	want := Usage{CPU: 240 * time.Millisecond, RSS: 25 * int64(os.Getpagesize())}
	if !ok || group != 77 || u != want {
		t.Errorf("want group 77 and %+v, got %d, %+v, %t", want, group, u, ok)
	}
	if _, _, ok := parseStat("123 (short) S 1 77"); ok {
		t.Error("a line without times was accepted")
	}
}

func TestMachineTimeLeavesOutIdleAndInterrupts(t *testing.T) {
	t.Parallel()
	got, err := parseMachine("cpu  100 10 1 99999 99999 99999 99999 5 0 0")
	if err != nil || got != 1160*time.Millisecond {
		t.Errorf("want 1.16 s, got %s and the error %v", got, err)
	}
	if _, err := parseMachine("cpu0 1 2"); err == nil {
		t.Error("a line of one core was accepted")
	}
}

func TestKillEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "logs", "out")
	// Neither of the two processes would end by itself.
	g, err := Start(t.Context(), Params{
		Args: []string{"sh", "-c", "echo $GREETING; sleep 60 & wait; sleep 60"}, Env: []string{"GREETING=hello"}, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the greeting", func() bool {
		text, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(text), "hello")
	})
	if u := g.Usage(); u.RSS == 0 {
		t.Error("a running group has no memory")
	}
	g.Kill()
	select {
	case <-g.Done():
	default:
		t.Error("the group's first process is still there")
	}
	await(t, "the end of the group", func() bool { return syscall.Kill(-g.pid, 0) != nil })
}

// await asks again and again until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for end := time.Now().Add(10 * time.Second); !so(); <-ticks.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestUnknownPlacementIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := ParsePlacement("pinned"); err == nil {
		t.Error("want an error")
	}
	if got := Free.Gateway("server", "-v"); len(got) != 2 {
		t.Errorf("free placement adds something: %q", got)
	}
	if got := strings.Join(Pin.Gateway("server"), " "); got != "taskset -c 0 server" {
		t.Errorf("got %q", got)
	}
}
