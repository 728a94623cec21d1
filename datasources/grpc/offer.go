package grpc

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// Offer is what a back end offers by its contract. It is immutable.
type Offer struct {
	// Services are sorted by name.
	Services []Service

	files *protoregistry.Files
}

// Service is one service of an Offer.
type Service struct {
	// Name is the full name, with the package.
	Name string
	// Methods are in the contract's order.
	Methods []Method
}

// Method is one method of a Service.
type Method struct {
	Name string
	// Input and Output are full names of messages.
	Input, Output string
	// StreamsInput and StreamsOutput tell that there is any number of them.
	StreamsInput, StreamsOutput bool
}

// ReadOffer reads the contract of a source, as Open does, and closes what it needed for that.
func ReadOffer(ctx context.Context, settings datasources.Settings) (*Offer, error) {
	opened, err := Open(ctx, settings)
	if err != nil {
		return nil, err
	}
	s, ok := opened.(*source)
	if !ok {
		return nil, errors.Join(errNoGRPC, opened.Close())
	}
	return newOffer(s.contract), s.Close()
}

func newOffer(c *contract) *Offer {
	o := &Offer{files: c.files}
	for _, name := range c.services {
		d, _ := c.files.FindDescriptorByName(protoreflect.FullName(name))
		if described, ok := d.(protoreflect.ServiceDescriptor); ok {
			o.Services = append(o.Services, newService(described))
		}
	}
	return o
}

func newService(d protoreflect.ServiceDescriptor) Service {
	s := Service{Name: string(d.FullName()), Methods: make([]Method, d.Methods().Len())}
	for i := range s.Methods {
		m := d.Methods().Get(i)
		s.Methods[i] = Method{
			Name: string(m.Name()), Input: string(m.Input().FullName()), Output: string(m.Output().FullName()),
			StreamsInput: m.IsStreamingClient(), StreamsOutput: m.IsStreamingServer(),
		}
	}
	return s
}

// DescriptorSet is the contract as a file that `descriptorSet` takes: a google.protobuf.FileDescriptorSet with all imports, each behind what it
// imports. The same contract gives the same bytes. The error names a file that the server did not tell.
func (o *Offer) DescriptorSet() ([]byte, error) {
	byPath := map[string]protoreflect.FileDescriptor{}
	o.files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		byPath[f.Path()] = f
		return true
	})
	w := setWriter{seen: map[string]bool{}}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		if err := w.add(byPath[path]); err != nil {
			return nil, err
		}
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(&w.set)
}

// setWriter collects files behind what they import.
type setWriter struct {
	set  descriptorpb.FileDescriptorSet
	seen map[string]bool
}

func (w *setWriter) add(f protoreflect.FileDescriptor) error {
	if w.seen[f.Path()] {
		return nil
	}
	w.seen[f.Path()] = true
	for i := range f.Imports().Len() {
		imported := f.Imports().Get(i)
		if imported.IsPlaceholder() {
			return fmt.Errorf("the contract lacks %q, which %q imports", imported.Path(), f.Path())
		}
		if err := w.add(imported.FileDescriptor); err != nil {
			return err
		}
	}
	w.set.File = append(w.set.File, protodesc.ToFileDescriptorProto(f))
	return nil
}
