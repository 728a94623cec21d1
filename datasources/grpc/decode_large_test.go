package grpc

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/datasources"
)

// largeMessage is a contract with the message a.M, whose fields are int32 and numbered from 1001 on, but for the last, the string "last" with number 1.
func largeMessage(t *testing.T, fields int, isOneof bool) *contract {
	t.Helper()
	m := &descriptorpb.DescriptorProto{Name: new("M")}
	for i := range fields {
		f := fieldOf(fmt.Sprintf("f%d", i), int32(i+1001), "", descriptorpb.FieldDescriptorProto_TYPE_INT32)
		f.TypeName = nil
		m.Field = append(m.Field, f)
	}
	last := fieldOf("last", 1, "", descriptorpb.FieldDescriptorProto_TYPE_STRING)
	last.TypeName = nil
	m.Field = append(m.Field, last)
	if isOneof {
		m.OneofDecl = []*descriptorpb.OneofDescriptorProto{{Name: new("one")}}
		for _, f := range m.GetField() {
			f.OneofIndex = new(int32(0))
		}
	}
	file := describeFile("a.proto", "a", nil, func(f *descriptorpb.FileDescriptorProto) {
		f.MessageType = []*descriptorpb.DescriptorProto{m}
		f.Service = []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{
			{Name: new("Get"), InputType: new(".a.M"), OutputType: new(".a.M")},
		}}}
	})
	o := reflects(t, listing(fileResponse(marshalAll(t, []*descriptorpb.FileDescriptorProto{file})...)))
	return openSource(t, datasources.Settings{}, reflectedSource(t), o).contract
}

func TestFieldsOfMessagesWithVeryManyAreNotMixedUp(t *testing.T) {
	t.Parallel()
	const many = 1 << 16
	c := largeMessage(t, many, false)
	v, err := c.decodeMessage(c.whole(c.message(descriptor(t, c, "a.M"))), concat(record(1, "x"), record(1001, 7)))
	if err != nil || v.Get("last").Text() != "x" || v.Get("f0").Text() != "7" {
		t.Errorf("got %v, %v, %v", v.Get("last"), v.Get("f0"), err)
	}
}

func TestOneofsOfManyMembersCostNoMoreThanOthers(t *testing.T) {
	t.Parallel()
	const (
		members = 10_000
		rounds  = 500_000
		enough  = 10 * time.Second
	)
	c := largeMessage(t, members, true)
	data := bytes.Repeat(concat(record(1, "x"), record(1001, 7)), rounds)
	begin := time.Now()
	v, err := c.decodeMessage(c.whole(c.message(descriptor(t, c, "a.M"))), data)
	if err != nil || v.String() != `{"f0":7}` {
		t.Errorf("got %v, %v", v, err)
	}
	if took := time.Since(begin); took > enough {
		t.Errorf("it takes %v", took)
	}
}
