package grpc

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// codeContract is the code of what is wrong with the text of a contract.
const codeContract = "WEFT_CONTRACT"

// contract is what is known of a back end: its services and their messages. It is safe for concurrent use.
type contract struct {
	files *protoregistry.Files
	// services are the names of all services, sorted.
	services []string

	mu     sync.Mutex
	types  messageTypes
	wholes map[*message]*reader
}

// loadContract reads the contract from where the settings say. Reflection asks the server behind the connection, which is not
// used otherwise.
func loadContract(ctx context.Context, s *source) (*contract, error) {
	g := s.settings.GRPC
	var (
		files *protoregistry.Files
		err   error
	)
	switch {
	case len(g.Proto) > 0:
		files, err = compileFiles(ctx, g)
	case g.DescriptorSet != "":
		files, err = readDescriptorSet(ctx, g)
	default:
		files, err = s.reflect(ctx)
	}
	if err != nil {
		return nil, err
	}
	return newContract(files, g.StripEnumPrefixes), nil
}

// newContract takes all files of a contract. stripEnumPrefixes tells how the names of enum values are written.
func newContract(files *protoregistry.Files, stripEnumPrefixes bool) *contract {
	c := &contract{
		files: files,
		types: messageTypes{
			extensions: map[protoreflect.FullName][]protoreflect.ExtensionDescriptor{},
			messages:   map[protoreflect.FullName]*message{},
			enums:      map[protoreflect.FullName]*enum{},

			stripEnumPrefixes: stripEnumPrefixes,
		},
		wholes: map[*message]*reader{},
	}
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			c.services = append(c.services, string(f.Services().Get(i).FullName()))
		}
		c.addExtensions(f)
		return true
	})
	slices.Sort(c.services)
	for _, list := range c.types.extensions {
		slices.SortFunc(list, func(a, b protoreflect.ExtensionDescriptor) int { return int(a.Number()) - int(b.Number()) })
	}
	return c
}

// extensible is a file or message, in which extensions may be declared.
type extensible interface {
	Messages() protoreflect.MessageDescriptors
	Extensions() protoreflect.ExtensionDescriptors
}

func (c *contract) addExtensions(scope extensible) {
	for i := range scope.Extensions().Len() {
		x := scope.Extensions().Get(i)
		extended := x.ContainingMessage().FullName()
		c.types.extensions[extended] = append(c.types.extensions[extended], x)
	}
	for i := range scope.Messages().Len() {
		c.addExtensions(scope.Messages().Get(i))
	}
}

// message returns the type of a descriptor.
func (c *contract) message(d protoreflect.MessageDescriptor) *message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.types.message(d)
}

// messageNamed returns a type of the contract or, so that the details of errors can always be read, one of Google's own
// that come with this program. It returns nil when there is none.
func (c *contract) messageNamed(name protoreflect.FullName) *message {
	d, err := c.files.FindDescriptorByName(name)
	if err != nil {
		d = bundledDescriptor(name)
	}
	if md, ok := d.(protoreflect.MessageDescriptor); ok {
		return c.message(md)
	}
	return nil
}

// whole returns the reader of all fields of a type. Readers of types that contain themselves contain themselves.
func (c *contract) whole(m *message) *reader {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wholeOf(m)
}

func (c *contract) wholeOf(m *message) *reader {
	if r := c.wholes[m]; r != nil {
		return r
	}
	r := &reader{message: m}
	c.wholes[m] = r
	for _, f := range m.fields {
		p := plan{field: f, names: []string{f.jsonName}}
		if element := f.element(); element.message != nil {
			p.below = c.wholeOf(element.message)
		}
		r.add(p)
	}
	return r
}

// registry collects file descriptors with all that they import.
func registry[F protoreflect.FileDescriptor](roots []F) (*protoregistry.Files, error) {
	files := new(protoregistry.Files)
	for _, root := range roots {
		if err := register(files, root); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func register(files *protoregistry.Files, f protoreflect.FileDescriptor) error {
	if _, err := files.FindFileByPath(f.Path()); err == nil {
		return nil
	}
	if err := files.RegisterFile(f); err != nil {
		return err
	}
	for i := range f.Imports().Len() {
		if dependency := f.Imports().Get(i); !dependency.IsPlaceholder() {
			if err := register(files, dependency.FileDescriptor); err != nil {
				return err
			}
		}
	}
	return nil
}

// fileErrorf returns an error for something wrong with a file of the contract as a whole.
func fileErrorf(file, format string, args ...any) error {
	e := &datasources.ContractError{}
	e.Diagnostics.Errorf(codeContract, diag.Span{File: file}, format, args...)
	return e
}
