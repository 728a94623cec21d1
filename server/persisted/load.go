package persisted

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/weftgraph/weft/graph/diag"
)

// Bounds of what is loaded.
const (
	maxManifestBytes = 64 << 20
	maxDocuments     = 200_000
)

// Load reads the manifests at some paths: files as they are, and of folders all files directly in them that end in .json, in the order of
// their names. Ids are those of all manifests together. What is wrong is a diagnostic; the documents that could be read are returned
// in any case.
func Load(paths []string) ([]Document, diag.List) {
	var (
		all   []Document
		diags diag.List
		seen  = map[string]bool{}
	)
	for _, path := range paths {
		for _, file := range find(path, &diags) {
			if seen[filepath.Clean(file)] {
				continue
			}
			seen[filepath.Clean(file)] = true
			text, ok := read(file, &diags)
			if !ok {
				continue
			}
			documents, found := Parse(file, text)
			diags.Add(found...)
			all = append(all, documents...)
			if len(all) > maxDocuments {
				diags.Errorf(codeManifest, diag.Span{File: file}, "the manifests have more than %d documents", maxDocuments)
				return all[:maxDocuments], diags
			}
		}
	}
	all, found := distinct(all)
	diags.Add(found...)
	return all, diags
}

// Files returns what has to be looked at to see whether manifests have changed: the paths, and the files of those that are folders, which
// look otherwise when files come or go.
func Files(paths []string) []string {
	var files []string
	for _, path := range paths {
		files = append(files, path)
		files = append(files, slices.DeleteFunc(find(path, &diag.List{}), func(file string) bool { return file == path })...)
	}
	return files
}

// find returns the files that a path stands for.
func find(path string, diags *diag.List) []string {
	info, err := os.Stat(path)
	if err != nil {
		diags.Unreadable(codeManifest, path, err)
		return nil
	}
	if !info.IsDir() {
		return []string{path}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		diags.Unreadable(codeManifest, path, err)
		return nil
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".json" {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		diags.Warnf(codeManifest, diag.Span{File: path}, "the folder has no .json files")
	}
	return files
}

// read reads one file, and no more of it than is allowed.
func read(file string, diags *diag.List) (string, bool) {
	f, err := os.Open(file) //nolint:gosec // the operator names the file
	if err != nil {
		diags.Unreadable(codeManifest, file, err)
		return "", false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifestBytes+1))
	switch {
	case err != nil:
		diags.Unreadable(codeManifest, file, err)
		return "", false
	case len(text) > maxManifestBytes:
		diags.Errorf(codeManifest, diag.Span{File: file}, "the manifest has more than %d bytes", maxManifestBytes)
		return "", false
	}
	return string(text), true
}
