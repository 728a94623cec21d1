package grpc

import (
	"embed"
	"io/fs"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/code"
	attributecontext "google.golang.org/genproto/googleapis/rpc/context/attribute_context"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpchttp "google.golang.org/genproto/googleapis/rpc/http"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// googleapis are definitions that most services import and nobody wants to copy. Those that this program links in as Go code are
// not repeated here.
//
//go:embed googleapis
var googleapis embed.FS

// bundledSource returns the text of an import that comes with this program.
func bundledSource(name string) ([]byte, bool) {
	text, err := fs.ReadFile(googleapis, "googleapis/"+name)
	return text, err == nil
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
	var names []string
	_ = fs.WalkDir(googleapis, "googleapis", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, strings.TrimPrefix(path, "googleapis/"))
		}
		return nil // what cannot be listed is not suggested
	})
	for _, f := range linkedFiles() {
		names = append(names, f.Path())
	}
	for _, name := range []string{"any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers", "descriptor"} {
		names = append(names, "google/protobuf/"+name+".proto")
	}
	return names
}
