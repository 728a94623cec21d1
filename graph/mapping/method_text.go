package mapping

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

func (ev *evaluator) joinNotNull(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
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
	if !ev.spend(len(elems)) {
		return value.Missing()
	}
	length := 0
	for _, elem := range elems {
		text, ok := scalarText(elem)
		if !ok {
			return ev.refuse(s, " requires an array of scalar values as input")
		}
		length = min(length+len(text)+len(separator.Text()), maxText)
	}
	if !ev.spendText(length) {
		return value.Missing()
	}
	return value.String(joinTexts(elems, separator.Text(), length))
}

// joinTexts joins the texts of scalars other than null, whose length together
// with the separators is not more than the given one.
func joinTexts(elems []value.Value, separator string, length int) string {
	var b strings.Builder
	b.Grow(length)
	joined := false
	for _, elem := range elems {
		if elem.IsNull() {
			continue
		}
		if joined {
			b.WriteString(separator)
		}
		text, _ := scalarText(elem)
		b.WriteString(text)
		joined = true
	}
	return b.String()
}

// scalarText returns a string as it is, a number in its plain spelling, a boolean
// as JSON spells it, and nothing for null and MISSING.
func scalarText(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindArray, value.KindObject:
		return "", false
	case value.KindBool:
		return strconv.FormatBool(v.AsBool()), true
	case value.KindFloat:
		return v.PlainText(), true
	default:
		return v.Text(), true
	}
}

func (ev *evaluator) toString(s *step, in value.Value) value.Value {
	// Unlike the methods that take no arguments at all, this one may be written
	// with empty parentheses.
	if len(s.args) > 0 {
		return ev.refuse(s, " does not take any arguments")
	}
	text, ok := scalarText(in)
	if !ok {
		return ev.refuse(s, " cannot convert arrays or objects to strings. Use ->jsonStringify instead")
	}
	return value.String(text)
}

func (ev *evaluator) jsonStringify(in value.Value) value.Value {
	size := in.SizeUpTo(maxText)
	if !ev.spendText(size) {
		return value.Missing()
	}
	return value.String(string(in.AppendPlainJSON(make([]byte, 0, size))))
}

func (ev *evaluator) jsonParse(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindString {
		return ev.refuse(s, " requires a string input")
	}
	if !ev.spend(len(in.Text())) {
		return value.Missing()
	}
	v, err := value.Parse([]byte(in.Text()))
	if err != nil {
		return ev.refuse(s, " failed to parse JSON string: ", err.Error())
	}
	return v
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
	return ev.splitText(in.Text(), separator.Text(), limit)
}

// splitText cuts the text into parts, of which the first limit ones are kept;
// all if the limit is negative.
func (ev *evaluator) splitText(text, separator string, limit int64) value.Value {
	count := strings.Count(text, separator) + 1
	if separator == "" {
		count = utf8.RuneCountInString(text)
	}
	if limit >= 0 {
		count = int(min(int64(count), limit))
	}
	if !ev.spend(count) || !ev.spendText(len(text)) {
		return value.Missing()
	}
	parts := make([]value.Value, 0, count)
	for part := range strings.SplitSeq(text, separator) {
		if len(parts) == count {
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
