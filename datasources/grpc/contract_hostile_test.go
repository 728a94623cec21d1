package grpc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// publicLattice are files of which each imports two others for whoever imports it, as far down as levels: there are 2^levels ways.
func publicLattice(levels int) []*descriptorpb.FileDescriptorProto {
	var files []*descriptorpb.FileDescriptorProto
	for level := range levels {
		for _, side := range []string{"l", "r"} {
			files = append(files, describeFile(fmt.Sprintf("%s%d.proto", side, level), fmt.Sprintf("%s%d", side, level), nil, func(f *descriptorpb.FileDescriptorProto) {
				if level > 0 {
					f.Dependency = []string{fmt.Sprintf("l%d.proto", level-1), fmt.Sprintf("r%d.proto", level-1)}
					f.PublicDependency = []int32{0, 1}
				}
				f.MessageType = []*descriptorpb.DescriptorProto{{Name: new("M")}}
			}))
		}
	}
	top := fmt.Sprintf("l%d.proto", levels-1)
	return append(files, describeFile("a.proto", "a", []string{top}, func(f *descriptorpb.FileDescriptorProto) {
		f.Service = []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{
			{Name: new("Get"), InputType: new(".l0.M"), OutputType: new(".r1.M")},
		}}}
	}))
}

// chainOfMessages is a file with messages of which each has one of the next.
func chainOfMessages(links int) []*descriptorpb.FileDescriptorProto {
	return []*descriptorpb.FileDescriptorProto{describeFile("a.proto", "a", nil, func(f *descriptorpb.FileDescriptorProto) {
		for i := range links {
			f.MessageType = append(f.MessageType, &descriptorpb.DescriptorProto{
				Name:  new(fmt.Sprintf("M%d", i)),
				Field: []*descriptorpb.FieldDescriptorProto{fieldOf("m", 1, fmt.Sprintf(".a.M%d", i+1), descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)},
			})
		}
		f.MessageType = append(f.MessageType, &descriptorpb.DescriptorProto{Name: new(fmt.Sprintf("M%d", links))})
		f.Service = []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{
			{Name: new("Get"), InputType: new(".a.M0"), OutputType: new(".a.M0")},
		}}}
	})}
}

func marshalAll(t *testing.T, files []*descriptorpb.FileDescriptorProto) [][]byte {
	t.Helper()
	var all [][]byte
	for _, f := range files {
		data, err := proto.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

func TestImportsForOthersCostNoMoreThanTheirFiles(t *testing.T) {
	t.Parallel()
	const levels = 60
	o := reflects(t, listing(fileResponse(marshalAll(t, publicLattice(levels))...)))
	s := openSource(t, datasources.Settings{}, reflectedSource(t), o)
	if got := found(t, s, "a.S/Get", "", "x: $(1)", nil); got != "" {
		t.Error(got)
	}
}

func TestChainsOfMessagesAreFollowed(t *testing.T) {
	t.Parallel()
	const links = 20_000
	o := reflects(t, listing(fileResponse(marshalAll(t, chainOfMessages(links))...)))
	s := openSource(t, datasources.Settings{}, reflectedSource(t), o)
	if got := found(t, s, "a.S/Get", "", "x: m.m.m->size", nil); got != "" {
		t.Error(got)
	}
}

func TestReflectedContractsAreBounded(t *testing.T) {
	t.Parallel()
	const many = 200_000
	var imports []string
	for i := range many {
		imports = append(imports, fmt.Sprint(i))
	}
	absent := describeFile("a.proto", "a", imports, func(*descriptorpb.FileDescriptorProto) {})
	for name, file := range map[string][]byte{
		"empty messages": []byte(strings.Repeat("\x22\x00", maxReflectionParts+1)),
		"empty imports":  []byte(strings.Repeat("\x1a\x00", maxReflectionParts+1)),
		"imports":        marshalAll(t, []*descriptorpb.FileDescriptorProto{absent})[0],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const enough = 2 * time.Minute // for a busy machine
			begin := time.Now()
			g := reflectedSource(t)
			_, err := Opener(reflects(t, listing(fileResponse(file))))(t.Context(),
				datasources.Settings{Kind: datasources.GRPC, GRPC: &g, Timeout: enough / 2})
			if err == nil || !strings.Contains(err.Error(), "the contract has more than 1048576 messages, fields and other parts") {
				t.Errorf("got %v", err)
			}
			if took := time.Since(begin); took > enough {
				t.Errorf("it takes %v", took)
			}
		})
	}
}
