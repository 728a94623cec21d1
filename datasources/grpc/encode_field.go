package grpc

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// field appends a field with its tag.
func (e *encoder) field(f *field, v value.Value) *misfit {
	switch {
	case f.isMap:
		return e.entries(f, v)
	case f.isList:
		return e.list(f, v)
	case !f.hasPresence && f.message == nil:
		start := len(e.buf)
		e.tag(f)
		content := len(e.buf)
		if err := e.content(f, v); err != nil {
			return err
		}
		if isZero(e.buf[content:]) {
			e.buf = e.buf[:start] // what is not set has the same value
		}
		return nil
	default:
		return e.element(f, v)
	}
}

// isZero tells that the bytes are a number 0, or an empty string, on the wire.
func isZero(content []byte) bool {
	for _, b := range content {
		if b != 0 {
			return false
		}
	}
	return true
}

// element appends one value with its tag.
func (e *encoder) element(f *field, v value.Value) *misfit {
	e.tag(f)
	return e.content(f, v)
}

func (e *encoder) tag(f *field) { e.buf = protowire.AppendTag(e.buf, f.number, f.wire()) }

// content appends one value behind its tag.
func (e *encoder) content(f *field, v value.Value) *misfit {
	switch {
	case f.message == nil:
		return e.scalar(f, v)
	case f.kind == protoreflect.GroupKind:
		if err := e.message(f.message, v); err != nil {
			return err
		}
		e.buf = protowire.AppendTag(e.buf, f.number, protowire.EndGroupType)
		return nil
	default:
		return e.delimited(func() *misfit { return e.message(f.message, v) })
	}
}

// delimited appends what the function appends, with its length in front.
func (e *encoder) delimited(appendContent func() *misfit) *misfit {
	// Most messages are short, so that their length takes one byte; others are moved.
	e.buf = append(e.buf, 0)
	start := len(e.buf)
	if err := appendContent(); err != nil {
		return err
	}
	n := len(e.buf) - start
	size := protowire.SizeVarint(uint64(n))
	if size > 1 {
		e.buf = append(e.buf, make([]byte, size-1)...)
		copy(e.buf[start+size-1:], e.buf[start:start+n])
	}
	protowire.AppendVarint(e.buf[:start-1], uint64(n))
	return nil
}

func (e *encoder) list(f *field, v value.Value) *misfit {
	if v.Kind() != value.KindArray {
		return wanted("a list", v)
	}
	appendElements := func() *misfit {
		for i, element := range v.Elems() {
			var err *misfit
			switch {
			case element.IsNull() && !f.takesNull():
				err = &misfit{reason: "null cannot be an element of a list", told: "cannot be null"}
			case f.isPacked:
				err = e.content(f, element)
			default:
				err = e.element(f, element)
			}
			if err != nil {
				return err.below("[" + strconv.Itoa(i) + "]")
			}
		}
		return nil
	}
	if !f.isPacked || v.Len() == 0 {
		return appendElements()
	}
	e.buf = protowire.AppendTag(e.buf, f.number, protowire.BytesType)
	return e.delimited(appendElements)
}

// entries appends the properties of an object as the entries of a map.
func (e *encoder) entries(f *field, v value.Value) *misfit {
	if v.Kind() != value.KindObject {
		return wanted("an object", v)
	}
	for _, property := range v.Fields() {
		if property.Value.IsNull() && !f.value.takesNull() {
			return (&misfit{reason: "null cannot be a value of a map", told: "cannot be null"}).belowKey(property.Name)
		}
		e.tag(f)
		err := e.delimited(func() *misfit {
			if err := e.key(f.key, property.Name); err != nil {
				return err
			}
			return e.element(f.value, property.Value)
		})
		if err != nil {
			return err.belowKey(property.Name)
		}
	}
	return nil
}

// key appends the key of an entry, which is text in JSON whatever its type.
func (e *encoder) key(f *field, name string) *misfit {
	key := value.String(name)
	switch f.kind {
	case protoreflect.StringKind:
	case protoreflect.BoolKind:
		if name == "true" || name == "false" {
			key = value.Bool(name == "true")
		}
	default:
		if n, err := strconv.ParseInt(name, 10, 64); err == nil {
			key = value.Int(n)
		} else if n, err := strconv.ParseUint(name, 10, 64); err == nil {
			key = value.Number(strconv.FormatUint(n, 10))
		}
	}
	return e.element(f, key)
}
