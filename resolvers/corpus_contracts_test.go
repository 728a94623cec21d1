package resolvers_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/bufbuild/protocompile"
	"github.com/rogpeppe/go-internal/txtar"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// contracts are the files that a case's documents may name, and what the gRPC server of its back end is made from.
type contracts struct {
	folder fstest.MapFS
	// files are the descriptors of all `.proto` files that can be compiled; broken ones are for the source to report.
	files    *protoregistry.Files
	services []protoreflect.ServiceDescriptor
}

// isContract tells a section that is a file of a contract.
func isContract(name string) bool {
	return slices.Contains([]string{".proto", ".wsdl", ".xsd"}, path.Ext(name))
}

func newContracts() *contracts {
	return &contracts{folder: fstest.MapFS{}, files: new(protoregistry.Files)}
}

// add adds a section of the case.
func (c *contracts) add(f txtar.File) { c.folder[f.Name] = &fstest.MapFile{Data: f.Data} }

// sharedContracts is the folder of contracts that several cases have.
const sharedContracts = "testdata/contracts"

// googleContracts has the files of Google's that cases need not bring.
const googleContracts = "../datasources/grpc/bundled"

// share adds a folder of contracts that several cases have.
func (c *contracts) share(name string) error {
	root := os.DirFS(sharedContracts)
	return fs.WalkDir(root, name, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, file)
		if err != nil {
			return fmt.Errorf("contract %s: %w", name, err)
		}
		c.folder[file] = &fstest.MapFile{Data: data}
		return nil
	})
}

// compile makes the server's descriptors, with the compiler alone and none of Weft's code. Imports are relative to the case, or to
// the folder "protos" if there is one.
func (c *contracts) compile(ctx context.Context) {
	accessor := map[string]string{}
	for name, f := range c.folder {
		if path.Ext(name) == ".proto" {
			accessor[strings.TrimPrefix(name, "protos/")] = string(f.Data)
		}
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(protocompile.CompositeResolver{
		&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(accessor)},
		&protocompile.SourceResolver{ImportPaths: []string{googleContracts}},
	})}
	for name := range accessor {
		compiled, err := compiler.Compile(ctx, name)
		if err != nil {
			continue
		}
		for _, f := range compiled {
			c.register(f)
		}
	}
}

// register adds a file and what it imports.
func (c *contracts) register(f protoreflect.FileDescriptor) {
	if _, err := c.files.FindFileByPath(f.Path()); err == nil {
		return
	}
	for i := range f.Imports().Len() {
		c.register(f.Imports().Get(i).FileDescriptor)
	}
	if c.files.RegisterFile(f) != nil {
		return // a case about two files with the same names
	}
	for i := range f.Services().Len() {
		c.services = append(c.services, f.Services().Get(i))
	}
}

// method finds a method by its path, "/package.Service/Method"; nil if there is none.
func (c *contracts) method(path string) protoreflect.MethodDescriptor {
	service, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	d, _ := c.files.FindDescriptorByName(protoreflect.FullName(service))
	s, ok := d.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil
	}
	return s.Methods().ByName(protoreflect.Name(name))
}

// serviceNames are the names of the services.
func (c *contracts) serviceNames() []string {
	var names []string
	for _, s := range c.services {
		names = append(names, string(s.FullName()))
	}
	return names
}
