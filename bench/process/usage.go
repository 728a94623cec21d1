package process

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of CPU times in /proc, whatever the kernel's own.
const tick = 10 * time.Millisecond

// Usage is what processes have used since they began.
type Usage struct {
	CPU time.Duration // user and system
	RSS int64         // resident bytes, now
}

// Usage sums up the processes of the group, and their children that have ended.
func (g *Group) Usage() Usage {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return Usage{}
	}
	var sum Usage
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // it is below /proc
		if err != nil {
			continue // it has ended meanwhile
		}
		if group, u, ok := parseStat(string(text)); ok && group == g.pid {
			sum.CPU += u.CPU
			sum.RSS += u.RSS
		}
	}
	return sum
}

// parseStat reads /proc/PID/stat; proc(5) has the fields.
func parseStat(text string) (group int, u Usage, ok bool) {
	// The second field is a name in brackets, which may hold anything.
	_, rest, found := cutLast(text, ')')
	fields := strings.Fields(rest) // the first of them is the third of the file
	const groupField, firstTime, lastTime, pagesField = 2, 11, 14, 21
	if !found || len(fields) <= pagesField {
		return 0, Usage{}, false
	}
	group, err := strconv.Atoi(fields[groupField])
	if err != nil {
		return 0, Usage{}, false
	}
	for _, f := range fields[firstTime : lastTime+1] { // utime stime cutime cstime
		u.CPU += ticks(f)
	}
	pages, err := strconv.ParseInt(fields[pagesField], 10, 64)
	if err != nil {
		return 0, Usage{}, false
	}
	u.RSS = pages * int64(os.Getpagesize())
	return group, u, true
}

// Machine returns the CPU time that the whole machine has spent on processes. What it
// spends on the interrupts of the loopback device is nobody's.
func Machine() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	return parseMachine(string(line))
}

// parseMachine reads the first line of /proc/stat.
func parseMachine(line string) (time.Duration, error) {
	const user, nice, system, steal = 1, 2, 3, 8
	fields := strings.Fields(line)
	if len(fields) <= steal || fields[0] != "cpu" {
		return 0, fmt.Errorf("expected the times of all cores but got %q", line)
	}
	var sum time.Duration
	for _, i := range []int{user, nice, system, steal} {
		sum += ticks(fields[i])
	}
	return sum, nil
}

// Own returns the CPU time of the harness itself.
func Own() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func ticks(field string) time.Duration {
	n, err := strconv.ParseInt(field, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(n) * tick
}

func cutLast(s string, at byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, at)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
