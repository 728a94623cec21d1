//go:build unix

package watch

import (
	"io/fs"
	"syscall"
)

// identity returns the file's number: a file that replaces another one may have its size and time.
func identity(info fs.FileInfo) any {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Ino
	}
	return nil
}
