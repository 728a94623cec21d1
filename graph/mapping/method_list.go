package mapping

import (
	"strconv"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

// end is ->first and ->last.
func (ev *evaluator) end(s *step, in value.Value) value.Value {
	last := s.method == methodLast
	switch in.Kind() {
	case value.KindArray:
		switch {
		case in.Len() == 0:
			return value.Missing()
		case last:
			return in.Elems()[in.Len()-1]
		default:
			return in.Elems()[0]
		}
	case value.KindString:
		text := in.Text()
		if text == "" {
			return value.Missing()
		}
		if last {
			_, size := utf8.DecodeLastRuneInString(text)
			return value.String(text[len(text)-size:])
		}
		_, size := utf8.DecodeRuneInString(text)
		return value.String(text[:size])
	}
	ev.refuse(s, " requires an array or string input")
	return in
}

func (ev *evaluator) slice(s *step, in value.Value) value.Value {
	var length int
	switch in.Kind() {
	case value.KindArray:
		length = in.Len()
	case value.KindString:
		length = len(in.Text())
	default:
		return ev.refuse(s, " requires an array or string input")
	}
	if !s.hasArgs {
		return in
	}
	from := ev.bound(s, in, 0, 0, length)
	to := max(from, ev.bound(s, in, 1, length, length))
	if !ev.spend(to - from) {
		return value.Missing()
	}
	if in.Kind() == value.KindArray {
		return value.Array(append([]value.Value(nil), in.Elems()[from:to]...))
	}
	text := in.Text()
	return value.String(text[boundary(text, from):boundary(text, to)])
}

// bound evaluates an argument of ->slice, clamped to the length. What is no
// integer acts as absent.
func (ev *evaluator) bound(s *step, in value.Value, i, absent, length int) int {
	if i >= len(s.args) {
		return absent
	}
	n, ok := ev.arg(s.args[i], in).AsInt()
	if !ok {
		return absent
	}
	return int(min(max(n, 0), int64(length)))
}

// boundary moves an offset to the next start of a character, so that strings
// are never cut inside one.
func boundary(text string, at int) int {
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return at
}

func (ev *evaluator) size(s *step, in value.Value) value.Value {
	switch in.Kind() {
	case value.KindArray, value.KindObject:
		return value.Int(int64(in.Len()))
	case value.KindString:
		return value.Int(int64(len(in.Text())))
	default:
		return ev.refuse(s, " requires an array, string, or object input, not ", in.Kind().String())
	}
}

func (ev *evaluator) get(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires an argument")
	}
	wanted := ev.arg(s.args[0], in)
	if wanted.IsMissing() {
		return wanted
	}
	switch in.Kind() {
	case value.KindArray:
		if at, ok := ev.index(s, in, wanted, in.Len()); ok {
			return in.Elems()[at]
		}
	case value.KindString:
		text := in.Text()
		if at, ok := ev.index(s, in, wanted, len(text)); ok {
			return value.String(text[boundary(text, at):boundary(text, at+1)])
		}
	case value.KindObject:
		return ev.getProperty(s, in, wanted)
	default:
		return ev.refuse(s, " requires an array, string, or object input, not ", in.Kind().String())
	}
	return value.Missing()
}

// index turns an argument into a position; negative ones count from the end.
func (ev *evaluator) index(s *step, in, wanted value.Value, length int) (int, bool) {
	if wanted.Kind() != value.KindInt {
		ev.refuse(s, " requires an integer index for ", in.Kind().String(), " input, not ", wanted.Kind().String())
		return 0, false
	}
	i, ok := wanted.AsInt()
	if ok && i < 0 {
		i += int64(length)
	}
	if !ok || i < 0 || i >= int64(length) {
		ev.refuse(s, " index ", wanted.Text(), " out of bounds in ", in.Kind().String(), " of length ", strconv.Itoa(length))
		return 0, false
	}
	return int(i), true
}

func (ev *evaluator) getProperty(s *step, in, wanted value.Value) value.Value {
	if wanted.Kind() != value.KindString {
		return ev.refuse(s, " requires a string key for object input, not ", wanted.Kind().String())
	}
	found := in.Get(wanted.Text())
	if found.IsMissing() {
		return ev.refuse(s, " property ", wanted.Text(), " not found in object")
	}
	return found
}

// keyValuePairs is ->entries.
func (ev *evaluator) keyValuePairs(s *step, in value.Value) value.Value {
	if in.Kind() != value.KindObject {
		return ev.refuse(s, " requires an object input, not ", in.Kind().String())
	}
	if !ev.spend(in.Len()) {
		return value.Missing()
	}
	pairs := make([]value.Value, in.Len())
	for i, f := range in.Fields() {
		pairs[i] = value.DistinctObject([]value.Field{{Name: "key", Value: value.String(f.Name)}, {Name: "value", Value: f.Value}})
	}
	return value.Array(pairs)
}
