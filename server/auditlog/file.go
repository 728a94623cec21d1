package auditlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// fileMode lets nobody but the owner read and write the file. One that is there keeps its mode.
const fileMode = 0o600

// file is an open file of the log.
type file struct {
	path string
	file *os.File
	// isRegular is false for devices and pipes, such as /dev/stdout, which are neither rotated nor mended.
	isRegular bool
	size      int64
	// since is the time of the first line.
	since time.Time
}

// openFile opens or creates a file, to append to it. If it ends in half a line, which a crash has left, it gets the line's end, so that
// the next one stands by itself.
func openFile(path string) (*file, error) {
	opened, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, fileMode) //nolint:gosec // operators say where it is
	if errors.Is(err, fs.ErrPermission) {
		opened, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, fileMode) //nolint:gosec // likewise; such as the standard output of another user
	}
	if err != nil {
		return nil, err
	}
	f := &file{path: path, file: opened}
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
	if f.size == 0 {
		return syncFolder(f.path)
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
	n, err := f.file.Write(p)
	f.size += int64(n)
	return n, err
}

// sync brings what was written to the disk. Pipes and devices have nothing of the kind.
func (f *file) sync() error {
	if !f.isRegular {
		return nil
	}
	return f.file.Sync()
}

// isMoved tells that the file is not the one of its name any more: somebody has renamed or removed it.
func (f *file) isMoved() bool {
	named, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	own, ownErr := f.file.Stat()
	return err == nil && ownErr == nil && !os.SameFile(named, own)
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
