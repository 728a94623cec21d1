package grpc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// Numbers of the fields of a map's entry.
const (
	entryKey   protowire.Number = 1
	entryValue protowire.Number = 2
)

// entry takes in one entry of a map. A key or value that is not there has its default; of several the last counts, and messages
// are merged, as in any message.
func (s *scope) entry(i int, c chunk) error {
	p := &s.reader.plans[i]
	f := p.field
	key := f.key.zero()
	var (
		v       value.Value
		message chunks
		isSet   bool
	)
	for at := c.start; at < c.end; {
		number, typ, record, err := s.next(at, c.end)
		if err != nil {
			return err
		}
		at = record.end
		part := f.key
		switch number {
		case entryKey:
		case entryValue:
			part = f.value
		default:
			continue
		}
		if typ != part.wire() {
			return errWireType
		}
		if s.isUnknown(part, record) {
			return nil // the entry as a whole is unknown
		}
		if typ == protowire.BytesType || typ == protowire.StartGroupType {
			record = s.content(typ, number, record)
		}
		switch {
		case part.message == nil:
			scalar, err := s.scalar(part, record)
			if err != nil {
				return err
			}
			if number == entryKey {
				key = scalar
			} else {
				v = scalar
			}
		case isSet:
			message.more = append(message.more, record)
		default:
			message.first, isSet = record, true
		}
	}
	name := keyText(key)
	if p.keys != nil && !slices.Contains(p.keys, name) {
		return nil
	}
	switch {
	case f.value.message != nil:
		var err error
		if v, err = s.message(p.below, message, s.depth+1); err != nil {
			return err
		}
	case v.IsMissing():
		v = f.value.zero()
	}
	s.left--
	slot := &s.slots[s.base+i]
	slot.entries = append(slot.entries, value.Field{Name: name, Value: v})
	return nil
}

// keyText is a key as the name of a property.
func keyText(key value.Value) string {
	if key.Kind() == value.KindBool {
		return strconv.FormatBool(key.AsBool())
	}
	return key.Text()
}

// mapObject returns the entries as an object. Their order on the wire is random in many servers, so they are sorted by key.
func mapObject(f *field, entries []value.Field) value.Value {
	slices.SortStableFunc(entries, func(a, b value.Field) int { return compareKeys(f.key.kind, a.Name, b.Name) })
	return value.Object(entries)
}

// compareKeys orders numbers by their value: shorter ones are smaller, and negative ones come first, the longest in front.
func compareKeys(kind protoreflect.Kind, a, b string) int {
	if kind == protoreflect.StringKind || kind == protoreflect.BoolKind {
		return strings.Compare(a, b)
	}
	negative, other := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	switch {
	case negative != other && negative:
		return -1
	case negative != other:
		return 1
	case negative:
		a, b = b, a
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
