package grpc

import (
	"context"
	"slices"

	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/types/descriptorpb"
)

// maxReflectionExtensions bounds how many extensions a server is asked for: each takes a round trip.
const maxReflectionExtensions = 1000

// readExtensions reads the files of extensions, which no service leads to: those of the messages that may be extended.
func (r *reflected) readExtensions(ctx context.Context) error {
	known := map[extensionKey]bool{}
	var extended []string
	for _, f := range r.described {
		if f.GetPackage() == "google.protobuf" {
			continue // options, which are in no message
		}
		addExtensionNumbers(known, f.GetExtension())
		visitMessages(f.GetPackage(), f.GetMessageType(), func(name string, m *descriptorpb.DescriptorProto) {
			addExtensionNumbers(known, m.GetExtension())
			if len(m.GetExtensionRange()) > 0 {
				extended = append(extended, name)
			}
		})
	}
	slices.Sort(extended)
	left := maxReflectionExtensions
	for _, name := range extended {
		reply, err := r.ask(&reflection.ServerReflectionRequest{
			MessageRequest: &reflection.ServerReflectionRequest_AllExtensionNumbersOfType{AllExtensionNumbersOfType: name},
		})
		if err != nil {
			return err
		}
		for _, number := range reply.GetAllExtensionNumbersResponse().GetExtensionNumber() {
			if left--; known[extensionKey{"." + name, number}] || left < 0 {
				continue
			}
			if _, err := r.askFiles(&reflection.ServerReflectionRequest{
				MessageRequest: &reflection.ServerReflectionRequest_FileContainingExtension{
					FileContainingExtension: &reflection.ExtensionRequest{ContainingType: name, ExtensionNumber: number},
				},
			}); err != nil {
				return err
			}
		}
	}
	if err := r.readImports(ctx); err != nil {
		return err
	}
	newImporting(r.described).complete()
	return nil
}

// extensionKey is a field number of an extended message, which has a dot in front, as descriptors name it.
type extensionKey struct {
	extended string
	number   int32
}

func addExtensionNumbers(known map[extensionKey]bool, extensions []*descriptorpb.FieldDescriptorProto) {
	for _, x := range extensions {
		known[extensionKey{x.GetExtendee(), x.GetNumber()}] = true
	}
}

// visitMessages calls a function with the full names of messages and of those inside them.
func visitMessages(scope string, messages []*descriptorpb.DescriptorProto, visit func(name string, m *descriptorpb.DescriptorProto)) {
	for _, m := range messages {
		name := join(scope, m.GetName())
		visit(name, m)
		visitMessages(name, m.GetNestedType(), visit)
	}
}
