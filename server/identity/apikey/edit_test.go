package apikey_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/identity/apikey"
)

func TestWritersDoNotUndoEachOther(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, _ := f.create(t, apikey.Draft{})
	var writing sync.WaitGroup
	for i := range 4 {
		writing.Go(func() {
			for j := range 5 {
				if _, _, err := apikey.Create(t.Context(), f.path, apikey.Draft{Owner: fmt.Sprintf("%d-%d", i, j)}, f.now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Go(func() {
		if _, err := apikey.Revoke(t.Context(), f.path, k.ID, f.now); err != nil {
			t.Error(err)
		}
	})
	writing.Wait()
	keys, diags := apikey.Load(f.path)
	if len(diags) > 0 || len(keys) != 21 || keys[0].State(f.now) != apikey.Revoked {
		t.Errorf("%v: %d keys, the first is %s", diags, len(keys), keys[0].State(f.now))
	}
	entries, err := os.ReadDir(filepath.Dir(f.path))
	if err != nil || len(entries) != 2 {
		t.Errorf("%v: the folder has %v", err, entries)
	}
}

func TestWritingKeepsRightsAndFollowsLinks(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, _ := f.create(t, apikey.Draft{})
	link := filepath.Join(t.TempDir(), "link.jsonl")
	if err := os.Symlink(f.path, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ before, after os.FileMode }{{0o600, 0o600}, {0o640, 0o640}, {0o644, 0o640}, {0o666, 0o660}} {
		if err := os.Chmod(f.path, c.before); err != nil {
			t.Fatal(err)
		}
		if _, err := apikey.Disable(t.Context(), link, k.ID, true); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(f.path)
		if err != nil || info.Mode() != c.after {
			t.Errorf("%v: %v became %v", err, c.before, info.Mode())
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v: the link is no link any more", err)
	}
}

func TestRightsOfOthersAreWarnedOf(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	f.create(t, apikey.Draft{})
	for mode, want := range map[os.FileMode]string{
		0o600: "", 0o640: "",
		0o644: "everybody on the machine may read who has which keys: `chmod 600` the file",
		0o620: "others than its owner may write the file, and so make keys: `chmod 600` the file",
		0o602: "others than its owner may write the file, and so make keys: `chmod 600` the file",
	} {
		if err := os.Chmod(f.path, mode); err != nil {
			t.Fatal(err)
		}
		keys, diags := apikey.Load(f.path)
		got := strings.TrimPrefix(diags.Error(), f.path+": warning[WEFT_API_KEYS]: ")
		if len(keys) != 1 || got != want {
			t.Errorf("%v: %q, want %q", mode, got, want)
		}
	}
}

// A file with mistakes is left as it is: whoever writes it anew could lose what somebody else has written there.
func TestAFileWithMistakesIsNotWritten(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	const text = "{}\n"
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := apikey.Create(t.Context(), f.path, apikey.Draft{Owner: "a"}, f.now)
	var diags diag.List
	if !errors.As(err, &diags) || !strings.Contains(diags.Error(), f.path+":1:1") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadFile(f.path); err != nil || string(left) != text {
		t.Errorf("%v: the file is %q", err, left)
	}
}

func TestWhatCannotBeChangedIsSaid(t *testing.T) {
	t.Parallel()
	f := newKeyFile(t)
	k, text := f.create(t, apikey.Draft{})
	gone, _ := f.create(t, apikey.Draft{Expires: f.now.Add(-time.Minute)})
	rotate := func(id string) error {
		_, _, err := apikey.Rotate(t.Context(), f.path, id, time.Hour, f.now)
		return err
	}
	for range 7 {
		if err := rotate(k.ID); err != nil {
			t.Fatal(err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for want, err := range map[string]error{
		"8 secrets that still hold": rotate(k.ID),
		"is expired":                rotate(gone.ID),
		`did you mean "` + k.ID:     rotate(k.ID[:11]),
		"not the key itself":        rotate(text),
		`no key with the id "zz"`:   rotate("zz"),
		"another process holds":     locked(over, t, f.path),
		`"owner" is missing`:        creating(t, f, apikey.Draft{}),
		`the scope "a b" must be`:   creating(t, f, apikey.Draft{Owner: "a", Scopes: []string{"a b"}}),
		"no control characters":     creating(t, f, apikey.Draft{Owner: "a\nb"}),
		"a key may have 100 scopes": creating(t, f, apikey.Draft{Owner: "a", Scopes: strings.Split(strings.Repeat("a,", 101), ",")}),
		"no such file or directory": creating(t, &keyFile{filepath.Join(t.TempDir(), "no", "keys"), f.now}, apikey.Draft{Owner: "a"}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), text) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func creating(t *testing.T, f *keyFile, d apikey.Draft) error {
	t.Helper()
	_, _, err := apikey.Create(t.Context(), f.path, d, f.now)
	return err
}

// locked is what a writer gets whose time is over while another one writes.
func locked(over context.Context, t *testing.T, file string) error {
	t.Helper()
	var err error
	_, changing := apikey.Change(t.Context(), file, mustFirst(t, file), func(*apikey.Key) error {
		_, err = apikey.Disable(over, file, "any", true)
		return nil
	})
	if changing != nil {
		t.Fatal(changing)
	}
	return err
}

func mustFirst(t *testing.T, file string) string {
	t.Helper()
	keys, diags := apikey.Load(file)
	if len(keys) == 0 {
		t.Fatal(diags)
	}
	return keys[0].ID
}
