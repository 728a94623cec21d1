package mapping

import (
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

func (ev *evaluator) parseInt(s *step, in value.Value) value.Value {
	base := int64(10)
	if len(s.args) > 0 {
		arg := ev.arg(s.args[0], in)
		if arg.IsMissing() {
			return arg
		}
		var ok bool
		if base, ok = arg.AsInt(); !ok || base < 2 || base > 36 {
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
		return ev.refuse(s, " requires a string or number input, not ", in.Kind().String())
	}
	i, err := strconv.ParseInt(text, int(base), 64)
	if err != nil {
		return ev.refuse(s, " failed to parse '", text, "' as integer with base ", strconv.FormatInt(base, 10))
	}
	return value.Int(i)
}
