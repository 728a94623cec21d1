package grpc

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weftgraph/weft/datasources"
)

// record is one field on the wire.
func record(number protowire.Number, parts ...any) []byte {
	var content []byte
	for _, part := range parts {
		switch part := part.(type) {
		case []byte:
			content = append(content, part...)
		case string:
			content = append(content, part...)
		case int:
			b := protowire.AppendTag(nil, number, protowire.VarintType)
			return protowire.AppendVarint(b, uint64(part))
		}
	}
	b := protowire.AppendTag(nil, number, protowire.BytesType)
	return protowire.AppendBytes(b, content)
}

func concat(parts ...[]byte) []byte {
	var all []byte
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestRepeatedFieldsAreMergedAsProtobufSays(t *testing.T) {
	t.Parallel()
	c, everything := matrix(t), allOf(t, "Everything")
	const (
		anInt32, aString, loose, int64s, byString, byInt32, oneString, oneInt32, oneMessage, nested, timestamp = 3, 14, 57, 44, 61, 62, 71, 72, 73, 81, 91
	)
	for name, tt := range map[string]struct {
		wire            []byte
		selection, want string
	}{
		"the last scalar wins": {
			concat(record(aString, "a"), record(anInt32, 1), record(aString, "b")),
			"aString anInt32", `{"anInt32":1,"aString":"b"}`,
		},
		"messages are merged": {
			concat(record(nested, record(aString, "a"), record(int64s, "\x01")), record(nested, record(anInt32, 2), record(int64s, "\x02"))),
			"nested { aString anInt32 int64s }", `{"nested":{"anInt32":2,"aString":"a","int64s":[1,2]}}`,
		},
		"well-known messages are merged": {
			concat(record(timestamp, record(1, 60)), record(timestamp, record(2, 5000000))),
			"timestamp", `{"timestamp":"1970-01-01T00:01:00.005Z"}`,
		},
		"packed and unpacked elements mix": {
			concat(record(loose, 1), record(loose, "\x02\x03"), record(loose, 4), record(int64s, 5), record(int64s, "\x06")),
			"loose int64s", `{"int64s":[5,6],"loose":[1,2,3,4]}`,
		},
		"the last entry of a map wins": {
			concat(record(byString, record(1, "k"), record(2, "a")), record(byString, record(1, "k"), record(2, "b"))),
			"byString", `{"byString":{"k":"b"}}`,
		},
		"an entry without key and value has defaults": {
			record(byString),
			"byString", `{"byString":{"":""}}`,
		},
		"an entry's message is merged": {
			record(byInt32, record(2, record(aString, "a")), record(1, 1), record(2, record(anInt32, 2))),
			`$.byInt32."1" { aString anInt32 }`, `{"byInt32":{"1":{"anInt32":2,"aString":"a"}}}`,
		},
		"the last member of a oneof unsets the others": {
			concat(record(oneString, "a"), record(oneInt32, 1)),
			"oneString oneInt32", `{"oneInt32":1}`,
		},
		"even one that nobody reads": {
			concat(record(oneString, "a"), record(oneInt32, 1)),
			"oneString", `{}`,
		},
		"a member that comes back starts anew": {
			concat(record(oneMessage, record(aString, "a")), record(oneInt32, 1), record(oneMessage, record(anInt32, 2))),
			"oneMessage { aString anInt32 }", `{"oneMessage":{"anInt32":2,"aString":""}}`,
		},
		"unknown fields are passed over": {
			concat(record(4000, "x"), record(anInt32, 1), []byte{0x9b, 0xfa, 0x01, 0x08, 0x01, 0x9c, 0xfa, 0x01}),
			"anInt32", `{"anInt32":1}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everything.check(t, tt.wire)
			got, err := decodeText(t, c, "matrix.v1.Everything", tt.selection, tt.wire)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestGroupsAreReadWithAnyEndMark(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	wire := []byte{0x1b, 0x0a, 0x01, 'x', 0x9c, 0x80, 0x00} // the end mark takes three bytes
	got, err := decodeText(t, c, "matrix.v1.Legacy", "inner { text }", wire)
	if err != nil || got != `{"inner":{"text":"x"}}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestMalformedRepliesAreRefused(t *testing.T) {
	t.Parallel()
	c, everything := matrix(t), allOf(t, "Everything")
	deep := []byte{}
	for range maxMessageDepth + 1 {
		deep = record(81, deep)
	}
	for name, tt := range map[string]struct {
		wire []byte
		want string
	}{
		"truncated tag":              {[]byte{0x80}, "unexpected EOF"},
		"truncated text":             {[]byte{0x72, 0x05, 'a'}, "unexpected EOF"},
		"truncated number":           {[]byte{0x18, 0x80}, "unexpected EOF"},
		"truncated unread":           {[]byte{0x82, 0xfa, 0x01, 0x05}, "unexpected EOF"},
		"truncated element":          {record(44, "\x80"), "unexpected EOF"},
		"overlong number":            {append([]byte{0x18}, strings.Repeat("\xff", 11)...), "variable length integer overflow"},
		"field number 0":             {[]byte{0x00, 0x00}, "invalid field number"},
		"wire type 7":                {[]byte{0x0f}, "cannot parse reserved wire type"},
		"end without start":          {[]byte{0x1c}, "mismatching end group marker"},
		"text for a number":          {record(3, "x"), errWireType.Error()},
		"number for a text":          {record(14, 1), errWireType.Error()},
		"number for a message":       {record(81, 1), errWireType.Error()},
		"number for a map":           {record(61, 1), errWireType.Error()},
		"number for a map's key":     {record(61, record(1, 1)), errWireType.Error()},
		"bad UTF-8":                  {record(14, "\xff"), errUTF8.Error()},
		"bad UTF-8 in a list":        {record(54, "\xff"), errUTF8.Error()},
		"bad UTF-8 in a map":         {record(61, record(1, "\xff")), errUTF8.Error()},
		"bad UTF-8, overwritten":     {concat(record(71, "\xff"), record(72, 1)), errUTF8.Error()},
		"bad message, unset":         {concat(record(73, record(14, "\xff")), record(72, 1)), errUTF8.Error()},
		"too deep":                   {deep, errTooDeep.Error()},
		"empty messages without end": {bytes.Repeat(record(82), freeValues/40), errTooMany.Error()},
		"year 10000":                 {record(91, record(1, maxTimestampSeconds+1)), errTimestamp.Error()},
		"duration of two signs":      {record(92, record(1, 1), record(2, -1)), errDuration.Error()},
		"least duration":             {record(92, record(1, math.MinInt64)), errDuration.Error()},
		"irreversible mask":          {record(93, record(1, "aB")), errFieldMask.Error()},
		"value of nothing":           {record(95), errEmptyValue.Error()},
		"value of NaN":               {record(95, []byte{0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f}), errValueNumber.Error()},
		"bad message in Any":         {record(98, record(1, "x/matrix.v1.Editions"), record(2, "\x80")), "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everything.check(t, tt.wire)
			_, err := decodeText(t, c, "matrix.v1.Everything", "x: $->echo(@)", tt.wire)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestWhatNobodyReadsIsNotRead(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	wire := concat(record(14, "\xff"), record(81, "\x80"), record(91, record(1, maxTimestampSeconds+1)), record(3, 1))
	got, err := decodeText(t, c, "matrix.v1.Everything", "anInt32", wire)
	if err != nil || got != `{"anInt32":1}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAnyOfUnknownTypeStaysBase64(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	got, err := decodeText(t, c, "matrix.v1.Everything", "any", record(98, record(1, "x/y.Z"), record(2, "abc")))
	if err != nil || got != `{"any":{"@type":"x/y.Z","value":"YWJj"}}` {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestPruningChangesNothing evaluates selections on what they read and on everything.
func TestPruningChangesNothing(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	m := c.message(descriptor(t, c, "matrix.v1.Everything"))
	var (
		wires      [][]byte
		everything []byte
	)
	for _, tt := range matrixCases {
		data, err := encodeText(t, c, "matrix.v1.Everything", wrap(tt.field, tt.in))
		if err != nil {
			t.Fatal(err)
		}
		wires = append(wires, data)
		if tt.field != "duration" { // two of different signs make none together
			everything = append(everything, data...)
		}
	}
	wires = append(wires, everything, record(81, everything), concat(record(82, everything), record(82), record(73, everything)))
	for _, selection := range []string{
		"aString anInt32", "x: nested.aString", "nested { aString children { aBool } }", "$.children { aString nested { anInt32 } }",
		"x: children->first.aString y: children->size", "x: children.strings->first", "x: nested->match([null, 1], [@, 2])",
		"x: byString.a y: byInt32", "x: oneMessage.aString ?? oneString", "$.oneMessage { ... nested { aDouble } }",
		"x: children->filter(@.aString->eq('x')) { aString }", "x: $->echo(@)", "timestamp any struct { a } value",
		"x: children->map(@.nested) y: nested.nested.nested.aBool", "x: byInt32->entries { key value { aString } }",
		`x: legacy."[matrix.v1.note]" y: legacy { item { sku } }`,
	} {
		mapped := parse(t, selection)
		r := c.newReader(m, mapped.Reads())
		for _, wire := range wires {
			some, err := c.decodeMessage(r, wire)
			if err != nil {
				t.Fatal(err)
			}
			all, err := c.decodeMessage(c.whole(m), wire)
			if err != nil {
				t.Fatal(err)
			}
			want, got := mapped.Eval(all, nil), mapped.Eval(some, nil)
			if d := cmp.Diff(want.String(), got.String()); d != "" {
				t.Errorf("%s of %s: %s", selection, all, d)
			}
		}
	}
}

func TestShapePrunesWhatIsRead(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	shape := batchShape()
	shape.Levels[0].Members = shape.Levels[0].Members[:1]
	shape.Levels = shape.Levels[:1]
	narrow := prepare(t, s, batchConnector(t), shape).(*fetcher)
	entries := narrow.reader.plans[0].below
	if len(entries.plans) != 1 || entries.plans[0].field.name != "order_id" {
		t.Errorf("%d fields of an entry are read", len(entries.plans))
	}
}
