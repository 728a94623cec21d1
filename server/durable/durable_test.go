package durable_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/server/durable"
)

// Whoever reads a file while it is replaced finds what one writer wrote.
func TestReadersFindWholeContents(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := durable.Replace(file, []byte("a")); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var reading sync.WaitGroup
	reading.Go(func() {
		for {
			text, err := os.ReadFile(file)
			if err != nil || strings.Trim(string(text), string(text[:1])) != "" || len(text) != 1 && len(text) != 50_000 {
				t.Errorf("%v: %d bytes", err, len(text))
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for i := range 30 {
		if err := durable.Replace(file, []byte(strings.Repeat(string(rune('b'+i%20)), 50_000))); err != nil {
			t.Error(err)
		}
	}
	close(done)
	reading.Wait()
}

func TestWhatCannotBeReplacedLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := durable.Replace(filepath.Join(dir, "folder"), []byte("a")); err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
	if err := durable.Replace(filepath.Join(dir, "none", "file"), []byte("a")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v: %v are left", err, entries)
	}
}

func TestOneHoldsALockAtATime(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lock")
	first, err := durable.TryLock(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := durable.TryLock(file); !errors.Is(err, durable.ErrLocked) {
		t.Errorf("got %v", err)
	}
	over, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := durable.WaitLock(over, file); !errors.Is(err, durable.ErrLocked) {
		t.Errorf("got %v", err)
	}
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	second, err := durable.WaitLock(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Unlock(); err != nil {
		t.Error(err)
	}
}
