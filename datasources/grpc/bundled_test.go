package grpc

import (
	"bytes"
	"compress/gzip"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// usual is a contract with the imports that contracts have for their options, as they are spelled in the wild.
const usual = `syntax = "proto3";
package usual;
import "buf/validate/validate.proto";
import "github.com/gogo/protobuf/gogoproto/gogo.proto";
import "google/api/annotations.proto";
import "google/api/client.proto";
import "google/api/field_behavior.proto";
import "google/longrunning/operations.proto";
import "google/iam/v1/policy.proto";
import "google/type/phone_number.proto";
import "protoc-gen-openapiv2/options/annotations.proto";
import "validate/validate.proto";
option (grpc.gateway.protoc_gen_openapiv2.options.openapiv2_swagger) = { info: { title: "Usual" } };
service Usual {
  option (google.api.default_host) = "usual.test";
  rpc Get(Request) returns (google.longrunning.Operation) { option (google.api.http) = { get: "/v1/{id}" }; }
}
message Request {
  string id = 1 [(buf.validate.field).string.uuid = true, (google.api.field_behavior) = REQUIRED];
  string name = 2 [(validate.rules).string.min_len = 1];
  google.type.PhoneNumber phone = 3 [(gogoproto.nullable) = false];
  google.iam.v1.Policy policy = 4;
}
`

func usualSource(t *testing.T, more map[string]string) datasources.GRPCSource {
	t.Helper()
	texts := map[string]string{"usual.proto": usual}
	maps.Copy(texts, more)
	return datasources.GRPCSource{
		Address: template(t, "grpc://usual.test:1"),
		Proto:   []string{"usual.proto"},
		Files:   contractFiles(texts),
	}
}

func TestImportsForOptionsNeedNoFiles(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, usualSource(t, nil), Options{})
	if s.contract.messageNamed("google.longrunning.Operation") == nil {
		t.Error("the output is not there")
	}
}

func TestFilesOfTheContractWinOverBundledOnes(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, usualSource(t, map[string]string{
		"google/type/phone_number.proto": `syntax = "proto3"; package google.type; message PhoneNumber { string own = 1; }`,
	}), Options{})
	m := s.contract.messageNamed("google.type.PhoneNumber")
	if m.byName["own"] == nil {
		t.Error("the bundled file was taken")
	}
}

// setOf writes the descriptors of a contract, of those files alone.
func setOf(t *testing.T, c *contract, names ...string) []byte {
	t.Helper()
	var set descriptorpb.FileDescriptorSet
	for _, name := range names {
		f, err := c.files.FindFileByPath(name)
		if err != nil {
			t.Fatal(err)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
	}
	data, err := proto.Marshal(&set)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestDescriptorSetsMayLackWhatIsBundledAndBeCompressed(t *testing.T) {
	t.Parallel()
	data := setOf(t, openSource(t, datasources.Settings{}, usualSource(t, nil), Options{}).contract, "usual.proto")
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"plain": string(data), "gzip": compressed.String()} {
		g := datasources.GRPCSource{
			Address:       template(t, "grpc://usual.test:1"),
			DescriptorSet: "a.binpb",
			Files:         contractFiles(map[string]string{"a.binpb": content}),
		}
		s := openSource(t, datasources.Settings{}, g, Options{})
		m := s.contract.message(descriptor(t, s.contract, "usual.Request"))
		if m.byName["phone"].message.byName["e164Number"] == nil {
			t.Errorf("%s: the import is not there", name)
		}
	}
	got := findingsOf(t, datasources.GRPCSource{
		DescriptorSet: "a.binpb", Files: contractFiles(map[string]string{"a.binpb": compressed.String()[:20]}),
	})
	if d := cmp.Diff(`a.binpb: error[WEFT_CONTRACT]: the file cannot be decompressed: unexpected EOF`, got); d != "" {
		t.Error(d)
	}
}

// TestEdition2024IsReadFromDescriptorSets: the compiler does not know it yet, and protoc does.
func TestEdition2024IsReadFromDescriptorSets(t *testing.T) {
	t.Parallel()
	f, err := matrix(t).files.FindFileByPath("matrix/v1/editions.proto")
	if err != nil {
		t.Fatal(err)
	}
	file := protodesc.ToFileDescriptorProto(f)
	file.Edition = descriptorpb.Edition_EDITION_2024.Enum()
	data, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{file}})
	if err != nil {
		t.Fatal(err)
	}
	c := openSource(t, datasources.Settings{}, datasources.GRPCSource{
		Address:       template(t, "grpc://x.test:1"),
		DescriptorSet: "a.binpb",
		Files:         contractFiles(map[string]string{"a.binpb": string(data)}),
	}, Options{}).contract
	got, err := decodeText(t, c, "matrix.v1.Editions", "looseText level levels delimited { implicit }", concat(record(6, "\xff"), record(7, 4), record(8, 5)))
	if d := cmp.Diff(`{"looseText":"�","levels":["LEVEL_HIGH"]}`, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestNothingIsBundledTwice(t *testing.T) {
	t.Parallel()
	for _, name := range bundledTexts() {
		if linkedFile(name) != nil {
			t.Errorf("%s is there twice", name)
		}
	}
	if linkedFile("google/protobuf/descriptor.proto") == nil || linkedFile("google/rpc/status.proto") == nil {
		t.Error("linked files are not found")
	}
}
