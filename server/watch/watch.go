// Package watch finds out when files have changed, by looking at them again and again. It looks rather than listens: what listens to a
// file system misses changes on network drives and in the mounted folders of containers, which are replaced by links as a whole.
package watch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Set is what is looked at. It is not changed while it is.
type Set struct {
	// Files are paths; a file that does not exist counts by not existing.
	Files []string
	// Folders are looked at with everything below them. Is tells by its path whether a file counts; nil counts all.
	Folders []string
	Is      func(path string) bool
}

// With returns the set with more files.
func (s Set) With(files ...string) Set {
	s.Files = slices.Concat(s.Files, files)
	return s
}

// Signature stands for what a set looks like. It does not depend on the order of files; no file is opened for it.
type Signature [sha256.Size]byte

// Signature returns that of now.
func (s Set) Signature() Signature {
	h := sha256.New()
	files := slices.Clone(s.Files)
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		info, err := os.Stat(file)
		add(h, file, info, err)
	}
	for _, folder := range s.Folders {
		// What cannot be read is part of what the folder looks like: the walk goes on. The folder may be a link to one.
		_ = filepath.WalkDir(folder+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				add(h, path, nil, err)
			case !entry.IsDir() && (s.Is == nil || s.Is(path)):
				info, err := os.Stat(path) // and not entry.Info: links are followed
				add(h, path, info, err)
			}
			return nil
		})
	}
	return Signature(h.Sum(nil))
}

// add hashes what tells one content of a file from another.
func add(h hash.Hash, path string, info fs.FileInfo, err error) {
	if err != nil {
		_, _ = fmt.Fprintf(h, "%q missing\n", path) // a hash never fails
		return
	}
	_, _ = fmt.Fprintf(h, "%q %d %d %v\n", path, info.Size(), info.ModTime().UnixNano(), identity(info))
}

// Changed waits until the set does not look like the signature any more, and looks the same twice in a row: whoever changes several files
// should be done. It returns what the set looks like then, or the error of ctx when that is over. interval is the time between two looks.
func Changed(ctx context.Context, s Set, since Signature, interval time.Duration) (Signature, error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for last := since; ; {
		select {
		case <-ctx.Done():
			return since, context.Cause(ctx)
		case <-ticker.C:
		}
		now := s.Signature()
		if now != since && now == last {
			return now, nil
		}
		last = now
	}
}
