package auditlog

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Names of rotated files: that of the file, the time of rotation, and its extension, such as "audit-20261130T091500.000000Z.jsonl".
const (
	stamp      = "20060102T150405.000000Z"
	packedEnd  = ".gz"
	unfinished = ".tmp"
)

// moveAway gives a file the name of a rotated one, which nothing else has.
func moveAway(path string, now time.Time) error {
	stem, extension := split(path)
	for at := now.UTC(); ; at = at.Add(time.Microsecond) {
		name := stem + "-" + at.Format(stamp) + extension
		if exists(name) || exists(name+packedEnd) {
			continue
		}
		if err := os.Rename(path, name); err != nil {
			return fmt.Errorf("rotate the audit log: %w", err)
		}
		return syncFolder(path)
	}
}

// split cuts the extension off a path.
func split(path string) (stem, extension string) {
	extension = filepath.Ext(path)
	return strings.TrimSuffix(path, extension), extension
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// tidy deletes the oldest rotated files of a file if they are too many, and packs the others if they are to be packed.
func tidy(path string, r Rotation) error {
	names, err := rotatedOf(path)
	if err != nil {
		return err
	}
	var failed []error
	tooMany := max(0, len(names)-r.MaxFiles)
	for _, name := range names[:tooMany] {
		failed = append(failed, os.Remove(name))
	}
	for _, name := range names[tooMany:] {
		if r.Compressed && !strings.HasSuffix(name, packedEnd) {
			failed = append(failed, pack(name))
		}
	}
	return errors.Join(failed...)
}

// rotatedOf are the rotated files of a file, the oldest first. Files that are not ours are left alone, however much their names are like those.
func rotatedOf(path string) ([]string, error) {
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read the folder of the audit log: %w", err)
	}
	stem, extension := split(filepath.Base(path))
	var names []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), stem+"-")
		if !ok {
			continue
		}
		when, ok := strings.CutSuffix(strings.TrimSuffix(rest, packedEnd), extension)
		if _, err := time.Parse(stamp, when); ok && err == nil {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}

// pack compresses a file. It has either name at any time, and is whole under both.
func pack(name string) (err error) {
	from, err := os.Open(name) //nolint:gosec // it is one of ours
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was only read
	temporary := name + packedEnd + unfinished
	to, err := createLike(from, temporary)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(to)
	_, err = io.Copy(z, from)
	err = errors.Join(err, z.Close())
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	if err := os.Rename(temporary, name+packedEnd); err != nil {
		return err
	}
	return errors.Join(os.Remove(name), syncFolder(name))
}

// createLike creates a file that the same may read and write as another. What a crash has left under its name goes, and nobody else has put
// anything in its place.
func createLike(other *os.File, name string) (*os.File, error) {
	info, err := other.Stat()
	if err != nil {
		return nil, err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	created, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode) //nolint:gosec // it is one of ours
	if err != nil {
		return nil, err
	}
	if err := created.Chmod(info.Mode().Perm()); err != nil {
		return nil, errors.Join(err, created.Close(), os.Remove(name))
	}
	return created, nil
}
