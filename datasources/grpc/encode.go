package grpc

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/graph/value"
)

// encodeMessage writes a value as a message (protobuf's JSON mapping read backwards; besides, numbers become strings where a
// string is wanted). Null and MISSING stand for a field that is not set. The error is a *misfit.
func (c *contract) encodeMessage(m *message, v value.Value) ([]byte, error) {
	e := encoder{contract: c}
	if (v.IsNull() || v.IsMissing()) && m.form != formValue {
		if m.form != formObject {
			return nil, nil
		}
		v = value.Object(nil) // its required fields are missed then
	}
	if err := e.message(m, v); err != nil {
		return nil, err
	}
	return e.buf, nil
}

// encoder appends messages to a buffer. Its errors are pointers to misfit, not error, so that a path can grow on the way up.
type encoder struct {
	contract *contract
	buf      []byte
	// seen is a stack of what is set in the messages around: a flag per field, then one per oneof.
	seen []bool
}

// message appends the content of a message.
func (e *encoder) message(m *message, v value.Value) *misfit {
	if m.form != formObject {
		return e.wellKnown(m, v)
	}
	if v.Kind() != value.KindObject {
		return wanted("an object ("+string(m.name)+")", v)
	}
	return e.fields(m, v, "")
}

// fields appends the fields of a message from the properties of an object, of which one may be left out.
func (e *encoder) fields(m *message, v value.Value, except string) *misfit {
	base := len(e.seen)
	defer func() { e.seen = e.seen[:base] }()
	e.seen = append(e.seen, make([]bool, len(m.fields)+len(m.oneofs))...)
	for _, property := range v.Fields() {
		if except != "" && property.Name == except {
			continue
		}
		f := m.byName[property.Name]
		if f == nil {
			return unknownField(m, property.Name)
		}
		if property.Value.IsNull() && !f.takesNull() {
			continue
		}
		if err := e.mark(m, f, base); err != nil {
			return err.below(f.name)
		}
		if err := e.field(f, property.Value); err != nil {
			return err.below(f.name)
		}
	}
	if m.required {
		for i, f := range m.fields {
			if f.isRequired && !e.seen[base+i] {
				return (&misfit{reason: "it is required and not set", told: "is required and not set"}).below(f.name)
			}
		}
	}
	return nil
}

// mark notes that a field is set and refuses it if it, or another member of its oneof, is already.
func (e *encoder) mark(m *message, f *field, base int) *misfit {
	seen := e.seen[base:]
	if seen[f.index] {
		return &misfit{reason: fmt.Sprintf("it is set twice, as %q and as %q", f.name, f.jsonName), told: "is set twice"}
	}
	seen[f.index] = true
	if f.oneof == 0 {
		return nil
	}
	if at := len(m.fields) + f.oneof - 1; !seen[at] {
		seen[at] = true
		return nil
	}
	i := slices.IndexFunc(m.fields, func(other *field) bool { return other.oneof == f.oneof && other != f && seen[other.index] })
	return &misfit{
		reason: fmt.Sprintf("only one of %q and %q can be set", m.fields[i].name, f.name),
		told:   fmt.Sprintf("cannot be set together with %q", m.fields[i].name),
	}
}
