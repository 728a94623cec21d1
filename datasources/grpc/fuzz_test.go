package grpc

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/graph/value"
)

// sameLoosely compares what we read with what protojson writes: there 64-bit integers are strings, and numbers may be spelled
// in another way.
func sameLoosely(ours, theirs value.Value) bool {
	switch {
	case ours.Kind() == value.KindArray && theirs.Kind() == value.KindArray:
		if ours.Len() != theirs.Len() {
			return false
		}
		for i, v := range ours.Elems() {
			if !sameLoosely(v, theirs.Elems()[i]) {
				return false
			}
		}
		return true
	case ours.Kind() == value.KindObject && theirs.Kind() == value.KindObject:
		if ours.Len() != theirs.Len() {
			return false
		}
		for _, f := range ours.Fields() {
			if !sameLoosely(f.Value, theirs.Get(f.Name)) {
				return false
			}
		}
		return true
	case ours.IsNumber() && theirs.Kind() == value.KindString:
		return ours.Text() == theirs.Text()
	case ours.IsNumber() && theirs.IsNumber():
		return value.EqualNumeric(ours, theirs)
	default:
		return value.Equal(ours, theirs)
	}
}

// FuzzDecode reads foreign bytes as we do, and as dynamicpb and protojson do: whoever of the two reads them reads the same.
func FuzzDecode(f *testing.F) {
	c := matrix(f)
	types := dynamicpb.NewTypes(c.files)
	ways := map[string]*bothWays{}
	for name := range matrixMethods {
		ways[name] = allOf(f, name)
	}
	for _, name := range []string{"Everything", "Legacy", "Editions"} {
		f.Add(name, []byte{})
	}
	for _, tt := range matrixCases {
		if data, err := encodeText(f, c, "matrix.v1.Everything", wrap(tt.field, tt.in)); err == nil {
			f.Add("Everything", data)
		}
	}
	for _, text := range []string{`{"id":"1","inner":{"text":"x","numbers":[1]},"item":[{}],"[matrix.v1.note]":"n"}`} {
		data, err := encodeText(f, c, "matrix.v1.Legacy", text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("Legacy", data)
	}
	f.Add("Legacy", concat(record(1, "\xff"), record(5, 9), record(9, "\x01\x09"), record(10, record(1, "a"), record(2, 9)), record(12, "x"), record(11, 9)))
	f.Add("Editions", concat(record(6, "\xff"), record(7, 4), record(8, 3), record(8, 4)))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if ways[name] == nil {
			return
		}
		ways[name].check(t, data)
		d := descriptor(t, c, "matrix.v1."+name)
		ours, err := c.decodeMessage(c.whole(c.message(d)), data)
		if errors.Is(err, errWireType) || errors.Is(err, errTooDeep) {
			return // the library takes such fields for unknown ones, and counts other levels
		}
		var text []byte
		theirs := dynamicpb.NewMessage(d)
		libraryErr := (proto.UnmarshalOptions{AllowPartial: true, Resolver: types}).Unmarshal(data, theirs)
		wasRead := libraryErr == nil
		if wasRead {
			if hasUnknownClosed(theirs, types) {
				return // the library takes all enums for open ones
			}
			text, libraryErr = (protojson.MarshalOptions{AllowPartial: true, EmitDefaultValues: true, Resolver: types}).Marshal(theirs)
		}
		switch {
		case err != nil && libraryErr != nil:
			return
		case libraryErr != nil:
			if isToleratedByUs(libraryErr.Error(), wasRead) {
				return
			}
			t.Fatalf("we read %v, the library: %v", ours, libraryErr)
		case err != nil:
			t.Fatalf("the library reads %s, we: %v", text, err)
		}
		want, err := value.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !sameLoosely(ours, want) {
			t.Fatalf("\nwe read     %v\nthe library %s", ours, text)
		}
	})
}

// isToleratedByUs tells that we are more lenient on purpose: a type in an Any that nobody knows stays base64, and where strings need not be
// UTF-8, so that the library has read the message, they are made so.
func isToleratedByUs(libraryErr string, wasRead bool) bool {
	return strings.Contains(libraryErr, "google.protobuf.Any") || wasRead && strings.Contains(libraryErr, "invalid UTF-8")
}

// hasUnknownClosed tells that somewhere in a message a closed enum has a number that it does not know.
func hasUnknownClosed(m protoreflect.Message, types *dynamicpb.Types) bool {
	has := false
	if m.Descriptor().FullName() == "google.protobuf.Any" {
		fields := m.Descriptor().Fields()
		if t, err := types.FindMessageByURL(m.Get(fields.ByNumber(1)).String()); err == nil {
			inside := t.New()
			options := proto.UnmarshalOptions{AllowPartial: true, Resolver: types}
			has = options.Unmarshal(m.Get(fields.ByNumber(2)).Bytes(), inside.Interface()) == nil && hasUnknownClosed(inside, types)
		}
	}
	one := func(f protoreflect.FieldDescriptor, v protoreflect.Value) {
		switch {
		case f.Message() != nil:
			has = has || hasUnknownClosed(v.Message(), types)
		case f.Enum() != nil && f.Enum().IsClosed():
			has = has || f.Enum().Values().ByNumber(v.Enum()) == nil
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap():
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				one(f.MapValue(), v)
				return true
			})
		case f.IsList():
			for i := range v.List().Len() {
				one(f, v.List().Get(i))
			}
		default:
			one(f, v)
		}
		return true
	})
	return has
}

// FuzzEncode writes foreign JSON: what we write is read back by the library as what it reads of the JSON itself.
func FuzzEncode(f *testing.F) {
	c := matrix(f)
	types := dynamicpb.NewTypes(c.files)
	for _, tt := range matrixCases {
		f.Add([]byte(wrap(tt.field, tt.in)))
	}
	d := descriptor(f, c, "matrix.v1.Everything")
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := value.Parse(text)
		if err != nil || v.Kind() != value.KindObject {
			return
		}
		data, err := c.encodeMessage(c.message(d), v)
		want := dynamicpb.NewMessage(d)
		// The library gets our spelling of the JSON, in which no name occurs twice.
		libraryErr := (protojson.UnmarshalOptions{Resolver: types}).Unmarshal(v.AppendJSON(nil), want)
		if err != nil {
			if libraryErr == nil && !hasUnknownClosed(want, types) {
				t.Fatalf("the library takes %v, we: %v", v, err)
			}
			return
		}
		got := dynamicpb.NewMessage(d)
		if err := (proto.UnmarshalOptions{Resolver: types}).Unmarshal(data, got); err != nil {
			t.Fatalf("the library cannot read what we made of %v: %v", v, err)
		}
		if libraryErr == nil && !proto.Equal(got, want) {
			t.Fatalf("\nwe wrote    %v\nthe library %v", got, want)
		}
	})
}
