package supply

import "github.com/weftgraph/weft/graph/mapping"

// Arm returns the arm of a concrete type in an output, or nil.
func Arm(out *mapping.Output, typename string) *mapping.Output {
	for i := range out.Arms {
		if out.Arms[i].Typename == typename {
			return out.Arms[i].Output
		}
	}
	return nil
}

// Field returns what an output gives for a field of a concrete type. An output that static analysis cannot look into gives
// every field; then the result is that output itself. It returns nil when the field is not given.
func Field(out *mapping.Output, typename, name string) *mapping.Output {
	if out == nil {
		return nil
	}
	if f := field(out, name); f != nil {
		return f
	}
	if arm := Arm(out, typename); arm != nil {
		if f := Field(arm, typename, name); f != nil {
			return f
		}
	}
	if out.Unknown {
		return out
	}
	return nil
}

// IsExplicit tells that the output names the field, rather than being unknown.
func IsExplicit(out *mapping.Output, typename, name string) bool {
	f := Field(out, typename, name)
	return f != nil && (f != out || !out.Unknown)
}

func field(out *mapping.Output, name string) *mapping.Output {
	for i := range out.Fields {
		if out.Fields[i].Name == name {
			if out.Fields[i].Output == nil {
				return &mapping.Output{Unknown: true}
			}
			return out.Fields[i].Output
		}
	}
	return nil
}

// HasPath tells that an output gives the value at a path below a concrete type. Below the first field types are not
// looked at: a key path does not lead through abstract types (Connectors specification, 5.3).
func HasPath(out *mapping.Output, typename string, p Path) bool {
	for i, name := range p {
		if i > 0 {
			typename = ""
		}
		if out = Field(out, typename, name); out == nil {
			return false
		}
	}
	return true
}
