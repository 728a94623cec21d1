package auditlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// fileMode lets nobody but the owner read and write the file. One that is there keeps its mode, and gives it to those that follow it.
const fileMode = 0o600

// output is what takes the lines.
type output interface {
	io.Writer
	// Sync brings what was written to the disk.
	Sync() error
}

var _ output = (*os.File)(nil)

// file is an open file of the log.
type file struct {
	path string
	file *os.File
	// out is the file, or what a test has put in front of it.
	out output
	// isRegular is false for devices and pipes, which are neither rotated nor mended. isOurs tells of a regular file that may be rotated: one that
	// is somebody's standard output is not.
	isRegular, isOurs bool
	size              int64
	// isNew tells that it was created.
	isNew bool
	// since is the time of the first line.
	since time.Time
}

// openFile opens or creates a file, to append to it. If it ends in half a line, which a crash has left, it gets the line's end, so that
// the next one stands by itself.
func openFile(path string) (*file, error) {
	opened, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0) //nolint:gosec // operators say where it is
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew {
		opened, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, fileMode) //nolint:gosec // likewise
	}
	if errors.Is(err, fs.ErrPermission) {
		opened, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, fileMode) //nolint:gosec // likewise; such as the standard output of another user
	}
	if err != nil {
		return nil, err
	}
	f := &file{path: path, file: opened, out: opened, isNew: isNew}
	if err := f.look(); err != nil {
		_ = opened.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

func (f *file) look() error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder", f.path)
	}
	f.isRegular, f.size, f.since = info.Mode().IsRegular(), info.Size(), time.Now()
	if !f.isRegular {
		return nil
	}
	f.isOurs = !isOfSystem(f.path)
	if f.size == 0 {
		return syncFolder(target(f.path))
	}
	f.since = f.firstTime(info.ModTime())
	return f.mend()
}

// mend ends a line that has no end.
func (f *file) mend() error {
	var last [1]byte
	if _, err := f.file.ReadAt(last[:], f.size-1); err != nil {
		return fmt.Errorf("read the end of %s: %w", f.path, err)
	}
	if last[0] == '\n' {
		return nil
	}
	_, err := f.write([]byte{'\n'})
	return err
}

// firstTime reads the time of the first line.
func (f *file) firstTime(otherwise time.Time) time.Time {
	var head [256]byte
	n, err := f.file.ReadAt(head[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return otherwise
	}
	_, rest, _ := bytes.Cut(head[:n], []byte(`"time":"`))
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	at, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return otherwise
	}
	return at
}

func (f *file) write(p []byte) (int, error) {
	n, err := f.out.Write(p)
	f.size += int64(n)
	return n, err
}

// sync brings what was written to the disk. Pipes and devices have nothing of the kind.
func (f *file) sync() error {
	if !f.isRegular {
		return nil
	}
	return f.out.Sync()
}

// isMoved tells that the file is not the one of its name any more: somebody has renamed or removed it. It also finds out how long it is.
func (f *file) isMoved() bool {
	named, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	own, ownErr := f.file.Stat()
	if err != nil || ownErr != nil {
		return false
	}
	if f.isRegular && own.Size() < f.size {
		f.since = time.Now() // somebody has copied the file and emptied it
	}
	f.size = own.Size()
	return !os.SameFile(named, own)
}

// takeMode lets the same read and write the file as another. If it cannot, the file is closed.
func (f *file) takeMode(from *file) error {
	info, err := from.file.Stat()
	if err == nil {
		err = f.file.Chmod(info.Mode().Perm())
	}
	if err != nil {
		f.close()
	}
	return err
}

// target is the path of the file that a path leads to by symbolic links: this one is rotated, and the links stay as they are.
func target(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}

// maxLinks is how many symbolic links a path may lead through, as the system has it.
const maxLinks = 40

// isOfSystem tells that a path leads to what the system has under a name of its own, such as /dev/stdout, which may be any file.
func isOfSystem(path string) bool {
	for range maxLinks {
		path, _ = filepath.Abs(path) // it fails without a current folder, and then nothing is known
		if strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/") {
			return true
		}
		next, err := os.Readlink(path)
		if err != nil {
			return false
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(path), next)
		}
		path = next
	}
	return false
}

// close lets go of the file, which has been synced.
func (f *file) close() { _ = f.file.Close() }

// syncFolder makes sure that a new name in a folder survives a crash.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // it was only read
	return folder.Sync()
}
