//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package durable

import (
	"io/fs"
	"os"
)

// lock does nothing: two writers are not kept from each other.
func lock(*os.File) error { return nil }

// chown does nothing: files belong to who creates them.
func chown(*os.File, fs.FileInfo) error { return nil }
