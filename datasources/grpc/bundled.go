package grpc

import (
	"bytes"
	"context"
	"embed"
	"io/fs"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/genproto/googleapis/rpc/code"
	attributecontext "google.golang.org/genproto/googleapis/rpc/context/attribute_context"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpchttp "google.golang.org/genproto/googleapis/rpc/http"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// bundled are definitions that most services import and nobody wants to copy. Those that this program links in as Go code are
// not repeated here.
//
//go:embed bundled
var bundled embed.FS

// modulePrefixes stand in front of bundled names where a contract was written for the include paths of Go's modules.
var modulePrefixes = [...]string{"github.com/gogo/protobuf/", "github.com/envoyproxy/protoc-gen-validate/"} //nolint:gochecknoglobals // an array that nobody changes

// bundledSource returns the text of an import that comes with this program.
func bundledSource(name string) ([]byte, bool) {
	for _, prefix := range modulePrefixes {
		name = strings.TrimPrefix(name, prefix)
	}
	if !strings.HasSuffix(name, ".proto") {
		return nil, false
	}
	text, err := fs.ReadFile(bundled, "bundled/"+name)
	return text, err == nil
}

// findBundled is a protocompile.ResolverFunc for what comes with this program.
func findBundled(name string) (protocompile.SearchResult, error) {
	if text, ok := bundledSource(name); ok {
		return protocompile.SearchResult{Source: bytes.NewReader(text)}, nil
	}
	if f := linkedFile(name); f != nil {
		return protocompile.SearchResult{Desc: f}, nil
	}
	return protocompile.SearchResult{}, &notFoundError{name: name}
}

// addBundled adds the files that come with this program as text to those that are imported and not described. The others stay away.
func addBundled(ctx context.Context, described map[string]*descriptorpb.FileDescriptorProto) error {
	for _, name := range addLinked(described) {
		if _, ok := bundledSource(name); !ok {
			continue
		}
		compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(protocompile.ResolverFunc(findBundled))}
		files, err := compiler.Compile(ctx, name)
		if err != nil {
			return err //nolint:wrapcheck // only the context's: a test compiles all that is bundled
		}
		for _, f := range files {
			addFile(described, f)
		}
	}
	return nil
}

// addFile adds a file and what it imports.
func addFile(described map[string]*descriptorpb.FileDescriptorProto, f protoreflect.FileDescriptor) {
	if described[f.Path()] != nil {
		return
	}
	described[f.Path()] = protodesc.ToFileDescriptorProto(f)
	for i := range f.Imports().Len() {
		addFile(described, f.Imports().Get(i).FileDescriptor)
	}
}

// linkedFiles are the files of google.rpc. Naming them here links them in.
func linkedFiles() []protoreflect.FileDescriptor {
	return []protoreflect.FileDescriptor{
		code.File_google_rpc_code_proto,
		status.File_google_rpc_status_proto,
		errdetails.File_google_rpc_error_details_proto,
		rpchttp.File_google_rpc_http_proto,
		attributecontext.File_google_rpc_context_attribute_context_proto,
	}
}

// linkedFile returns a file of google.rpc or google.protobuf, or nil.
func linkedFile(name string) protoreflect.FileDescriptor {
	for _, f := range linkedFiles() {
		if f.Path() == name {
			return f
		}
	}
	if !strings.HasPrefix(name, "google/protobuf/") {
		return nil
	}
	f, err := protoregistry.GlobalFiles.FindFileByPath(name)
	if err != nil {
		return nil
	}
	return f
}

// bundledDescriptor returns a message of google.rpc or google.protobuf, or nil.
func bundledDescriptor(name protoreflect.FullName) protoreflect.Descriptor {
	if !strings.HasPrefix(string(name), "google.rpc.") && !strings.HasPrefix(string(name), "google.protobuf.") {
		return nil
	}
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		return nil
	}
	return d
}

// bundledNames are the imports that come with this program, for suggesting the nearest spelling.
func bundledNames() []string {
	names := bundledTexts()
	for _, f := range linkedFiles() {
		names = append(names, f.Path())
	}
	protoregistry.GlobalFiles.RangeFilesByPackage("google.protobuf", func(f protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(f.Path(), "google/protobuf/") {
			names = append(names, f.Path())
		}
		return true
	})
	return names
}

// bundledTexts are the imports that come with this program as text.
func bundledTexts() []string {
	var names []string
	_ = fs.WalkDir(bundled, "bundled", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".proto") {
			names = append(names, strings.TrimPrefix(path, "bundled/"))
		}
		return nil // what cannot be listed is not suggested
	})
	return names
}
