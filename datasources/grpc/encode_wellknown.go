package grpc

import (
	"math"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// wellKnown appends the content of a message whose JSON has a form of its own.
func (e *encoder) wellKnown(m *message, v value.Value) *misfit {
	switch m.form {
	case formTimestamp, formDuration:
		return e.time(m, v)
	case formFieldMask:
		return e.fieldMask(m, v)
	case formWrapper:
		return e.field(m.fields[0], v)
	case formStruct:
		return e.entries(m.fields[0], v)
	case formList:
		return e.list(m.fields[0], v)
	case formValue:
		return e.anyValue(m, v)
	default:
		return e.anyMessage(v)
	}
}

func (e *encoder) time(m *message, v value.Value) *misfit {
	parse := parseTimestamp
	if m.form == formDuration {
		parse = parseDuration
	}
	seconds, nanos, ok := parse(v.Text())
	if v.Kind() != value.KindString || !ok {
		return wanted(m.form.example(), v)
	}
	if seconds != 0 {
		e.tag(m.fields[0])
		e.buf = protowire.AppendVarint(e.buf, uint64(seconds))
	}
	if nanos != 0 {
		e.tag(m.fields[1])
		e.buf = protowire.AppendVarint(e.buf, uint64(nanos))
	}
	return nil
}

// maxFraction is the length of a fraction down to nanoseconds, with its point.
const maxFraction = len(".999999999")

// parseTimestamp reads RFC 3339 with up to nine digits of a second's fraction.
func parseTimestamp(text string) (seconds, nanos int64, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || strings.Contains(text, ",") { // a comma is fine for package time, but not for RFC 3339
		return 0, 0, false
	}
	if i := strings.IndexByte(text, '.'); i >= 0 && strings.LastIndexAny(text, "Z-+")-i > maxFraction {
		return 0, 0, false
	}
	seconds = t.Unix()
	return seconds, int64(t.Nanosecond()), seconds >= minTimestampSeconds && seconds <= maxTimestampSeconds
}

// parseDuration reads seconds with up to nine digits of a fraction and an "s" at the end.
func parseDuration(text string) (seconds, nanos int64, ok bool) {
	number, ok := strings.CutSuffix(text, "s")
	number, negative := strings.CutPrefix(number, "-")
	if !negative {
		number = strings.TrimPrefix(number, "+")
	}
	whole, fraction, _ := strings.Cut(number, ".")
	if !ok || whole+fraction == "" || !isDigits(whole) || !isDigits(fraction) || len(fraction) >= maxFraction {
		return 0, 0, false
	}
	seconds, err := strconv.ParseInt("0"+whole, 10, 64)
	if err != nil || seconds > maxDurationSeconds {
		return 0, 0, false
	}
	for i := range maxFraction - 1 {
		nanos *= 10
		if i < len(fraction) {
			nanos += int64(fraction[i] - '0')
		}
	}
	if negative {
		return -seconds, -nanos, true
	}
	return seconds, nanos, true
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

func (e *encoder) fieldMask(m *message, v value.Value) *misfit {
	text := strings.TrimSpace(v.Text())
	if v.Kind() != value.KindString {
		return wanted(m.form.example(), v)
	}
	if text == "" {
		return nil
	}
	for path := range strings.SplitSeq(text, ",") {
		name := snakeCase(path)
		if strings.Contains(path, "_") || !protoreflect.FullName(name).IsValid() {
			return wanted(m.form.example(), v)
		}
		e.tag(m.fields[0])
		e.buf = protowire.AppendString(e.buf, name)
	}
	return nil
}

// Indexes of the fields of google.protobuf.Value.
const (
	nullField = iota
	numberField
	stringField
	boolField
	structField
	listField
)

func (e *encoder) anyValue(m *message, v value.Value) *misfit {
	at := nullField
	switch v.Kind() {
	case value.KindInt, value.KindFloat:
		at = numberField
		if f, _ := v.AsFloat(); math.IsInf(f, 0) {
			return wanted("a number in the range of double", v)
		}
	case value.KindString:
		at = stringField
	case value.KindBool:
		at = boolField
	case value.KindObject:
		at = structField
	case value.KindArray:
		at = listField
	}
	return e.element(m.fields[at], v)
}

// anyMessage appends a google.protobuf.Any from an object that names its type.
func (e *encoder) anyMessage(v value.Value) *misfit {
	url := v.Get(anyTypeKey)
	if v.Kind() == value.KindObject && v.Len() == 0 {
		return nil
	}
	if url.Kind() != value.KindString {
		return wanted(formAny.example(), v)
	}
	name := protoreflect.FullName(url.Text()[strings.LastIndexByte(url.Text(), '/')+1:])
	m := e.contract.messageNamed(name)
	if m == nil {
		return &misfit{path: anyTypeKey, reason: "the contract has no message " + strconv.Quote(shorten(string(name)))}
	}
	e.buf = protowire.AppendTag(e.buf, 1, protowire.BytesType)
	e.buf = protowire.AppendString(e.buf, url.Text())
	e.buf = protowire.AppendTag(e.buf, 2, protowire.BytesType)
	return e.delimited(func() *misfit {
		content := v.Get(anyContentKey)
		switch {
		case m.name == emptyName && content.Kind() == value.KindObject:
			return e.fields(m, content, "")
		case m.form == formObject:
			return e.fields(m, v, anyTypeKey)
		}
		return e.wellKnown(m, content)
	})
}
