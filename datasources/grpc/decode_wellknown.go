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
	if seconds < minTimestampSeconds || seconds > maxTimestampSeconds || nanos < 0 || nanos > maxNanos {
		return value.Missing(), errTimestamp
	}
	text := time.Unix(seconds, nanos).UTC().Format("2006-01-02T15:04:05.000000000")
	return value.String(trimFraction(text) + "Z"), nil
}

func duration(seconds, nanos int64) (value.Value, error) {
	switch {
	case seconds < -maxDurationSeconds, seconds > maxDurationSeconds, nanos < -maxNanos, nanos > maxNanos,
		seconds < 0 && nanos > 0, seconds > 0 && nanos < 0:
		return value.Missing(), errDuration
	}
	sign := ""
	if seconds < 0 || nanos < 0 {
		sign, seconds, nanos = "-", -seconds, -nanos
	}
	return value.String(trimFraction(fmt.Sprintf("%s%d.%09d", sign, seconds, nanos)) + "s"), nil
}

// trimFraction leaves 0, 3, 6 or 9 of nine digits after the point.
func trimFraction(text string) string {
	text = strings.TrimSuffix(text, "000")
	text = strings.TrimSuffix(text, "000")
	return strings.TrimSuffix(text, ".000")
}

// fieldMask joins the paths in camel case. Those that cannot be turned back are refused: another path would come back.
func fieldMask(paths []value.Value) (value.Value, error) {
	texts := make([]string, len(paths))
	for i, path := range paths {
		text := camelCase(path.Text())
		if !protoreflect.FullName(path.Text()).IsValid() || snakeCase(text) != path.Text() {
			return value.Missing(), errFieldMask
		}
		texts[i] = text
	}
	return value.String(strings.Join(texts, ",")), nil
}

func camelCase(text string) string {
	var b strings.Builder
	wasUnderscore := false
	for i := range len(text) {
		c := text[i]
		if c != '_' {
			if wasUnderscore && 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			b.WriteByte(c)
		}
		wasUnderscore = c == '_'
	}
	return b.String()
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
