package grpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Versions of the reflection service, the better one first. Their messages are the same on the wire.
const (
	reflectionV1      = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
	reflectionV1Alpha = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
)

// Bounds of what a server can make us read.
const (
	maxReflectionBytes = 64 << 20
	maxReflectionFiles = 10000
	// maxReflectionRounds is how often types are asked for that the answers of before have brought up.
	maxReflectionRounds = 64
)

var errNoReflection = errors.New(`it has no reflection service: give its contract with "proto" or "descriptorSet"`)

// reflect asks the server for its contract, within the time of a call.
func (s *source) reflect(ctx context.Context) (*protoregistry.Files, error) {
	ctx, cancel := context.WithTimeout(ctx, s.settings.CallTimeout())
	defer cancel()
	files, err := s.reflectAny(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the server at %s for its contract: %w", s.address, err)
	}
	return files, nil
}

func (s *source) reflectAny(ctx context.Context) (*protoregistry.Files, error) {
	if s.addressErr != nil {
		return nil, s.addressErr
	}
	if md := s.reflectionMetadata(); len(md) > 0 {
		ctx = metadata.NewOutgoingContext(ctx, md)
	}
	files, err := s.reflectVersion(ctx, reflectionV1)
	if status.Code(err) == codes.Unimplemented {
		files, err = s.reflectVersion(ctx, reflectionV1Alpha)
	}
	switch {
	case err == nil:
		return files, nil
	case status.Code(err) == codes.Unimplemented:
		return nil, errNoReflection
	case ctx.Err() != nil:
		return nil, fmt.Errorf("no answer: %w", ctx.Err())
	case status.Code(err) == codes.DeadlineExceeded && isOver(ctx):
		return nil, fmt.Errorf("no answer: %w", context.DeadlineExceeded)
	case status.Code(err) == codes.Unavailable:
		return nil, fmt.Errorf("%s: %w", s.connection.trouble(), err)
	default:
		return nil, err
	}
}

func (s *source) reflectVersion(ctx context.Context, method string) (*protoregistry.Files, error) {
	// Whatever way this ends, the stream ends with it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	desc := &gogrpc.StreamDesc{StreamName: "ServerReflectionInfo", ServerStreams: true, ClientStreams: true}
	stream, err := s.connection.conn.NewStream(ctx, desc, method, gogrpc.MaxCallRecvMsgSize(maxReflectionBytes))
	if err != nil {
		return nil, err
	}
	r := reflected{stream: stream, host: s.address.host, described: map[string]*descriptorpb.FileDescriptorProto{}}
	if err := r.readAll(ctx); err != nil {
		return nil, err
	}
	// A server that cannot tell about extensions, and may have ended the stream by that, is one whose extensions are not known.
	_ = r.readExtensions(ctx)
	return link(r.described)
}

// reflected is what one stream to a reflection service has told.
type reflected struct {
	stream    gogrpc.ClientStream
	host      string
	described map[string]*descriptorpb.FileDescriptorProto
	size      int
}

// readAll reads the files of all services and what they import.
func (r *reflected) readAll(ctx context.Context) error {
	reply, err := r.ask(&reflection.ServerReflectionRequest{
		MessageRequest: &reflection.ServerReflectionRequest_ListServices{ListServices: "*"},
	})
	if err != nil {
		return err
	}
	for _, service := range reply.GetListServicesResponse().GetService() {
		if strings.HasPrefix(service.GetName(), "grpc.reflection.") {
			continue
		}
		// A service that the server cannot describe is one that no connector can use; others still can.
		if _, err := r.askFiles(&reflection.ServerReflectionRequest{
			MessageRequest: &reflection.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: service.GetName()},
		}); err != nil {
			return err
		}
	}
	asked := map[string]bool{}
	for range maxReflectionRounds {
		if err := r.readImports(ctx); err != nil {
			return err
		}
		known := len(r.described)
		if err := r.readMisnamed(asked); err != nil {
			return err
		}
		if len(r.described) == known {
			break
		}
	}
	newImporting(r.described).complete()
	return nil
}

// readImports reads what the files import, as far as the server finds it by its name.
func (r *reflected) readImports(ctx context.Context) error {
	asked := map[string]bool{}
	for missing := addLinked(r.described); len(missing) > 0; missing = addLinked(r.described) {
		progress := false
		for _, name := range missing {
			if asked[name] {
				continue
			}
			asked[name] = true
			found, err := r.askFiles(&reflection.ServerReflectionRequest{
				MessageRequest: &reflection.ServerReflectionRequest_FileByFilename{FileByFilename: name},
			})
			if err != nil {
				return err
			}
			progress = progress || found
		}
		if !progress {
			// Bind tells about those that are missing then and whose messages it would need.
			return addBundled(ctx, r.described)
		}
	}
	return nil
}

// readMisnamed reads files that are imported by names under which the server does not find them, and that it finds by their types. Each
// type is asked for once.
func (r *reflected) readMisnamed(asked map[string]bool) error {
	for _, name := range newImporting(r.described).undefined() {
		if asked[name] || len(asked) > maxReflectionFiles {
			continue
		}
		asked[name] = true
		if _, err := r.askFiles(&reflection.ServerReflectionRequest{
			MessageRequest: &reflection.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: name},
		}); err != nil {
			return err
		}
	}
	return nil
}

// askFiles asks for files and keeps them; false means that the server does not have them.
func (r *reflected) askFiles(request *reflection.ServerReflectionRequest) (bool, error) {
	reply, err := r.ask(request)
	if err != nil {
		return false, err
	}
	files := reply.GetFileDescriptorResponse().GetFileDescriptorProto()
	for _, data := range files {
		r.size += len(data)
		if r.size > maxReflectionBytes || len(r.described) > maxReflectionFiles {
			return false, fmt.Errorf("the contract is larger than %d bytes or %d files", maxReflectionBytes, maxReflectionFiles)
		}
		f := &descriptorpb.FileDescriptorProto{}
		if err := proto.Unmarshal(data, f); err != nil {
			return false, fmt.Errorf("it sent a file that cannot be read: %w", err)
		}
		if r.described[f.GetName()] == nil {
			r.described[f.GetName()] = f
		}
	}
	return len(files) > 0, nil
}

// ask makes one request and waits for its response.
func (r *reflected) ask(request *reflection.ServerReflectionRequest) (*reflection.ServerReflectionResponse, error) {
	request.Host = r.host
	if err := r.stream.SendMsg(request); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	// After io.EOF the reason comes from RecvMsg.
	response := &reflection.ServerReflectionResponse{}
	if err := r.stream.RecvMsg(response); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it ended the reflection before it had answered")
		}
		return nil, err
	}
	return response, nil
}
