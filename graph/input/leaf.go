package input

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// isBuiltIn reports whether the name is one of the scalars that the specification defines.
func isBuiltIn(name string) bool {
	switch name {
	case "Int", "Float", "String", "Boolean", "ID":
		return true
	default:
		return false
	}
}

// scalar coerces a JSON value that is not null to a scalar type (specification 3.5). A problem is a sentence; without one it
// is empty. Custom scalars but Upload accept any value.
func scalar(name string, v value.Value) (coerced value.Value, problem string) {
	switch name {
	case "Int":
		return intFromJSON(v)
	case "Float":
		if f, ok := v.AsFloat(); !ok || math.IsInf(f, 0) {
			return v, "Float cannot represent non numeric value: " + abridge(v)
		}
	case "String":
		if v.Kind() != value.KindString {
			return v, "String cannot represent a non string value: " + abridge(v)
		}
	case "Boolean":
		if v.Kind() != value.KindBool {
			return v, "Boolean cannot represent a non boolean value: " + abridge(v)
		}
	case "ID":
		return idFromJSON(v)
	case sdl.Upload:
		if v.File() == nil {
			return v, "Upload cannot represent what is no file of a multipart request: " + abridge(v)
		}
	}
	return v, ""
}

// intFromJSON accepts every number with an integral value, since JSON does not distinguish 1.0 from 1.
func intFromJSON(v value.Value) (value.Value, string) {
	if !v.IsNumber() {
		return v, "Int cannot represent non-integer value: " + abridge(v)
	}
	if i, ok := v.AsInt(); ok && i >= math.MinInt32 && i <= math.MaxInt32 {
		return v, ""
	}
	f, _ := v.AsFloat()
	if !isIntegral(v.Text()) {
		return v, "Int cannot represent non-integer value: " + abridge(v)
	}
	if f < math.MinInt32 || f > math.MaxInt32 {
		return v, "Int cannot represent non 32-bit signed integer value: " + abridge(v)
	}
	return value.Int(int64(f)), ""
}

// isIntegral tells whether a JSON number has an integral value. A float cannot tell: it makes 0 of 1e-400, and 1 of 1 and a bit.
func isIntegral(number string) bool {
	mantissa, power, hasPower := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if strings.Trim(whole+fraction, "0") == "" {
		return true
	}
	exponent := 0
	if hasPower {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil { // beyond all integers
			return !strings.HasPrefix(power, "-")
		}
	}
	fraction = strings.TrimRight(fraction, "0")
	if fraction != "" {
		return len(fraction) <= exponent
	}
	zeros := len(whole) - len(strings.TrimRight(whole, "0"))
	return exponent >= -zeros
}

// idFromJSON accepts strings, and integers of any length.
func idFromJSON(v value.Value) (value.Value, string) {
	switch v.Kind() {
	case value.KindString, value.KindInt:
		return v, ""
	case value.KindFloat:
		// Beyond 2^53 a float has no exact integral value.
		if f, _ := v.AsFloat(); isIntegral(v.Text()) && math.Abs(f) <= 1<<53 {
			return value.Int(int64(f)), ""
		}
	}
	return v, "ID cannot represent value: " + abridge(v)
}

// enumProblem tells why a JSON value that is not null is no value of the enum.
func enumProblem(def *ast.Definition, v value.Value) string {
	if v.Kind() != value.KindString {
		return fmt.Sprintf(`Enum %q cannot represent non-string value: %s.`, def.Name, abridge(v))
	}
	return enumNameProblem(def, v.Text())
}

func enumNameProblem(def *ast.Definition, name string) string {
	if def.EnumValues.ForName(name) != nil {
		return ""
	}
	names := make([]string, len(def.EnumValues))
	for i, v := range def.EnumValues {
		names[i] = v.Name
	}
	problem := fmt.Sprintf(`Value %s does not exist in %q enum.`, abridge(value.String(name)), def.Name)
	if near := diag.Nearest(name, names); near != "" {
		problem += fmt.Sprintf(` Did you mean the enum value %q?`, near)
	}
	return problem
}

// leafProblem tells why a literal that is neither a variable nor null is no literal of the built-in scalar or enum.
func leafProblem(def *ast.Definition, v *ast.Value) string {
	if def.Kind == ast.Enum {
		if v.Kind != ast.EnumValue {
			return fmt.Sprintf(`Enum %q cannot represent non-enum value: %s.`, def.Name, abridgeLiteral(v))
		}
		return enumNameProblem(def, v.Raw)
	}
	if def.Kind != ast.Scalar {
		return fmt.Sprintf(`Expected value of type %q, found %s.`, def.Name, abridgeLiteral(v))
	}
	switch def.Name {
	case "Int":
		if v.Kind != ast.IntValue {
			return "Int cannot represent non-integer value: " + abridgeLiteral(v)
		}
		if _, err := strconv.ParseInt(v.Raw, 10, 32); err != nil {
			return "Int cannot represent non 32-bit signed integer value: " + abridgeLiteral(v)
		}
	case "Float":
		if v.Kind != ast.IntValue && v.Kind != ast.FloatValue {
			return "Float cannot represent non numeric value: " + abridgeLiteral(v)
		}
		if _, err := strconv.ParseFloat(v.Raw, 64); err != nil {
			return "Float cannot represent a value beyond double precision: " + abridgeLiteral(v)
		}
	case "String":
		if v.Kind != ast.StringValue && v.Kind != ast.BlockValue {
			return "String cannot represent a non string value: " + abridgeLiteral(v)
		}
	case "Boolean":
		if v.Kind != ast.BooleanValue {
			return "Boolean cannot represent a non boolean value: " + abridgeLiteral(v)
		}
	case "ID":
		if v.Kind != ast.StringValue && v.Kind != ast.BlockValue && v.Kind != ast.IntValue {
			return "ID cannot represent a non-string and non-integer value: " + abridgeLiteral(v)
		}
	}
	return ""
}

// leaf returns the value that a literal without parts spells. Numbers keep their spelling.
func leaf(v *ast.Value) value.Value {
	switch v.Kind {
	case ast.IntValue, ast.FloatValue:
		return value.Number(v.Raw)
	case ast.BooleanValue:
		return value.Bool(v.Raw == "true")
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return value.String(v.Raw)
	default:
		return value.Null()
	}
}
