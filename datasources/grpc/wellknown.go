package grpc

import "google.golang.org/protobuf/reflect/protoreflect"

// jsonForm tells how a message looks as JSON: like an object of its fields, or, for some of protobuf's own types, in a form of
// its own.
type jsonForm uint8

const (
	// formObject is an object of the fields.
	formObject jsonForm = iota
	// formTimestamp is a text such as "2025-03-01T12:00:00Z".
	formTimestamp
	// formDuration is a text such as "1.5s".
	formDuration
	// formFieldMask is a text such as "name,address.zipCode".
	formFieldMask
	// formWrapper is the wrapped scalar.
	formWrapper
	// formStruct, formList and formValue are any object, any array and any value.
	formStruct
	formList
	formValue
	// formAny is a message of a type that its property "@type" names.
	formAny
	// formMessages is the list of the messages of a stream. No message of a contract has it: see listOf.
	formMessages
)

// nullValue is the enum whose JSON is null.
const nullValue protoreflect.FullName = "google.protobuf.NullValue"

// emptyName is that of a message without fields, whose JSON in an Any may be a property of its own.
const emptyName protoreflect.FullName = "google.protobuf.Empty"

// formOf returns the form of a message type. A type of the same name with other fields, which only a contract of its own making
// can have, is an ordinary message.
func formOf(d protoreflect.MessageDescriptor) jsonForm {
	if d.FullName().Parent() != "google.protobuf" {
		return formObject
	}
	switch d.Name() {
	case "Timestamp":
		return formWith(d, formTimestamp, protoreflect.Int64Kind, protoreflect.Int32Kind)
	case "Duration":
		return formWith(d, formDuration, protoreflect.Int64Kind, protoreflect.Int32Kind)
	case "FieldMask":
		return formWith(d, formFieldMask, protoreflect.StringKind)
	case "Struct":
		return formWith(d, formStruct, protoreflect.MessageKind)
	case "ListValue":
		return formWith(d, formList, protoreflect.MessageKind)
	case "Value":
		return formWith(d, formValue, protoreflect.EnumKind, protoreflect.DoubleKind, protoreflect.StringKind,
			protoreflect.BoolKind, protoreflect.MessageKind, protoreflect.MessageKind)
	case "Any":
		return formWith(d, formAny, protoreflect.StringKind, protoreflect.BytesKind)
	case "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue", "BytesValue":
		if d.Fields().Len() == 1 && d.Fields().Get(0).Message() == nil && !d.Fields().Get(0).IsList() {
			return formWrapper
		}
	}
	return formObject
}

// formWith returns the form if the fields are numbered from 1 and of these kinds.
func formWith(d protoreflect.MessageDescriptor, f jsonForm, kinds ...protoreflect.Kind) jsonForm {
	if d.Fields().Len() != len(kinds) {
		return formObject
	}
	for i, kind := range kinds {
		fd := d.Fields().Get(i)
		if fd.Kind() != kind || int(fd.Number()) != i+1 || fd.IsMap() != (f == formStruct) || fd.IsList() != (f == formFieldMask || f == formList) {
			return formObject
		}
	}
	return f
}

// isAnything tells that the form takes properties of any name.
func (f jsonForm) isAnything() bool {
	return f == formStruct || f == formList || f == formValue || f == formAny
}

// example is what a value of the form looks like, for messages to people.
func (f jsonForm) example() string {
	switch f {
	case formTimestamp:
		return `a timestamp such as "2025-03-01T12:00:00Z"`
	case formDuration:
		return `a duration such as "1.5s"`
	case formFieldMask:
		return `a field mask such as "name,address.zipCode"`
	case formList:
		return "a list"
	case formAny:
		return `an object with "@type"`
	default:
		return "an object"
	}
}
