package grpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// compileFiles reads `.proto` files and what they import.
func compileFiles(ctx context.Context, g *datasources.GRPCSource) (*protoregistry.Files, error) {
	imports := newImports(g)
	names, err := imports.nameAll(g.Proto)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		compiled, err := compile(ctx, imports, names)
		if attempt < len(names) && imports.rename(names) {
			// A file that is named in the settings is imported, too, under another name: it must be one file and not two with the
			// same types.
			continue
		}
		if err != nil {
			return nil, err
		}
		return registry(compiled)
	}
}

func compile(ctx context.Context, imports *imports, names []string) (linker.Files, error) {
	findings := &findings{imports: imports}
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(imports),
		Reporter: findings,
	}
	files, err := compiler.Compile(ctx, slices.Compact(slices.Sorted(slices.Values(names)))...)
	if err == nil {
		return files, nil
	}
	if ctx.Err() == nil {
		return nil, findings.err(err)
	}
	return nil, ctx.Err()
}

// imports finds files by the names under which they are imported. It is safe for concurrent use.
type imports struct {
	files datasources.Files
	// roots are the folders that names are relative to.
	roots []string
	// named are the paths of files whose names were given to them, and not found below a root.
	named map[string]string

	mu sync.Mutex
	// found are the paths of the files by the names that were asked for.
	found map[string]string
}

var _ protocompile.Resolver = (*imports)(nil)

// newImports takes the import paths of the settings. Without any, names are relative to the folder of each file of the contract,
// and to that of the document.
func newImports(g *datasources.GRPCSource) *imports {
	i := &imports{files: g.Files, roots: g.ImportPaths, named: map[string]string{}, found: map[string]string{}}
	if len(i.roots) == 0 {
		for _, file := range g.Proto {
			if dir := path.Dir(file); !slices.Contains(i.roots, dir) {
				i.roots = append(i.roots, dir)
			}
		}
		if !slices.Contains(i.roots, ".") {
			i.roots = append(i.roots, ".")
		}
	}
	return i
}

// nameAll returns the import names of the files of the settings, whose paths are relative to the document or to an import path.
func (i *imports) nameAll(files []string) ([]string, error) {
	names := make([]string, 0, len(files))
	for _, file := range files {
		name := i.nameOf(file)
		if other, ok := i.named[name]; ok && other != file {
			return nil, fileErrorf(i.files.Locate(file),
				`%q and %q would both be imported as %q: name the folder above them in "importPaths"`, other, file, name)
		}
		if _, err := i.files.Read(file); err == nil || !errors.Is(err, fs.ErrNotExist) {
			i.named[name] = file
		} else {
			name = file // perhaps below an import path
		}
		names = append(names, name)
	}
	return names, nil
}

// nameOf returns the path of a file below the first root that has it, else its base name.
func (i *imports) nameOf(file string) string {
	for _, root := range i.roots {
		root = path.Clean(root)
		if root == "." && !path.IsAbs(file) && !strings.HasPrefix(path.Clean(file), "..") {
			return path.Clean(file)
		}
		if name, ok := strings.CutPrefix(path.Clean(file), strings.TrimSuffix(root, "/")+"/"); ok {
			return name
		}
	}
	return path.Base(file)
}

// rename gives files that are imported under another name that name, and tells whether there were any.
func (i *imports) rename(names []string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	changed := false
	for at, name := range names {
		file, ok := i.named[name]
		if !ok {
			continue
		}
		for imported, found := range i.found {
			if imported != name && path.Clean(found) == path.Clean(file) && !slices.Contains(names, imported) {
				delete(i.named, name)
				names[at], i.named[imported] = imported, file
				changed = true
				break
			}
		}
	}
	clear(i.found)
	return changed
}

// FindFileByPath implements protocompile.Resolver.
func (i *imports) FindFileByPath(name string) (protocompile.SearchResult, error) {
	places := make([]string, 0, len(i.roots))
	if file, ok := i.named[name]; ok {
		places = append(places, file)
	} else {
		for _, root := range i.roots {
			places = append(places, path.Join(root, name))
		}
	}
	for _, file := range places {
		text, err := i.files.Read(file)
		if err == nil {
			i.note(name, file)
			return protocompile.SearchResult{Source: bytes.NewReader(text)}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			i.note(name, file)
			return protocompile.SearchResult{}, fmt.Errorf("%s cannot be read: %w", i.files.Locate(file), err)
		}
	}
	found, err := findBundled(name)
	if err != nil {
		return found, &notFoundError{name: name, roots: i.locateRoots()}
	}
	return found, nil
}

func (i *imports) note(name, file string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.found[name] = file
}

// locate returns the file of an import name, as messages show it.
func (i *imports) locate(name string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if file, ok := i.found[name]; ok {
		return i.files.Locate(file)
	}
	return name
}

func (i *imports) locateRoots() []string {
	located := make([]string, len(i.roots))
	for at, root := range i.roots {
		located[at] = i.files.Locate(root)
	}
	return located
}

// notFoundError tells that no folder has a file.
type notFoundError struct {
	name  string
	roots []string
}

// Error implements error.
func (e *notFoundError) Error() string {
	return fmt.Sprintf(`file %q is in none of the folders %s: name the folder that has it in "importPaths"`,
		e.name, strings.Join(e.roots, ", "))
}

// nearest returns an import that comes with this program and was probably meant.
func (e *notFoundError) nearest() string { return diag.Nearest(e.name, bundledNames()) }
