package grpc

import (
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// enum is an enum type of the contract, as it looks in JSON. It is immutable.
type enum struct {
	name protoreflect.FullName
	// numbers are those of all names that are read: the contract's and, where prefixes are stripped, the short ones.
	numbers map[string]int32
	// names are what is written for the numbers: of several names for one number the first.
	names map[int32]string
	// spelling are the names as they are written, in order of declaration.
	spelling []string
	// isStripped tells that the names are written without the enum's own name in front.
	isStripped bool
	// isClosed tells that a number without a name is none of the enum's (proto2): see lacks.
	isClosed bool
	// zero is the number of a value that is not there: of the first one declared, which is 0 for open enums.
	zero int32
	// isNull marks google.protobuf.NullValue, whose JSON is null.
	isNull bool
}

// value returns the JSON of an enum's number: its name, or the number if it has none.
func (e *enum) value(n int32) value.Value {
	if e.isNull {
		return value.Null()
	}
	if name, ok := e.names[n]; ok {
		return value.String(name)
	}
	return value.Int(int64(n))
}

// lacks tells that a number is no value of a closed enum. In a reply such a value counts as not there, as protobuf wants it: its sender has a
// newer contract.
func (e *enum) lacks(n int32) bool {
	if !e.isClosed {
		return false
	}
	_, known := e.names[n]
	return !known
}

// enum returns the type of a descriptor.
func (t *messageTypes) enum(d protoreflect.EnumDescriptor) *enum {
	if e := t.enums[d.FullName()]; e != nil {
		return e
	}
	e := newEnum(d)
	if t.stripEnumPrefixes {
		e = e.stripped()
	}
	t.enums[e.name] = e
	return e
}

func newEnum(d protoreflect.EnumDescriptor) *enum {
	e := &enum{
		name:     d.FullName(),
		numbers:  map[string]int32{},
		names:    map[int32]string{},
		isClosed: d.IsClosed(),
		isNull:   d.FullName() == nullValue,
	}
	for i := range d.Values().Len() {
		v := d.Values().Get(i)
		if i == 0 {
			e.zero = int32(v.Number())
		}
		e.add(string(v.Name()), int32(v.Number()))
	}
	return e
}

// add adds the next name in order of declaration.
func (e *enum) add(name string, number int32) {
	e.numbers[name] = number
	e.spelling = append(e.spelling, name)
	if _, ok := e.names[number]; !ok {
		e.names[number] = name
	}
}

// stripped returns the enum with its own name stripped from its values' names, which stay readable. It returns the enum itself where
// that changes nothing, or where a short name would be that of another number or no name in GraphQL: then all keep their names.
func (e *enum) stripped() *enum {
	short := &enum{
		name: e.name, numbers: map[string]int32{}, names: map[int32]string{},
		isStripped: true, isClosed: e.isClosed, zero: e.zero, isNull: e.isNull,
	}
	changed := false
	for _, name := range e.spelling {
		number, stripped := e.numbers[name], e.shortName(name)
		changed = changed || stripped != name
		if !isEnumName(stripped) {
			return e
		}
		if other, taken := short.numbers[stripped]; taken {
			if other != number {
				return e
			}
			continue // two names of one number are one now
		}
		short.add(stripped, number)
	}
	if !changed || e.isNull {
		return e
	}
	for name, number := range e.numbers {
		if other, taken := short.numbers[name]; taken && other != number {
			return e
		}
		short.numbers[name] = number
	}
	return short
}

// shortName returns a value's name without that of the enum in front: RED for COLOR_RED of an enum Color. Case and underscores of the
// prefix do not matter, since HTTPCode is spelled both HTTP_CODE_ and HTTPCODE_. A name without the prefix is returned as it is.
func (e *enum) shortName(name string) string {
	rest := name
	for _, c := range string(e.name.Name()) {
		if c == '_' {
			continue
		}
		rest = strings.TrimLeft(rest, "_")
		if rest == "" || unicode.ToLower(rune(rest[0])) != unicode.ToLower(c) {
			return name
		}
		rest = rest[1:]
	}
	if short := strings.TrimLeft(rest, "_"); short != "" && short != rest {
		return short
	}
	return name
}

// isEnumName reports whether a GraphQL enum could have a value of that name. Names of protobuf have the same letters.
func isEnumName(name string) bool {
	switch name {
	case "true", "false", "null":
		return false
	default:
		return name[0] < '0' || name[0] > '9'
	}
}

// has reports whether the enum has a value of that name.
func (e *enum) has(name string) bool {
	_, ok := e.numbers[name]
	return ok
}

// nearest returns the name that was probably meant, as it is written, or "". The enum's own name in front does not matter, and neither does case:
// "size_small" is SIZE_SMALL of an enum Size, or SMALL where prefixes are stripped, and so is "small".
func (e *enum) nearest(name string) string {
	if near := diag.Nearest(name, e.spelling); near != "" {
		return near
	}
	shorts := make([]string, len(e.spelling))
	for i, spelled := range e.spelling {
		shorts[i] = e.shortName(spelled)
	}
	short := e.shortName(name)
	if i := slices.Index(shorts, short); i >= 0 {
		return e.spelling[i]
	}
	if i := slices.Index(shorts, diag.Nearest(short, shorts)); i >= 0 {
		return e.spelling[i]
	}
	return ""
}

// expected are the names that a graph has to be prepared for. A number 0 that is called UNSPECIFIED, as the style guides want it, stands for
// no value: who leaves it out of a GraphQL enum has decided so.
func (e *enum) expected() []string {
	return slices.DeleteFunc(slices.Clone(e.spelling), func(name string) bool {
		return e.numbers[name] == 0 && (name == unspecified || strings.HasSuffix(name, "_"+unspecified))
	})
}

const unspecified = "UNSPECIFIED"
