package datasources

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Files reads the contracts that a document's sources name. Paths are slash-separated and relative to the document, or
// absolute. It is safe for concurrent use.
type Files interface {
	// Read returns a file's content, which the caller must not change.
	Read(path string) ([]byte, error)
	// Locate returns the path from where the program works, as messages show it. Two paths to one file are located equally.
	Locate(path string) string
}

// maxContractBytes bounds one file of a contract.
const maxContractBytes = 64 << 20

// Folder returns the files of the operating system, relative to a folder.
func Folder(dir string) Files { return osFolder(dir) }

// FolderOf returns the files of a file system, relative to one of its folders ("." for its root). Paths that lead out of the
// file system do not exist.
func FolderOf(fsys fs.FS, dir string) Files { return fsFolder{fsys, dir} }

type osFolder string

// Read implements Files.
func (f osFolder) Read(name string) ([]byte, error) {
	file := f.Locate(name)
	info, err := os.Stat(file)
	if err != nil {
		return nil, err //nolint:wrapcheck // it names the file already
	}
	if info.Size() > maxContractBytes {
		return nil, fmt.Errorf("%s has %d bytes, more than the limit of %d", file, info.Size(), maxContractBytes)
	}
	return os.ReadFile(file) //nolint:gosec,wrapcheck // reading contracts that documents name is what it is for
}

// Locate implements Files.
func (f osFolder) Locate(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(string(f), name)
}

type fsFolder struct {
	fsys fs.FS
	dir  string
}

// Read implements Files.
func (f fsFolder) Read(name string) ([]byte, error) {
	return fs.ReadFile(f.fsys, f.Locate(name)) //nolint:wrapcheck // it names the file already
}

// Locate implements Files.
func (f fsFolder) Locate(name string) string { return path.Join(f.dir, name) }
