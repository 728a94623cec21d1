package grpc

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// contractFiles are files in memory.
func contractFiles(texts map[string]string) datasources.Files {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return datasources.FolderOf(files, ".")
}

// findingsOf loads a contract that is wrong and returns what is said of it.
func findingsOf(t *testing.T, g datasources.GRPCSource) string {
	t.Helper()
	g.Address = template(t, "grpc://x.test:1")
	_, err := Open(t.Context(), datasources.Settings{Kind: datasources.GRPC, GRPC: &g})
	var wrong *datasources.ContractError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a contract error", err)
	}
	return wrong.Diagnostics.Error()
}

func TestErrorsOfProtoFilesHavePositions(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"syntax.proto": strings.Join([]string{
			`testdata/broken/syntax.proto:6:3: error[WEFT_CONTRACT]: field broken.A.field: unknown type Unknown`,
			`testdata/broken/syntax.proto:11:24: error[WEFT_CONTRACT]: method broken.S.Call: unknown response type Missing`,
		}, "\n"),
		"import.proto": `testdata/broken/import.proto:3:8: error[WEFT_CONTRACT]: file "google/protobuf/timestmp.proto" is in none of the folders testdata/broken: ` +
			`name the folder that has it in "importPaths"; did you mean "google/protobuf/timestamp.proto"?`,
		"absent.proto": `testdata/broken/absent.proto: error[WEFT_CONTRACT]: file "absent.proto" is in none of the folders testdata/broken: ` +
			`name the folder that has it in "importPaths"`,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got := findingsOf(t, datasources.GRPCSource{Proto: []string{file}, Files: datasources.Folder("testdata/broken")})
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestImportsAreFoundFromEveryRoot(t *testing.T) {
	t.Parallel()
	const (
		types = `syntax = "proto3"; package a; message T { string id = 1; }`
		using = `syntax = "proto3"; package a; import %q; service S { rpc Get(T) returns (T); }`
	)
	for name, c := range map[string]struct {
		files  map[string]string
		source datasources.GRPCSource
	}{
		"beside the file": {
			map[string]string{"p/s.proto": strings.Replace(using, "%q", `"t.proto"`, 1), "p/t.proto": types},
			datasources.GRPCSource{Proto: []string{"p/s.proto"}},
		},
		"from the document's folder": {
			map[string]string{"p/s.proto": strings.Replace(using, "%q", `"p/t.proto"`, 1), "p/t.proto": types},
			datasources.GRPCSource{Proto: []string{"p/s.proto"}},
		},
		"named twice, by two names": {
			map[string]string{"p/s.proto": strings.Replace(using, "%q", `"p/t.proto"`, 1), "p/t.proto": types},
			datasources.GRPCSource{Proto: []string{"p/s.proto", "p/t.proto"}},
		},
		"below an import path": {
			map[string]string{"protos/a/s.proto": strings.Replace(using, "%q", `"a/t.proto"`, 1), "protos/a/t.proto": types},
			datasources.GRPCSource{Proto: []string{"protos/a/s.proto"}, ImportPaths: []string{"protos/"}},
		},
		"named from an import path": {
			map[string]string{"protos/a/s.proto": strings.Replace(using, "%q", `"a/t.proto"`, 1), "protos/a/t.proto": types},
			datasources.GRPCSource{Proto: []string{"a/s.proto", "a/t.proto"}, ImportPaths: []string{"protos"}},
		},
		"in two import paths": {
			map[string]string{"one/s.proto": strings.Replace(using, "%q", `"t.proto"`, 1), "two/t.proto": types},
			datasources.GRPCSource{Proto: []string{"one/s.proto"}, ImportPaths: []string{"one", "two"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.source.Address, c.source.Files = template(t, "grpc://x.test:1"), contractFiles(c.files)
			s := openSource(t, datasources.Settings{}, c.source, Options{})
			if d := cmp.Diff([]string{"a.S"}, s.contract.services); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTwoFilesWithOneImportNameAreRefused(t *testing.T) {
	t.Parallel()
	got := findingsOf(t, datasources.GRPCSource{
		Proto: []string{"a/x.proto", "b/x.proto"},
		Files: contractFiles(map[string]string{"a/x.proto": `syntax = "proto3";`, "b/x.proto": `syntax = "proto3";`}),
	})
	want := `b/x.proto: error[WEFT_CONTRACT]: "a/x.proto" and "b/x.proto" would both be imported as "x.proto": ` +
		`name the folder above them in "importPaths"`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAllBundledFilesCompile(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("syntax = \"proto3\";\n")
	for _, name := range bundledNames() {
		text.WriteString("import \"" + name + "\";\n")
	}
	g := datasources.GRPCSource{
		Address: template(t, "grpc://x.test:1"),
		Proto:   []string{"all.proto"},
		Files:   contractFiles(map[string]string{"all.proto": text.String()}),
	}
	s := openSource(t, datasources.Settings{}, g, Options{})
	for _, name := range []string{"google.type.Money", "google.rpc.Status", "google.api.HttpRule", "google.protobuf.Any"} {
		if _, err := s.contract.files.FindDescriptorByName(protoreflect.FullName(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// descriptorSet writes the descriptors of shipping.proto to a file, without the files in the list.
func descriptorSet(t *testing.T, without ...string) datasources.GRPCSource {
	t.Helper()
	var set descriptorpb.FileDescriptorSet
	shippingFiles(t).RangeFiles(func(f protoreflect.FileDescriptor) bool {
		if slices.Contains(without, f.Path()) {
			return true
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
		return true
	})
	data, err := proto.Marshal(&set)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shipping.binpb"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return datasources.GRPCSource{
		Address:       template(t, "grpc://x.test:1"),
		DescriptorSet: "shipping.binpb",
		Files:         datasources.Folder(dir),
	}
}

func TestDescriptorSetsNeedNoWellKnownFiles(t *testing.T) {
	t.Parallel()
	for _, without := range [][]string{nil, {"google/protobuf/empty.proto"}} {
		s := openSource(t, datasources.Settings{}, descriptorSet(t, without...), Options{})
		if d := cmp.Diff([]string{"shipping.v1.Shipping"}, s.contract.services); d != "" {
			t.Error(d)
		}
	}
}

func TestUnusableDescriptorSetsAreNamed(t *testing.T) {
	t.Parallel()
	lacking, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{
		{Name: new("a.proto"), Dependency: []string{"b.proto"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"\xff":          "a.binpb: error[WEFT_CONTRACT]: the file is no descriptor set, as protoc --descriptor_set_out and buf build write it",
		"":              "a.binpb: error[WEFT_CONTRACT]: the file is no descriptor set, as protoc --descriptor_set_out and buf build write it",
		string(lacking): `a.binpb: error[WEFT_CONTRACT]: the descriptor set lacks "b.proto", which it imports: write it with --include_imports`,
	} {
		got := findingsOf(t, datasources.GRPCSource{DescriptorSet: "a.binpb", Files: contractFiles(map[string]string{"a.binpb": text})})
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	got := findingsOf(t, datasources.GRPCSource{DescriptorSet: "b.binpb", Files: contractFiles(nil)})
	if d := cmp.Diff("b.binpb: error[WEFT_CONTRACT]: there is no such file", got); d != "" {
		t.Error(d)
	}
}
