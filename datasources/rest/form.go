package rest

import (
	"errors"
	"strconv"

	"github.com/weftgraph/weft/graph/value"
)

// errFormNoObject is shown to clients, as the specification words it.
var errFormNoObject = errors.New("Expected URL-encoded forms to be objects")

// appendForm appends an object as an HTML form (Connectors specification 3.4): nested keys as a[b][0], null as empty text.
func appendForm(dst []byte, v value.Value) ([]byte, error) {
	if v.Kind() != value.KindObject {
		return dst, errFormNoObject
	}
	f := form{text: dst, start: len(dst)}
	for _, field := range v.Fields() {
		f.key = append(f.key[:0], field.Name...)
		f.add(field.Value)
	}
	return f.text, nil
}

// form is a form that is being written. The key of the value at hand is kept unencoded.
type form struct {
	text  []byte
	start int
	key   []byte
}

// add appends the value under the current key, which is the same again afterwards.
func (f *form) add(v value.Value) {
	outer := len(f.key)
	switch v.Kind() {
	case value.KindArray:
		for i, element := range v.Elems() {
			f.key = append(strconv.AppendInt(append(f.key[:outer], '['), int64(i), 10), ']')
			f.add(element)
		}
	case value.KindObject:
		for _, field := range v.Fields() {
			f.key = append(append(append(f.key[:outer], '['), field.Name...), ']')
			f.add(field.Value)
		}
	default:
		f.pair(v)
	}
	f.key = f.key[:outer]
}

func (f *form) pair(v value.Value) {
	if len(f.text) > f.start {
		f.text = append(f.text, '&')
	}
	f.text = append(appendFormText(f.text, f.key), '=')
	switch v.Kind() {
	case value.KindNull, value.KindMissing:
	case value.KindBool:
		f.text = strconv.AppendBool(f.text, v.AsBool())
	default:
		f.text = appendFormText(f.text, v.Text())
	}
}

// appendFormText is the WHATWG serialiser of application/x-www-form-urlencoded.
func appendFormText[T string | []byte](dst []byte, text T) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '*', c == '-', c == '.', c == '_':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
