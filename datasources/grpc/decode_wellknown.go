package grpc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// Bounds of google.protobuf.Timestamp, the years 1 to 9999, and of google.protobuf.Duration, some 10,000 years.
const (
	minTimestampSeconds = -62135596800
	maxTimestampSeconds = 253402300799
	maxDurationSeconds  = 315576000000
	maxNanos            = 999999999
)

var (
	errTimestamp   = errors.New("google.protobuf.Timestamp is out of range")
	errDuration    = errors.New("google.protobuf.Duration is out of range")
	errFieldMask   = errors.New("google.protobuf.FieldMask has a path that has no JSON form")
	errEmptyValue  = errors.New("google.protobuf.Value has no value")
	errValueNumber = errors.New("google.protobuf.Value has a number that is not finite")
)

// wellKnown returns the value of a message whose JSON has a form of its own. Its plans are its fields, in order.
func (s *scope) wellKnown() (value.Value, error) {
	switch s.reader.message.form {
	case formTimestamp:
		return timestamp(s.number(0), s.number(1))
	case formDuration:
		return duration(s.number(0), s.number(1))
	case formFieldMask:
		return fieldMask(s.slots[s.base].elems)
	case formValue:
		return s.anyValue()
	case formAny:
		return s.anyMessage()
	default: // formWrapper, formStruct, formList, formMessages
		return s.property(0)
	}
}

func (s *scope) number(i int) int64 {
	n, _ := s.slots[s.base+i].scalar.AsInt()
	return n
}

func timestamp(seconds, nanos int64) (value.Value, error) {
	text, err := appendTimestamp(nil, seconds, nanos)
	if err != nil {
		return value.Missing(), err
	}
	return value.String(string(text)), nil
}

// appendTimestamp appends a time as RFC 3339 with 0, 3, 6 or 9 digits of a second's fraction.
func appendTimestamp(dst []byte, seconds, nanos int64) ([]byte, error) {
	if seconds < minTimestampSeconds || seconds > maxTimestampSeconds || nanos < 0 || nanos > maxNanos {
		return dst, errTimestamp
	}
	t := time.Unix(seconds, 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, 'T'), hour, 2)
	dst = appendDigits(append(dst, ':'), minute, 2)
	dst = appendDigits(append(dst, ':'), second, 2)
	return append(appendFraction(dst, int(nanos)), 'Z'), nil
}

func duration(seconds, nanos int64) (value.Value, error) {
	text, err := appendDuration(nil, seconds, nanos)
	if err != nil {
		return value.Missing(), err
	}
	return value.String(string(text)), nil
}

// appendDuration appends seconds with 0, 3, 6 or 9 digits of a fraction.
func appendDuration(dst []byte, seconds, nanos int64) ([]byte, error) {
	switch {
	case seconds < -maxDurationSeconds, seconds > maxDurationSeconds, nanos < -maxNanos, nanos > maxNanos,
		seconds < 0 && nanos > 0, seconds > 0 && nanos < 0:
		return dst, errDuration
	}
	if seconds < 0 || nanos < 0 {
		dst, seconds, nanos = append(dst, '-'), -seconds, -nanos
	}
	dst = strconv.AppendInt(dst, seconds, 10)
	return append(appendFraction(dst, int(nanos)), 's'), nil
}

// appendFraction appends the point and 3, 6 or 9 digits, and nothing for 0.
func appendFraction(dst []byte, nanos int) []byte {
	switch {
	case nanos == 0:
		return dst
	case nanos%1e6 == 0:
		return appendDigits(append(dst, '.'), nanos/1e6, 3)
	case nanos%1e3 == 0:
		return appendDigits(append(dst, '.'), nanos/1e3, 6)
	default:
		return appendDigits(append(dst, '.'), nanos, 9)
	}
}

// appendDigits appends the last digits of a number.
func appendDigits(dst []byte, n, digits int) []byte {
	start := len(dst)
	dst = append(dst, "000000000"[:digits]...)
	for i := len(dst) - 1; i >= start; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

// fieldMask joins the paths in camel case.
func fieldMask(paths []value.Value) (value.Value, error) {
	var text []byte
	for i, path := range paths {
		if i > 0 {
			text = append(text, ',')
		}
		var ok bool
		if text, ok = appendMaskPath(text, path.Text()); !ok {
			return value.Missing(), errFieldMask
		}
	}
	return value.String(string(text)), nil
}

// appendMaskPath appends a path of a field mask in camel case. It returns false for one that is none, or that cannot be turned back:
// another path would come back.
func appendMaskPath[T string | []byte](dst []byte, path T) ([]byte, bool) {
	isStart, wasUnderscore := true, false
	for i := range len(path) {
		c := path[i]
		isLower, isDigit := 'a' <= c && c <= 'z', '0' <= c && c <= '9'
		switch {
		case isLower && wasUnderscore:
			dst = append(dst, c-'a'+'A')
		case wasUnderscore, isStart && (isDigit || c == '.'):
			return dst, false
		case isLower, isDigit, c == '.':
			dst = append(dst, c)
		case c != '_':
			return dst, false
		}
		isStart, wasUnderscore = c == '.', c == '_'
	}
	return dst, !isStart && !wasUnderscore
}

func snakeCase(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// anyValue returns what a google.protobuf.Value holds.
func (s *scope) anyValue() (value.Value, error) {
	for i := range s.reader.plans {
		if !s.slots[s.base+i].isSet {
			continue
		}
		v, err := s.property(i)
		if err == nil && s.reader.plans[i].field.kind == protoreflect.DoubleKind && !v.IsNumber() {
			return value.Missing(), errValueNumber
		}
		return v, err
	}
	return value.Missing(), errEmptyValue
}

// Properties of a google.protobuf.Any.
const (
	anyTypeKey    = "@type"
	anyContentKey = "value"
)

// anyMessage returns the message in a google.protobuf.Any with its type. The content of a type that the contract does not have
// stays base64, so that the rest of the reply can be used.
func (s *scope) anyMessage() (value.Value, error) {
	url := s.slots[s.base].scalar
	content := s.slots[s.base+1].message.first
	if url.Text() == "" {
		return value.Object(nil), nil
	}
	fields := []value.Field{{Name: anyTypeKey, Value: url}}
	m := s.contract.messageNamed(protoreflect.FullName(url.Text()[strings.LastIndexByte(url.Text(), '/')+1:]))
	if m == nil {
		encoded := base64.StdEncoding.EncodeToString(s.data[content.start:content.end])
		return value.Object(append(fields, value.Field{Name: anyContentKey, Value: value.String(encoded)})), nil
	}
	v, err := s.message(s.contract.whole(m), chunks{first: content}, s.depth+1)
	if err != nil {
		return value.Missing(), fmt.Errorf("%s in google.protobuf.Any: %w", strconv.Quote(string(m.name)), err)
	}
	if m.form != formObject {
		return value.Object(append(fields, value.Field{Name: anyContentKey, Value: v})), nil
	}
	return value.Object(append(fields, v.Fields()...)), nil
}
