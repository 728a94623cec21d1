package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

// keysToCamelCase is ->keysToCamelCase, for one level, and
// ->keysToCamelCaseDeep.
func (ev *evaluator) keysToCamelCase(s *step, in value.Value) value.Value {
	deep := s.method == methodKeysToCamelCaseDeep
	if in.Kind() != value.KindObject && !(deep && in.Kind() == value.KindArray) {
		return ev.refuse(s, " requires an object input, got ", in.Kind().String())
	}
	return ev.camelCased(s, in, deep)
}

func (ev *evaluator) camelCased(s *step, v value.Value, deep bool) value.Value {
	if v.Kind() == value.KindArray {
		if !ev.spend(v.Len()) {
			return value.Null()
		}
		elems := make([]value.Value, v.Len())
		for i, elem := range v.Elems() {
			elems[i] = ev.camelCased(s, elem, deep)
		}
		return value.Array(elems)
	}
	if v.Kind() != value.KindObject {
		return v
	}
	if !ev.spend(objectFuel + fieldFuel*v.Len()) {
		return value.Null()
	}
	fields := make([]value.Field, 0, v.Len())
	for _, f := range v.Fields() {
		f.Name = camelCase(f.Name)
		if deep {
			f.Value = ev.camelCased(s, f.Value, deep)
		}
		fields = append(fields, f)
	}
	result := value.Object(fields)
	if result.Len() < v.Len() {
		ev.refuse(s, " maps several keys to the same name, the last one wins")
	}
	return result
}

// camelCase joins the words of a key: the first in lower case, the others
// with one capital. Words end at everything but letters and digits, before a
// capital that follows a small letter, and before the last of several capitals
// that a small letter follows ("HTTPServer" is http and server). A key without
// any word stays.
func camelCase(key string) string {
	var b strings.Builder
	b.Grow(len(key))
	inWord, previousLower, previousUpper := false, false, false
	for i, r := range key {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			inWord, previousLower, previousUpper = false, false, false
			continue
		}
		upper := unicode.IsUpper(r)
		next, _ := utf8.DecodeRuneInString(key[i+utf8.RuneLen(r):])
		begins := !inWord || upper && (previousLower || previousUpper && unicode.IsLower(next))
		if begins && b.Len() > 0 {
			b.WriteRune(unicode.ToUpper(r))
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		inWord = true
		if upper || unicode.IsLower(r) {
			// Digits keep the case of what stands before them.
			previousLower, previousUpper = !upper, upper
		}
	}
	if b.Len() == 0 {
		return key
	}
	return b.String()
}
