package shop_test

import (
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/weftgraph/weft/examples/shop/shippingpb"
)

func TestGeneratedCodeIsThatOfTheContract(t *testing.T) {
	t.Parallel()
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: protocompile.SourceAccessorFromMap(map[string]string{"shop.proto": string(contractFile(t, "shop.proto"))}),
	})}
	files, err := compiler.Compile(t.Context(), "shop.proto")
	if err != nil {
		t.Fatal(err)
	}
	contract, generated := protoutil.ProtoFromFileDescriptor(files[0]), protodesc.ToFileDescriptorProto(shippingpb.File_shop_proto)
	if diff := cmp.Diff(contract, generated, protocmp.Transform()); diff != "" {
		t.Errorf("run make generate (-contract +generated):\n%s", diff)
	}
}

// A contract is read by people: whatever is called or sent is explained, if only by
// its name and the comment on its message.
func TestEveryServiceAndMethodOfTheContractIsExplained(t *testing.T) {
	t.Parallel()
	previous := ""
	for line := range strings.Lines(string(contractFile(t, "shop.proto"))) {
		line = strings.TrimSpace(line)
		if (strings.HasPrefix(line, "service ") || strings.HasPrefix(line, "rpc ")) && !strings.HasPrefix(previous, "//") {
			t.Errorf("no comment before %q", line)
		}
		previous = line
	}
}
