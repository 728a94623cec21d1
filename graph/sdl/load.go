package sdl

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// Load reads the documents at some paths: files as they are, and of folders all files below them that end in .graphql or
// .graphqls, in the order of their names, but for hidden ones. A file that several paths lead to is read once. What cannot be read is a
// diagnostic; the other documents are returned in any case.
func Load(paths []string) ([]Input, diag.List) {
	var inputs []Input
	var diags diag.List
	seen := map[string]bool{}
	for _, path := range paths {
		for _, file := range find(path, &diags) {
			if seen[filepath.Clean(file)] {
				continue
			}
			seen[filepath.Clean(file)] = true
			if in, ok := read(file, &diags); ok {
				inputs = append(inputs, in)
			}
		}
	}
	return inputs, diags
}

// LoadFS reads the documents of a file system: all files that end in .graphql or .graphqls, in the order of their names. Their
// contracts are in the file system, too. Unlike those of Load, its errors are not the user's, who did not choose the files.
func LoadFS(fsys fs.FS) ([]Input, error) {
	var inputs []Input
	err := fs.WalkDir(fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !IsDocument(file) {
			return err
		}
		text, err := fs.ReadFile(fsys, file)
		inputs = append(inputs, Input{File: file, Text: string(text), Files: datasources.FolderOf(fsys, path.Dir(file))})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the documents: %w", err)
	}
	return inputs, nil
}

// IsDocument tells by its name whether a file of a folder is a document. What is hidden is none.
func IsDocument(file string) bool {
	return slices.Contains([]string{".graphql", ".graphqls"}, path.Ext(file)) && !isHidden(file)
}

// isHidden tells of what editors write beside a file, and of the folders with the versions of a mounted ConfigMap or Secret, whose files are
// those that links outside lead to.
func isHidden(file string) bool { return strings.HasPrefix(filepath.Base(file), ".") }

// find returns the files that a path stands for.
func find(path string, diags *diag.List) []string {
	info, err := os.Stat(path)
	if err != nil {
		diags.Unreadable(codeNotRead, path, err)
		return nil
	}
	if !info.IsDir() {
		return []string{path}
	}
	var files []string
	root := path + string(filepath.Separator) // the folder may be a link to one
	err = filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			diags.Unreadable(codeNotRead, file, err)
		case entry.IsDir() && file != root && isHidden(file):
			return filepath.SkipDir
		case !entry.IsDir() && IsDocument(file):
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		diags.Unreadable(codeNotRead, path, err)
	}
	if len(files) == 0 {
		diags.Warnf(codeNotRead, diag.Span{File: path}, "the folder has no .graphql or .graphqls files")
	}
	return files
}

// read reads one file, refusing one that is too big before it is in memory.
func read(file string, diags *diag.List) (Input, bool) {
	info, err := os.Stat(file)
	if err != nil {
		diags.Unreadable(codeNotRead, file, err)
		return Input{}, false
	}
	if info.Size() > maxDocumentBytes {
		diags.Errorf(codeNotRead, diag.Span{File: file}, "the document has %d bytes, more than the limit of %d", info.Size(), maxDocumentBytes)
		return Input{}, false
	}
	text, err := os.ReadFile(file) //nolint:gosec // reading the named files is what Load is for
	if err != nil {
		diags.Unreadable(codeNotRead, file, err)
		return Input{}, false
	}
	return Input{File: file, Text: string(text)}, true
}
