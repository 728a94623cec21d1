package grpc

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

func TestAContractThatIsKeptIsTheSameContract(t *testing.T) {
	t.Parallel()
	given := newOffer(matrix(t))
	set, err := given.DescriptorSet()
	if err != nil {
		t.Fatal(err)
	}
	again, err := newOffer(matrix(t)).DescriptorSet()
	if err != nil || !bytes.Equal(set, again) {
		t.Errorf("the same contract gives other bytes, %v", err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "kept.binpb"), set, 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadOffer(t.Context(), datasources.Settings{Kind: datasources.GRPC, Name: "kept", GRPC: &datasources.GRPCSource{
		Address: template(t, "grpc://kept.test:1"), DescriptorSet: "kept.binpb", Files: datasources.Folder(folder),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(given.Services, kept.Services); diff != "" || len(given.Services) == 0 {
		t.Errorf("services (-given +kept):\n%s", diff)
	}
	if resaid, err := kept.DescriptorSet(); err != nil || !bytes.Equal(set, resaid) {
		t.Errorf("what is kept gives other bytes, %v", err)
	}
}

func TestAContractThatLacksAFileIsNotKept(t *testing.T) {
	t.Parallel()
	files, err := link(map[string]*descriptorpb.FileDescriptorProto{"a.proto": {
		Name: new("a.proto"), Dependency: []string{"b.proto"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = newOffer(newContract(files, false)).DescriptorSet()
	if err == nil || !strings.Contains(err.Error(), `the contract lacks "b.proto", which "a.proto" imports`) {
		t.Errorf("got %v", err)
	}
}
