package watch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/server/watch"
)

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSignatureChangesWithWhatCountsAndWithNothingElse(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, at("weft.yaml"), "a")
	write(t, at("graph/shop.graphql"), "a")
	set := watch.Set{
		Files: []string{at("weft.yaml"), at("missing"), at("link/target")}, Folders: []string{at("graph"), at("linked")},
		Is: func(path string) bool { return strings.HasSuffix(path, ".graphql") },
	}
	write(t, at("elsewhere/users.graphql"), "a")
	if err := os.Symlink("elsewhere", at("linked")); err != nil {
		t.Fatal(err)
	}
	last := set.Signature()
	for _, step := range []struct {
		name    string
		do      func()
		changes bool
	}{
		{"nothing", func() {}, false},
		{"the order of files", func() { set.Files[0], set.Files[1] = set.Files[1], set.Files[0] }, false},
		{"a file's length", func() { write(t, at("weft.yaml"), "ab") }, true},
		{"a file in a folder", func() { write(t, at("graph/shop.graphql"), "ab") }, true},
		{"a new file in a folder", func() { write(t, at("graph/more/users.graphql"), "a") }, true},
		{"a file in a folder that is a link", func() { write(t, at("elsewhere/users.graphql"), "ab") }, true},
		{"a new file that does not count", func() { write(t, at("graph/notes.txt"), "a") }, false},
		{"a file that was missing", func() { write(t, at("missing"), "") }, true},
		{"a file that is gone", func() { _ = os.Remove(at("graph/shop.graphql")) }, true},
		{"a replaced file of the same size and time", func() {
			info, err := os.Stat(at("weft.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, at("weft.new"), "cd")
			if err := errors.Join(os.Chtimes(at("weft.new"), info.ModTime(), info.ModTime()), os.Rename(at("weft.new"), at("weft.yaml"))); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"a link that is led elsewhere, as Kubernetes does", func() {
			write(t, at("one/target"), "1")
			if err := os.Symlink(at("one"), at("link")); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"a folder that is gone", func() { _ = os.RemoveAll(at("graph")) }, true},
	} {
		step.do()
		now := set.Signature()
		if (now != last) != step.changes {
			t.Errorf("%s: changed is %v, want %v", step.name, now != last, step.changes)
		}
		last = now
	}
}

func TestChangedReturnsOnlyWhenTheSetHasComeToRest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "weft.yaml")
	write(t, file, "a")
	set := watch.Set{Files: []string{file}}
	before := set.Signature()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { _ = os.WriteFile(file, []byte("longer"), 0o600) }() // without it, the test runs into its time
	after, err := watch.Changed(ctx, set, before, 5*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if after == before || after != set.Signature() {
		t.Error("Changed returned before the set was at rest")
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := watch.Changed(ctx, set, after, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
