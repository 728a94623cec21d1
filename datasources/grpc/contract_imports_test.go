package grpc

import (
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// describeFile makes a file of proto3.
func describeFile(name, pkg string, imports []string, change func(*descriptorpb.FileDescriptorProto)) *descriptorpb.FileDescriptorProto {
	f := &descriptorpb.FileDescriptorProto{Name: new(name), Package: new(pkg), Syntax: new("proto3"), Dependency: imports}
	change(f)
	return f
}

// fieldOf is an optional field of a type.
func fieldOf(name string, number int32, typeName string, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
	return &descriptorpb.FieldDescriptorProto{
		Name: new(name), Number: new(number), TypeName: new(typeName), Type: kind.Enum(),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
	}
}

// misnamed are files that import each other by names that they do not have.
func misnamed() map[string]*descriptorpb.FileDescriptorProto {
	files := map[string]*descriptorpb.FileDescriptorProto{
		"a.S": describeFile("a.proto", "a", []string{"deep/b.proto", "deep/c.proto"}, func(f *descriptorpb.FileDescriptorProto) {
			f.MessageType = []*descriptorpb.DescriptorProto{{
				Name: new("Request"), Field: []*descriptorpb.FieldDescriptorProto{
					fieldOf("color", 1, ".c.Outer.Color", descriptorpb.FieldDescriptorProto_TYPE_ENUM),
				},
			}}
			f.Service = []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{
				{Name: new("Get"), InputType: new(".a.Request"), OutputType: new(".b.Reply")},
			}}}
		}),
		"b.Reply": describeFile("b.proto", "b", []string{"very/deep/c.proto", "google/protobuf/timestamp.proto"}, func(f *descriptorpb.FileDescriptorProto) {
			f.MessageType = []*descriptorpb.DescriptorProto{{
				Name: new("Reply"), Field: []*descriptorpb.FieldDescriptorProto{
					fieldOf("outer", 1, ".c.Outer", descriptorpb.FieldDescriptorProto_TYPE_MESSAGE),
					fieldOf("at", 2, ".google.protobuf.Timestamp", descriptorpb.FieldDescriptorProto_TYPE_MESSAGE),
				},
			}}
		}),
		"c.Outer.Color": describeFile("c.proto", "c", nil, func(f *descriptorpb.FileDescriptorProto) {
			f.MessageType = []*descriptorpb.DescriptorProto{{
				Name: new("Outer"),
				Field: []*descriptorpb.FieldDescriptorProto{
					fieldOf("color", 1, ".c.Outer.Color", descriptorpb.FieldDescriptorProto_TYPE_ENUM),
				},
				EnumType: []*descriptorpb.EnumDescriptorProto{{Name: new("Color"), Value: []*descriptorpb.EnumValueDescriptorProto{
					{Name: new("RED"), Number: new(int32(0))}, {Name: new("BLUE"), Number: new(int32(1))},
				}}},
			}}
		}),
	}
	files["c.Outer"] = files["c.Outer.Color"]
	return files
}

// bySymbol answers the list of services and questions about symbols; files are not found by their names.
func bySymbol(files map[string]*descriptorpb.FileDescriptorProto) func(reflectionStream) error {
	return listingAnd(func(request *reflectionv1.ServerReflectionRequest) *reflectionv1.ServerReflectionResponse {
		f := files[request.GetFileContainingSymbol()]
		if f == nil {
			return &reflectionv1.ServerReflectionResponse{MessageResponse: &reflectionv1.ServerReflectionResponse_ErrorResponse{
				ErrorResponse: &reflectionv1.ErrorResponse{ErrorCode: int32(codes.NotFound), ErrorMessage: "not found"},
			}}
		}
		return describedResponse(f)
	})
}

func describedResponse(f *descriptorpb.FileDescriptorProto) *reflectionv1.ServerReflectionResponse {
	data, err := proto.Marshal(f)
	if err != nil {
		panic(err)
	}
	return fileResponse(data)
}

func TestFilesThatTheServerKnowsByOtherNamesAreFoundByTheirTypes(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, reflectedSource(t), reflects(t, bySymbol(misnamed())))
	if got := found(t, s, "a.S/Get", `color: "BLUE"`, "at color: outer.color", nil); got != "" {
		t.Error(got)
	}
	want := `colour: error[WEFT_GRPC_SELECTION]: message "c.Outer" has no field "colour" (at "outer")`
	if got := found(t, s, "a.S/Get", "", "color: outer.colour", nil); !strings.HasPrefix(got, want) {
		t.Errorf("got %s", got)
	}
}

func TestServerThatInventsTypesWithoutEndIsNotAskedWithoutEnd(t *testing.T) {
	t.Parallel()
	asked := 0
	s := openSource(t, datasources.Settings{}, reflectedSource(t), reflects(t, listingAnd(
		func(*reflectionv1.ServerReflectionRequest) *reflectionv1.ServerReflectionResponse {
			asked++
			// Each file is a new one, and uses a type that no file has.
			n := strconv.Itoa(asked)
			return describedResponse(describeFile("f"+n+".proto", "f"+n, nil, func(f *descriptorpb.FileDescriptorProto) {
				f.MessageType = []*descriptorpb.DescriptorProto{{Name: new("M"), Field: []*descriptorpb.FieldDescriptorProto{
					fieldOf("next", 1, ".next.T"+n, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE),
				}}}
			}))
		})))
	if len(s.contract.services) > 0 || asked > 2*maxReflectionRounds {
		t.Errorf("it was asked %d times and has %v", asked, s.contract.services)
	}
}
