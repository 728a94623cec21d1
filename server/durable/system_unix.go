//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package durable

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock takes the system's lock on an open file, which closing it gives back.
func lock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrLocked
		case !errors.Is(err, syscall.EINTR):
			return err
		}
	}
}

// chown gives a file the owner of another one.
func chown(f *os.File, like fs.FileInfo) error {
	own, err := f.Stat()
	if err != nil {
		return err
	}
	has, ok := own.Sys().(*syscall.Stat_t)
	wants, isKnown := like.Sys().(*syscall.Stat_t)
	if !ok || !isKnown || has.Uid == wants.Uid && has.Gid == wants.Gid {
		return nil
	}
	return f.Chown(int(wants.Uid), int(wants.Gid))
}
