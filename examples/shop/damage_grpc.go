package shop

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// applyToMessage answers a gRPC call under the fault. The message is a [rawMessage]
// where it is damaged.
func (f Fault) applyToMessage(answer func() (any, error)) (any, error) {
	if err := f.refusal(); err != nil {
		return nil, err
	}
	answered, err := answer()
	message, ok := answered.(proto.Message)
	if err != nil || f.Damage == "" || !ok {
		return answered, err
	}
	spoilt, err := f.spoilMessage(proto.Clone(message))
	if err != nil {
		return nil, fmt.Errorf("damaging an answer: %w", err)
	}
	return rawMessage(spoilt), nil
}

// refusal is the status of a call that the fault lets nobody carry out, or nil.
func (f Fault) refusal() error {
	switch {
	case f.Damage == HTML:
		f.Status = cmp.Or(f.Status, http.StatusBadGateway)
		return status.Errorf(codes.Unavailable, "a page of type text/html came with status %d", f.Status)
	case f.Status != 0 && f.Damage == "":
		return status.Errorf(codeOfStatus(f.Status), "the service was told to answer %d", f.Status)
	default:
		return nil
	}
}

// codeOfStatus returns the code that google.rpc.Code pairs with an HTTP status.
func codeOfStatus(httpStatus int) codes.Code {
	switch httpStatus {
	case http.StatusBadRequest:
		return codes.InvalidArgument
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound:
		return codes.NotFound
	case http.StatusConflict:
		return codes.Aborted
	case http.StatusTooManyRequests:
		return codes.ResourceExhausted
	case http.StatusInternalServerError:
		return codes.Internal
	case http.StatusNotImplemented:
		return codes.Unimplemented
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return codes.Unavailable
	case http.StatusGatewayTimeout:
		return codes.DeadlineExceeded
	default:
		return codes.Unknown
	}
}

// spoilMessage returns the damaged wire form of a message, which it may change.
func (f Fault) spoilMessage(m proto.Message) ([]byte, error) {
	switch f.Damage {
	case Garbage:
		return bytes.Repeat([]byte{0xff}, 16), nil // no tag has so many bytes
	case Empty:
		return nil, nil
	case HalfDocument:
		return halfMessage(m)
	case WrongType:
		return appendWrongTypes(nil, m.ProtoReflect()), nil
	case WrongCount:
		dropLastRow(m.ProtoReflect())
	case InvalidUTF8:
		return invalidText(m)
	case Huge:
		const defaultBytes, unusedField = 32 << 20, 15000
		padding := bytes.Repeat([]byte{' '}, int(cmp.Or(f.Bytes, defaultBytes)))
		m.ProtoReflect().SetUnknown(protowire.AppendBytes(
			protowire.AppendTag(nil, unusedField, protowire.BytesType), padding))
	default: // happens on the wire
	}
	return proto.Marshal(m)
}

// halfMessage cuts a message in the middle of a field: between two fields the rest
// would be a message, too.
func halfMessage(m proto.Message) ([]byte, error) {
	whole, err := proto.Marshal(m)
	if err != nil {
		return nil, err
	}
	half := whole[:len(whole)/2]
	for len(half) > 0 && proto.Unmarshal(half, m.ProtoReflect().New().Interface()) == nil {
		half = half[:len(half)-1]
	}
	return half, nil
}

// appendWrongTypes appends the fields of a message with numbers as texts and texts
// as numbers. Maps are left out.
func appendWrongTypes(wire []byte, m protoreflect.Message) []byte {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				wire = appendWrongType(wire, field, value.List().Get(i))
			}
		default:
			wire = appendWrongType(wire, field, value)
		}
		return true
	})
	return wire
}

func appendWrongType(wire []byte, field protoreflect.FieldDescriptor, value protoreflect.Value) []byte {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		inner := appendWrongTypes(nil, value.Message())
		return protowire.AppendBytes(protowire.AppendTag(wire, field.Number(), protowire.BytesType), inner)
	case protoreflect.StringKind, protoreflect.BytesKind:
		return protowire.AppendVarint(protowire.AppendTag(wire, field.Number(), protowire.VarintType), uint64(len(value.String())))
	default:
		return protowire.AppendString(protowire.AppendTag(wire, field.Number(), protowire.BytesType), fmt.Sprint(value.Interface()))
	}
}

// dropLastRow shortens the first list of a message.
func dropLastRow(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); field.IsList() && m.Has(field) {
			rows := m.Mutable(field).List()
			rows.Truncate(rows.Len() - 1)
			return
		}
	}
}

// invalidText puts bytes that are not UTF-8 into every text outside of maps.
func invalidText(m proto.Message) ([]byte, error) {
	// Nothing encodes such a text; so a mark of the same length takes its place.
	const mark, bad = "\x02\x02\x02", "\xff\xff\xff"
	err := protorange.Range(m.ProtoReflect(), func(values protopath.Values) error {
		last := values.Index(-1)
		if last.Step.Kind() != protopath.FieldAccessStep {
			return nil
		}
		if field := last.Step.FieldDescriptor(); field.Kind() == protoreflect.StringKind && !field.IsList() && !field.IsMap() {
			values.Index(-2).Value.Message().Set(field, protoreflect.ValueOfString(last.Value.String()+mark))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	wire, err := proto.Marshal(m)
	return bytes.ReplaceAll(wire, []byte(mark), []byte(bad)), err
}
