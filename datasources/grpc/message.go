package grpc

import (
	"slices"

	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/weftgraph/weft/graph/value"
)

// message is a message type of the contract. It is immutable once contract.message has returned it.
type message struct {
	name protoreflect.FullName
	form jsonForm
	// fields are in the order of declaration, the contract's extensions last.
	fields []*field
	// byName has JSON and proto names; where one field's JSON name is another's proto name, the JSON name wins.
	byName map[string]*field
	// required tells that some field must be set (proto2).
	required bool
	// oneofs are the names of the oneofs, those of single optional fields not counted.
	oneofs []string
}

// field is one field of a message, or the key or value of a map.
type field struct {
	number protowire.Number
	// index is the field's place in message.fields.
	index int
	kind  protoreflect.Kind
	// name is the proto name, which is in lower case for a group, and "[full.name]" for an extension.
	name, jsonName string
	isList, isMap  bool
	isPacked       bool
	isRequired     bool
	isExtension    bool
	// hasPresence tells that a field that is not set differs from one with the default value.
	hasPresence bool
	// isLenient tells that a string may hold what is not UTF-8 (proto2, and features.utf8_validation = NONE).
	isLenient bool
	// oneof is 1 + the index of the field's oneof, or 0.
	oneof int
	// enum is set for enums, message for messages and groups.
	enum    *enum
	message *message
	// key and value are a map's.
	key, value *field
}

// wire returns the wire type of one element of the field.
func (f *field) wire() protowire.Type {
	switch f.kind {
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	default:
		return protowire.VarintType
	}
}

// isBytes tells that the field holds bytes, which are base64 in JSON.
func (f *field) isBytes() bool { return f.kind == protoreflect.BytesKind }

// describe names the type of a field that is no message for people: "a bool", "an int64".
func (f *field) describe() string {
	switch {
	case f.enum != nil:
		return "an enum (" + string(f.enum.name) + ")"
	case f.kind == protoreflect.Int32Kind || f.kind == protoreflect.Int64Kind:
		return "an " + f.kind.String()
	case f.isBytes():
		return "bytes (base64)"
	default:
		return "a " + f.kind.String()
	}
}

// isPackable tells that elements may stand together in one length-delimited record, whatever the contract says.
func (f *field) isPackable() bool {
	return f.isList && f.wire() != protowire.BytesType && f.wire() != protowire.StartGroupType
}

// takesNull tells that null is a value of the field and does not mean that it is unset.
func (f *field) takesNull() bool {
	return f.message != nil && f.message.form == formValue || f.enum != nil && f.enum.isNull
}

// zero returns the value of a singular field without presence that is not set.
func (f *field) zero() value.Value {
	switch f.kind {
	case protoreflect.BoolKind:
		return value.Bool(false)
	case protoreflect.StringKind, protoreflect.BytesKind:
		return value.String("")
	case protoreflect.EnumKind:
		return f.enum.value(f.enum.zero)
	default:
		return value.Number("0")
	}
}

// messageTypes makes messages of descriptors. It is not safe for concurrent use.
type messageTypes struct {
	// extensions are the contract's, by the message that they extend.
	extensions map[protoreflect.FullName][]protoreflect.ExtensionDescriptor
	messages   map[protoreflect.FullName]*message
	enums      map[protoreflect.FullName]*enum
	// stripEnumPrefixes tells how the names of enum values are written.
	stripEnumPrefixes bool
}

// message returns the type of a descriptor, and makes it and all types that it leads to when it is asked for first.
func (t *messageTypes) message(d protoreflect.MessageDescriptor) *message {
	if m := t.messages[d.FullName()]; m != nil {
		return m
	}
	m := &message{name: d.FullName(), form: formOf(d), byName: make(map[string]*field, d.Fields().Len())}
	// Before its fields: messages may contain themselves.
	t.messages[m.name] = m
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		f := t.field(fd)
		m.byName[fd.TextName()] = f // a group may be written as its type
		if o := fd.ContainingOneof(); o != nil && !o.IsSynthetic() {
			f.oneof = m.oneof(string(o.Name()))
		}
		m.fields = append(m.fields, f)
	}
	for _, x := range t.extensions[m.name] {
		m.fields = append(m.fields, t.field(x))
	}
	for i, f := range m.fields {
		f.index = i
		m.byName[f.name] = f
		m.required = m.required || f.isRequired
	}
	for _, f := range m.fields {
		m.byName[f.jsonName] = f
	}
	return m
}

// oneof returns the number of a oneof, from 1 on.
func (m *message) oneof(name string) int {
	at := slices.Index(m.oneofs, name)
	if at < 0 {
		at = len(m.oneofs)
		m.oneofs = append(m.oneofs, name)
	}
	return at + 1
}

func (t *messageTypes) field(d protoreflect.FieldDescriptor) *field {
	f := &field{
		number:      d.Number(),
		kind:        d.Kind(),
		name:        nameOf(d),
		jsonName:    d.JSONName(),
		isExtension: d.IsExtension(),
		isList:      d.IsList(),
		isMap:       d.IsMap(),
		isPacked:    d.IsPacked(),
		isRequired:  d.Cardinality() == protoreflect.Required,
		hasPresence: d.HasPresence(),
		isLenient:   d.Kind() == protoreflect.StringKind && !enforcesUTF8(d),
	}
	switch {
	case f.isMap:
		f.key, f.value = t.field(d.MapKey()), t.field(d.MapValue())
	case d.Enum() != nil:
		f.enum = t.enum(d.Enum())
	case d.Message() != nil:
		f.message = t.message(d.Message())
	}
	return f
}

func nameOf(d protoreflect.FieldDescriptor) string {
	if d.IsExtension() {
		return d.TextName()
	}
	return string(d.Name())
}

// enforcesUTF8 tells that a string field holds nothing but UTF-8.
func enforcesUTF8(d protoreflect.FieldDescriptor) bool {
	if known, ok := d.(interface{ EnforceUTF8() bool }); ok {
		return known.EnforceUTF8()
	}
	features := (*descriptorpb.FeatureSet)(nil).ProtoReflect().Descriptor()
	v, err := protoutil.ResolveFeature(d, features.Fields().ByName("utf8_validation"))
	return err != nil || v.Enum() != descriptorpb.FeatureSet_NONE.Number()
}
