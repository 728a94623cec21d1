package mapping

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/weftgraph/weft/graph/value"
)

func (ev *evaluator) joinNotNull(s *step, in value.Value) value.Value {
	if len(s.args) != 1 {
		return ev.refuse(s, " requires a string argument")
	}
	separator := ev.arg(s.args[0], in)
	if separator.Kind() != value.KindString {
		return ev.refuse(s, " requires a string argument")
	}
	elems := in.Elems()
	if in.Kind() != value.KindArray {
		elems = []value.Value{in}
	}
	var b strings.Builder
	joined := false
	if !ev.spend(len(elems)) {
		return value.Missing()
	}
	for _, elem := range elems {
		if elem.IsNull() {
			continue
		}
		text, ok := scalarText(elem)
		if !ok {
			return ev.refuse(s, " requires an array of scalar values as input")
		}
		if joined {
			b.WriteString(separator.Text())
		}
		b.WriteString(text)
		joined = true
	}
	return value.String(b.String())
}

// scalarText returns a string as it is, a number or boolean as JSON spells it,
// and nothing for null and MISSING.
func scalarText(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindArray, value.KindObject:
		return "", false
	case value.KindBool:
		return strconv.FormatBool(v.AsBool()), true
	default:
		return v.Text(), true
	}
}

func (ev *evaluator) toString(s *step, in value.Value) value.Value {
	text, ok := scalarText(in)
	if !ok {
		return ev.refuse(s, " cannot convert arrays or objects to strings. Use ->jsonStringify instead")
	}
	return value.String(text)
}

func (ev *evaluator) jsonParse(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindString {
		return ev.refuse(s, " requires a string input")
	}
	v, err := value.Parse([]byte(in.Text()))
	if err != nil {
		return ev.refuse(s, " failed to parse JSON string: ", err.Error())
	}
	return v
}

func (ev *evaluator) parseInt(s *step, in value.Value) value.Value {
	base := int64(10)
	if len(s.args) > 0 {
		arg := ev.arg(s.args[0], in)
		if arg.IsMissing() {
			return arg
		}
		var ok bool
		if base, ok = arg.AsInt(); !ok || base < 2 || base > 36 || len(s.args) > 1 {
			return ev.refuse(s, " requires an integer base between 2 and 36")
		}
	}
	text := in.Text()
	switch in.Kind() {
	case value.KindString, value.KindInt:
	case value.KindFloat:
		f, _ := in.AsFloat()
		// Formatting without a fraction would round; cut it off instead.
		text, _, _ = strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	default:
		return ev.refuse(s, " requires a string or number input")
	}
	i, err := strconv.ParseInt(text, int(base), 64)
	if err != nil {
		return ev.refuse(s, " failed to parse '", text, "' as integer with base ", strconv.FormatInt(base, 10))
	}
	return value.Int(i)
}

func (ev *evaluator) split(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindString {
		return ev.refuse(s, " requires a string input, got ", in.Kind().String())
	}
	if len(s.args) < 1 || len(s.args) > 2 {
		return ev.refuse(s, " requires a separator and at most a limit")
	}
	separator := ev.arg(s.args[0], in)
	if separator.IsMissing() {
		return separator
	}
	if separator.Kind() != value.KindString {
		return ev.refuse(s, " requires a string separator, got ", separator.Kind().String())
	}
	limit := int64(-1)
	if len(s.args) == 2 {
		arg := ev.arg(s.args[1], in)
		if arg.IsMissing() {
			return arg
		}
		var ok bool
		if limit, ok = arg.AsInt(); !ok || limit < 0 {
			return ev.refuse(s, " requires a non-negative integer limit")
		}
	}
	return splitText(in.Text(), separator.Text(), limit)
}

// splitText cuts the text into parts, of which the first limit ones are kept;
// all if the limit is negative.
func splitText(text, separator string, limit int64) value.Value {
	var parts []value.Value
	for part := range strings.SplitSeq(text, separator) {
		if limit >= 0 && int64(len(parts)) == limit {
			break
		}
		parts = append(parts, value.String(part))
	}
	return value.Array(parts)
}

func (ev *evaluator) trim(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindString {
		return ev.refuse(s, " requires a string input, got ", in.Kind().String())
	}
	text := in.Text()
	if s.method != methodTrimEnd {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
	}
	if s.method != methodTrimStart {
		text = strings.TrimRightFunc(text, unicode.IsSpace)
	}
	return value.String(text)
}
