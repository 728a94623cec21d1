// Package durable writes files of this program's own so that a crash, a full disk or a second writer cannot spoil them: what is read
// afterwards is what one writer wrote, as a whole.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// newMode is that of files that were not there: they say who may do what, which concerns their owner alone.
const newMode fs.FileMode = 0o600

// everybody are the rights of all others, which no file gets here.
const everybody fs.FileMode = 0o007

// Replace gives a file a new content, which is on the disk when it returns. Whoever opens the file meanwhile reads the old content or the
// new one, each as a whole; when there is an error, the old one. A file that was there keeps its owner and its rights, except for those of
// everybody; one that was not belongs to its owner alone. A link is followed: what it leads to is replaced.
func Replace(file string, content []byte) error {
	target, err := filepath.EvalSymlinks(file)
	if errors.Is(err, fs.ErrNotExist) {
		target, err = file, nil
	}
	if err != nil {
		return plain("", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return plain("create a file beside it", err)
	}
	if err := fill(temp, target, content); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := os.Rename(temp.Name(), target); err != nil {
		return errors.Join(plain("", err), os.Remove(temp.Name()))
	}
	return syncFolder(filepath.Dir(target))
}

// fill writes a file that is to replace another one, and closes it.
func fill(temp *os.File, target string, content []byte) error {
	err := adopt(temp, target)
	if err == nil {
		_, err = temp.Write(content)
	}
	if err == nil {
		err = temp.Sync()
	}
	return plain("", errors.Join(err, temp.Close()))
}

// adopt gives a file the rights and the owner of the one that it is to replace.
func adopt(temp *os.File, target string) error {
	info, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return temp.Chmod(newMode)
	}
	if err != nil {
		return err
	}
	if err := chown(temp, info); err != nil {
		return err
	}
	return temp.Chmod(info.Mode().Perm() &^ everybody)
}

// syncFolder makes the names in a folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder) //nolint:gosec // the operator names it
	if err != nil {
		return plain("", err)
	}
	// Some file systems cannot do that to folders, and need not.
	_ = f.Sync()
	return f.Close()
}

// plain takes the path out of an error: the name of a temporary file helps nobody, and callers name the file.
func plain(doing string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	if doing == "" || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
