package grpc

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// importing finds what files use and do not import. The files of a reflection service need not be known by the names under which they
// import each other: generated code of Go finds its types by itself, whatever `protoc` was told that the files are called. Such an
// import leads nowhere, and the file that it means is found by the types in it.
type importing struct {
	described map[string]*descriptorpb.FileDescriptorProto
	// definedIn are the files of all messages and enums, by their names as fields spell them: ".package.Name".
	definedIn map[string]string
}

func newImporting(described map[string]*descriptorpb.FileDescriptorProto) *importing {
	i := &importing{described: described, definedIn: map[string]string{}}
	for name, f := range described {
		scope := "."
		if f.GetPackage() != "" {
			scope += f.GetPackage() + "."
		}
		i.defineEnums(name, scope, f.GetEnumType())
		i.defineMessages(name, scope, f.GetMessageType())
	}
	return i
}

func (i *importing) defineEnums(file, scope string, enums []*descriptorpb.EnumDescriptorProto) {
	for _, e := range enums {
		i.definedIn[scope+e.GetName()] = file
	}
}

func (i *importing) defineMessages(file, scope string, messages []*descriptorpb.DescriptorProto) {
	for _, m := range messages {
		i.definedIn[scope+m.GetName()] = file
		i.defineEnums(file, scope+m.GetName()+".", m.GetEnumType())
		i.defineMessages(file, scope+m.GetName()+".", m.GetNestedType())
	}
}

// undefined are the names of the types that a file uses and that no file has, without the first dot, sorted.
func (i *importing) undefined() []string {
	var names []string
	for _, f := range i.described {
		for name := range usedTypes(f) {
			if i.definedIn[name] == "" {
				names = append(names, strings.TrimPrefix(name, "."))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// complete makes each file import the files whose types it uses. What others import for it (`import public`) is not needed then, and left
// out: files that a server makes up can import each other so that there are more ways than can be walked.
func (i *importing) complete() {
	for name, f := range i.described {
		seen := map[string]bool{name: true}
		for _, imported := range f.GetDependency() {
			seen[imported] = true
		}
		for used := range usedTypes(f) {
			if file := i.definedIn[used]; file != "" && !seen[file] {
				seen[file] = true
				f.Dependency = append(f.Dependency, file)
			}
		}
		f.PublicDependency = nil
	}
}

// usedTypes are the names of the types that a file's fields, extensions and methods have. Those without the first dot are left out:
// they depend on where they stand, and compilers write none.
func usedTypes(f *descriptorpb.FileDescriptorProto) map[string]bool {
	used := map[string]bool{}
	add := func(name string) {
		if strings.HasPrefix(name, ".") {
			used[name] = true
		}
	}
	addFields := func(fields []*descriptorpb.FieldDescriptorProto) {
		for _, field := range fields {
			add(field.GetTypeName())
			add(field.GetExtendee())
		}
	}
	addFields(f.GetExtension())
	for pending := slices.Clone(f.GetMessageType()); len(pending) > 0; pending = pending[1:] {
		m := pending[0]
		addFields(m.GetField())
		addFields(m.GetExtension())
		pending = append(pending, m.GetNestedType()...)
	}
	for _, s := range f.GetService() {
		for _, m := range s.GetMethod() {
			add(m.GetInputType())
			add(m.GetOutputType())
		}
	}
	return used
}
