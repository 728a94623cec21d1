package grpc

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// readDescriptorSet reads a file that `protoc --descriptor_set_out` or `buf build` has written.
func readDescriptorSet(ctx context.Context, g *datasources.GRPCSource) (*protoregistry.Files, error) {
	file := g.Files.Locate(g.DescriptorSet)
	data, err := g.Files.Read(g.DescriptorSet)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fileErrorf(file, "there is no such file")
	case err != nil:
		return nil, fileErrorf(file, "the file cannot be read: %v", err)
	}
	if data, err = inflate(data); err != nil {
		return nil, fileErrorf(file, "the file cannot be decompressed: %v", err)
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(data, &set); err != nil || len(set.GetFile()) == 0 {
		return nil, fileErrorf(file, "the file is no descriptor set, as protoc --descriptor_set_out and buf build write it")
	}
	described := map[string]*descriptorpb.FileDescriptorProto{}
	for _, f := range set.GetFile() {
		described[f.GetName()] = f
	}
	if err := addBundled(ctx, described); err != nil {
		return nil, err
	}
	if missing := addLinked(described); len(missing) > 0 {
		return nil, fileErrorf(file, "the descriptor set lacks %q, which it imports: write it with --include_imports", missing[0])
	}
	files, err := link(described)
	if err != nil {
		return nil, fileErrorf(file, "the descriptor set cannot be used: %v", err)
	}
	return files, nil
}

// maxInflated bounds what a compressed descriptor set may become, in bytes.
const maxInflated = 256 << 20

// inflate decompresses what gzip has made, as `buf build -o image.binpb.gz` does, and returns everything else as it is.
func inflate(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("\x1f\x8b")) { // no descriptor set begins with field 3 and a wire type that does not exist
		return data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err //nolint:wrapcheck // wrapped with the file's name
	}
	inflated, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err == nil && len(inflated) > maxInflated {
		err = fmt.Errorf("it becomes larger than %d bytes", maxInflated)
	}
	return inflated, err
}

// addLinked adds the files that are imported and not described, as far as this program has them, and returns the others.
func addLinked(described map[string]*descriptorpb.FileDescriptorProto) (missing []string) {
	pending, isMissing := slices.Sorted(maps.Keys(described)), map[string]bool{}
	for len(pending) > 0 {
		f := described[pending[0]]
		pending = pending[1:]
		for _, name := range f.GetDependency() {
			if described[name] != nil || isMissing[name] {
				continue
			}
			if fd := linkedFile(name); fd != nil {
				described[name] = protodesc.ToFileDescriptorProto(fd)
				pending = append(pending, name)
				continue
			}
			missing, isMissing[name] = append(missing, name), true
		}
	}
	return missing
}

// link makes descriptors of files, of which some may still import what is not there.
func link(described map[string]*descriptorpb.FileDescriptorProto) (*protoregistry.Files, error) {
	set := &descriptorpb.FileDescriptorSet{}
	for _, name := range slices.Sorted(maps.Keys(described)) {
		set.File = append(set.File, described[name])
	}
	return protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(set)
}
