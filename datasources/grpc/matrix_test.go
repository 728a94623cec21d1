package grpc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/weftgraph/weft/graph/mapping"
)

// encodeText encodes JSON as a message of the matrix.
func encodeText(tb testing.TB, c *contract, name, text string) ([]byte, error) {
	tb.Helper()
	return c.encodeMessage(c.message(descriptor(tb, c, name)), parseValue(tb, text))
}

// decodeText reads what the selection reads of a message.
func decodeText(tb testing.TB, c *contract, name, selection string, data []byte) (string, error) {
	tb.Helper()
	m := c.message(descriptor(tb, c, name))
	v, err := c.decodeMessage(c.newReader(m, parse(tb, selection).Reads()), data)
	return v.String(), err
}

// matrixCases are JSON values and what they come back as; "" means the same.
var matrixCases = []struct{ field, in, out string }{
	{"aDouble", `1.5`, ""},
	{"aDouble", `"1.5"`, `1.5`},
	{"aDouble", `"NaN"`, ""},
	{"aDouble", `"-Infinity"`, ""},
	{"aDouble", `2`, ""},
	{"aDouble", `2.0`, `2`},
	{"aDouble", `1e300`, `1e+300`},
	{"aDouble", `-0.0`, `-0`},
	{"aDouble", `0`, ""},
	{"aFloat", `0.1`, ""},
	{"aFloat", `16777216`, ""},
	{"aFloat", `"Infinity"`, ""},
	{"anInt32", `-2147483648`, ""},
	{"anInt32", `"12"`, `12`},
	{"anInt32", `1e2`, `100`},
	{"anInt32", `3.0`, `3`},
	{"anInt32", `0`, ""},
	{"anInt64", `9223372036854775807`, ""},
	{"anInt64", `"-9223372036854775808"`, `-9223372036854775808`},
	{"aUint32", `4294967295`, ""},
	{"aUint64", `18446744073709551615`, ""},
	{"aUint64", `"18446744073709551615"`, `18446744073709551615`},
	{"aSint32", `-5`, ""},
	{"aSint64", `-9223372036854775808`, ""},
	{"aFixed32", `4294967295`, ""},
	{"aFixed64", `18446744073709551615`, ""},
	{"aSfixed32", `-1`, ""},
	{"aSfixed64", `-1`, ""},
	{"aBool", `true`, ""},
	{"aBool", `false`, ""},
	{"aString", `"é\u0000"`, ""},
	{"aString", `12`, `"12"`},
	{"aString", `1.50`, `"1.50"`},
	{"aBytes", `"+/8="`, ""},
	{"aBytes", `"-_8"`, `"+/8="`},
	{"aBytes", `""`, ""},
	{"aColor", `"COLOR_RED"`, ""},
	{"aColor", `"COLOR_CRIMSON"`, `"COLOR_RED"`},
	{"aColor", `-2`, `"COLOR_BLUE"`},
	{"aColor", `99`, ""},
	{"maybeDouble", `0`, ""},
	{"maybeInt64", `0`, ""},
	{"maybeBool", `false`, ""},
	{"maybeString", `""`, ""},
	{"maybeColor", `"COLOR_UNSPECIFIED"`, ""},
	{"doubles", `[1.5,"NaN"]`, ""},
	{"int64s", `[1,-1]`, ""},
	{"sint32s", `[1,-1]`, ""},
	{"fixed32s", `[1]`, ""},
	{"bools", `[true,false]`, ""},
	{"strings", `["a",""]`, ""},
	{"strings", `[1]`, `["1"]`},
	{"bytess", `["YQ=="]`, ""},
	{"colors", `["COLOR_BLUE",7]`, ""},
	{"loose", `[1,2]`, ""},
	{"loose", `[]`, ""},
	{"byString", `{"b":"2","a":"1"}`, `{"a":"1","b":"2"}`},
	{"byBool", `{"false":"COLOR_RED","true":5}`, ""},
	{"byUint64", `{"10":1,"9":2,"18446744073709551615":0}`, `{"9":2,"10":1,"18446744073709551615":0}`},
	{"bySint64", `{"5":"","-1":"YQ==","-10":""}`, `{"-10":"","-1":"YQ==","5":""}`},
	{"byInt32.1.aString", `"x"`, ""},
	{"oneString", `""`, ""},
	{"oneInt32", `0`, ""},
	{"oneColor", `"COLOR_RED"`, ""},
	{"oneNull", `null`, ""},
	{"oneWrapper", `""`, ""},
	{"oneMessage.aString", `"x"`, ""},
	{"nested.nested.aString", `"x"`, ""},
	{"otherName", `"x"`, ""},
	{"nothing", `null`, ""},
	{"nothing", `"NULL_VALUE"`, `null`},
	{"far", `7`, ""},
	{"timestamp", `"2025-03-01T12:00:00Z"`, ""},
	{"timestamp", `"2025-03-01T12:00:00.120+01:00"`, `"2025-03-01T11:00:00.120Z"`},
	{"timestamp", `"0001-01-01T00:00:00Z"`, ""},
	{"timestamp", `"9999-12-31T23:59:59.999999999Z"`, ""},
	{"duration", `"1.5s"`, `"1.500s"`},
	{"duration", `"-0.000000001s"`, ""},
	{"duration", `"0s"`, ""},
	{"duration", `"315576000000s"`, ""},
	{"fieldMask", `"a,bC.dE"`, ""},
	{"fieldMask", `""`, ""},
	{"struct", `{"a":[1,{"b":null}],"c":"x"}`, ""},
	{"struct", `{}`, ""},
	{"value", `null`, ""},
	{"value", `1.5`, ""},
	{"value", `[true,"x",{}]`, ""},
	{"listValue", `[null,[]]`, ""},
	{"empty", `{}`, ""},
	{
		"any", `{"@type":"type.googleapis.com/matrix.v1.Editions","explicit":"x"}`,
		`{"@type":"type.googleapis.com/matrix.v1.Editions","explicit":"x","implicit":"","expanded":[],"packed":[],"levels":[]}`,
	},
	{"any", `{"@type":"x/google.protobuf.Duration","value":"1s"}`, ""},
	{"any", `{}`, ""},
	{"doubleValue", `0`, ""},
	{"floatValue", `0.1`, ""},
	{"int64Value", `9223372036854775807`, ""},
	{"uint64Value", `"7"`, `7`},
	{"int32Value", `0`, ""},
	{"uint32Value", `1`, ""},
	{"boolValue", `false`, ""},
	{"stringValue", `""`, ""},
	{"bytesValue", `"YQ=="`, ""},
	{"timestamps", `["1970-01-01T00:00:00Z"]`, ""},
	{"values", `[null,1]`, ""},
	{"int64Values", `[0,1]`, ""},
	{"valueMap", `{"a":null}`, ""},
	{"money", `{"currencyCode":"EUR","units":9007199254740993,"nanos":5}`, ""},
	{"date", `{"year":2025,"month":3,"day":1}`, ""},
	{"latLng", `{"latitude":1.5,"longitude":-2}`, ""},
	{"legacy.count", `0`, ""},
	{"legacy.inner.text", `"x"`, ""},
	{"legacy.item", `[{"sku":"a"},{"sku":"b"}]`, ""},
	{"legacy.size", `"SMALL"`, ""},
	{"legacy.tight", `[1,2]`, ""},
	{"legacy.loose", `[1,2]`, ""},
	{`legacy."[matrix.v1.note]"`, `"x"`, ""},
	{`legacy."[matrix.v1.marks]"`, `[1]`, ""},
	{`legacy."[matrix.v1.Holder.holder]".name`, `"x"`, ""},
	{"editions.explicit", `""`, ""},
	{"editions.implicit", `"x"`, ""},
	{"editions.delimited.explicit", `"x"`, ""},
	{"editions.expanded", `[1]`, ""},
	{"editions.packed", `[1]`, ""},
	{"aDouble", `4.9e-324`, `5e-324`},
	{"aDouble", `1.7976931348623157e308`, `1.7976931348623157e+308`},
	{"aFloat", `3.4028235e38`, `3.4028235e+38`},
	{"aFloat", `1e-45`, ""},
	{"aFloat", `-0.0`, `-0`},
	{"aSint32", `-2147483648`, ""},
	{"aSint32", `2147483647`, ""},
	{"aSint64", `9223372036854775807`, ""},
	{"aSfixed32", `-2147483648`, ""},
	{"aSfixed64", `9223372036854775807`, ""},
	{"anInt64", `"9223372036854775807"`, `9223372036854775807`},
	{"aUint32", `"0"`, `0`},
	{"aBytes", `"_-8"`, `"/+8="`},
	{"aBytes", `"_w"`, `"/w=="`},
	{"floats", `["NaN","Infinity","-Infinity",-0.5]`, ""},
	{"doubles", `["NaN",-0.0,0]`, `["NaN",-0,0]`},
	{"uint64s", `[0,"18446744073709551615"]`, `[0,18446744073709551615]`},
	{"sfixed64s", `[-9223372036854775808,9223372036854775807]`, ""},
	{"colors", `["COLOR_CRIMSON",-2,2147483647,-2147483648]`, `["COLOR_RED","COLOR_BLUE",2147483647,-2147483648]`},
	{"byBool", `{"true":-2,"false":77}`, `{"false":77,"true":"COLOR_BLUE"}`},
	{"byInt64", `{"-9223372036854775808":{"currencyCode":"EUR","units":-1,"nanos":-5}}`, ""},
	{"bySint32", `{"-2147483648":"COLOR_CRIMSON","7":12}`, `{"-2147483648":"COLOR_RED","7":12}`},
	{"byFixed32", `{"0":0.5,"4294967295":"NaN"}`, ""},
	{"byFixed64", `{"18446744073709551615":"1970-01-01T00:00:00Z"}`, ""},
	{"bySfixed32", `{"-1":true}`, ""},
	{"bySfixed64", `{"-9223372036854775808":0,"1":9223372036854775807}`, ""},
	{"byString", `{"":"empty","é":"x","a.b":"y"}`, `{"":"empty","a.b":"y","é":"x"}`},
	{"anyMap", `{"a":{"@type":"x/google.protobuf.Int64Value","value":7},"b":{"@type":"x/google.protobuf.Struct","value":{"a":[null]}}}`, ""},
	{"anyMap", `{"a":{}}`, ""},
	{"any", `{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.Any","value":{"@type":"x/google.protobuf.FieldMask","value":"a,bC"}}}`, ""},
	{"any", `{"@type":"x/google.protobuf.Empty","value":{}}`, `{"@type":"x/google.protobuf.Empty"}`},
	{"any", `{"@type":"x/google.protobuf.Value","value":null}`, ""},
	{"any", `{"@type":"x/google.protobuf.Timestamp","value":"2025-03-01T12:00:00Z"}`, ""},
	{"any", `{"@type":"x/google.protobuf.BytesValue","value":"YQ=="}`, ""},
	{"any", `{"@type":"x/google.type.Money","currencyCode":"EUR","units":1,"nanos":0}`, ""},
	{"anys", `[{"@type":"x/google.protobuf.BoolValue","value":true},{"@type":"x/google.protobuf.ListValue","value":[1,[]]}]`, ""},
	{"struct", `{"a":{"b":{"c":[{"d":null},[[]],1e300,"x"]}},"":0}`, `{"":0,"a":{"b":{"c":[{"d":null},[[]],1e+300,"x"]}}}`},
	{"structs", `[{},{"a":{"a":{}}}]`, ""},
	{"durations", `["0s","-0.5s","315576000000s"]`, `["0s","-0.500s","315576000000s"]`},
	{"fieldMask", `"aB.cD,e"`, ""},
	{"legacy.size", `"LARGE"`, ""},
	{"legacy.sizes", `["LARGE",1]`, `["LARGE","SMALL"]`},
	{"legacy.grades", `{"a":"GRADE_A","b":0}`, `{"a":"GRADE_A","b":"GRADE_NONE"}`},
	{"legacy.oneSize", `"SMALL"`, ""},
	{"legacy.picked.value", `9007199254740993`, ""},
	{"legacy.raw", `""`, ""},
	{"legacy.inner.numbers", `[1,2]`, ""},
	{"legacy.below.below.id", `"3"`, ""},
	{`legacy."[matrix.v1.measure]"`, `"LARGE"`, ""},
	{`legacy."[matrix.v1.wing]"`, `{"side":"left"}`, ""},
	{
		"legacyMap", `{"a":{"id":"1","[matrix.v1.note]":"x"}}`,
		`{"a":{"id":"1","item":[],"loose":[],"tight":[],"sizes":[],"grades":{},"[matrix.v1.note]":"x"}}`,
	},
	{"editions.looseText", `"x"`, ""},
	{"editions.level", `"LEVEL_HIGH"`, ""},
	{"editions.levels", `["LEVEL_LOW",5]`, `["LEVEL_LOW","LEVEL_HIGH"]`},
	{`editions."other-name"`, `"x"`, ""},
	{"editions.strict.must", `""`, ""},
}

// wrap puts a value at a path.
func wrap(path, text string) string {
	steps := strings.Split(path, ".")
	if before, after, ok := strings.Cut(path, `"`); ok {
		name, rest, _ := strings.Cut(after, `"`)
		steps = append(strings.Split(strings.TrimSuffix(before, "."), "."), name)
		if rest != "" {
			steps = append(steps, strings.TrimPrefix(rest, "."))
		}
	}
	for i := len(steps) - 1; i >= 0; i-- {
		extra := ""
		if i == 1 && steps[0] == "legacy" || i > 0 && steps[i-1] == "below" {
			extra = `"id":"1",` // it is required
		}
		text = `{` + extra + `"` + steps[i] + `":` + text + `}`
	}
	return text
}

func TestEveryTypeMapsBothWays(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	everything := descriptor(t, c, "matrix.v1.Everything")
	for _, tt := range matrixCases {
		t.Run(tt.field+"="+tt.in, func(t *testing.T) {
			t.Parallel()
			want := tt.out
			if want == "" {
				want = tt.in
			}
			data, err := encodeText(t, c, "matrix.v1.Everything", wrap(tt.field, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			selection := "out: $." + tt.field
			if strings.HasPrefix(tt.field, "byInt32") {
				selection = `out: $.byInt32."1".aString`
			}
			if strings.Contains(tt.field, "legacy.item") {
				selection = "out: $.legacy.item"
			}
			m := c.message(everything)
			mapped := parse(t, selection)
			v, err := c.decodeMessage(c.newReader(m, mapped.Reads()), data)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(`{"out":`+want+`}`, mapped.Eval(v, &mapping.Env{}).String()); d != "" {
				t.Error(d)
			}
			checkAgainstLibrary(t, c, wrap(tt.field, tt.in), data)
		})
	}
}

// checkAgainstLibrary compares the wire with what the library makes of the same JSON, as far as it takes it: it does not take
// numbers for strings.
func checkAgainstLibrary(t *testing.T, c *contract, text string, data []byte) {
	t.Helper()
	want, got := dynamicpb.NewMessage(descriptor(t, c, "matrix.v1.Everything")), dynamicpb.NewMessage(descriptor(t, c, "matrix.v1.Everything"))
	types := dynamicpb.NewTypes(c.files)
	if err := (protojson.UnmarshalOptions{Resolver: types}).Unmarshal([]byte(text), want); err != nil {
		t.Logf("not checked: %v", err)
		return
	}
	if err := (proto.UnmarshalOptions{Resolver: types}).Unmarshal(data, got); err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(want, got) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestValuesThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for text, want := range map[string]string{
		`[]`:                                              `expected an object (matrix.v1.Everything) but got a list`,
		`{"a_strng":"x"}`:                                 `message "matrix.v1.Everything" has no field "a_strng" (did you mean "a_string"?)`,
		`{"aString":true}`:                                `a_string: expected a string but got true`,
		`{"aString":["x"]}`:                               `a_string: expected a string but got a list`,
		`{"anInt32":2147483648}`:                          `an_int32: expected a 32-bit integer but got the number 2147483648`,
		`{"anInt32":-2147483649}`:                         `an_int32: expected a 32-bit integer but got the number -2147483649`,
		`{"anInt32":1.5}`:                                 `an_int32: expected a 32-bit integer but got the number 1.5`,
		`{"anInt32":"x"}`:                                 `an_int32: expected a 32-bit integer but got the string "x"`,
		`{"aUint32":-1}`:                                  `a_uint32: expected an unsigned 32-bit integer but got the number -1`,
		`{"aUint64":-1}`:                                  `a_uint64: expected an unsigned 64-bit integer but got the number -1`,
		`{"anInt64":9223372036854775808}`:                 `an_int64: expected a 64-bit integer but got the number 9223372036854775808`,
		`{"anInt64":1e99999}`:                             `an_int64: expected a 64-bit integer but got the number 1e99999`,
		`{"aFloat":1e39}`:                                 `a_float: expected a number in the range of float but got the number 1e39`,
		`{"aDouble":"1,5"}`:                               `a_double: expected a number but got the string "1,5"`,
		`{"aBool":"true"}`:                                `a_bool: expected true or false but got the string "true"`,
		`{"aBytes":"*"}`:                                  `a_bytes: expected base64 but got the string "*"`,
		`{"aColor":"COLOR_RD"}`:                           `a_color: expected a value of enum matrix.v1.Color but got the string "COLOR_RD" (did you mean "COLOR_RED"?)`,
		`{"aColor":1.5}`:                                  `a_color: expected a value of enum matrix.v1.Color but got the number 1.5`,
		`{"strings":"x"}`:                                 `strings: expected a list but got the string "x"`,
		`{"strings":["x",null]}`:                          `strings[1]: null cannot be an element of a list`,
		`{"int64s":[1,"x"]}`:                              `int64s[1]: expected a 64-bit integer but got the string "x"`,
		`{"children":[{"children":[{"aBool":1}]}]}`:       `children[0].children[0].a_bool: expected true or false but got the number 1`,
		`{"byString":[]}`:                                 `by_string: expected an object but got a list`,
		`{"byString":{"a":null}}`:                         `by_string["a"]: null cannot be a value of a map`,
		`{"byInt32":{"x":{}}}`:                            `by_int32["x"]: expected a 32-bit integer but got the string "x"`,
		`{"byBool":{"yes":0}}`:                            `by_bool["yes"]: expected true or false but got the string "yes"`,
		`{"aString":"x","a_string":"y"}`:                  `a_string: it is set twice, as "a_string" and as "aString"`,
		`{"oneString":"x","oneInt32":1}`:                  `one_int32: only one of "one_string" and "one_int32" can be set`,
		`{"timestamp":"2025-03-01"}`:                      `timestamp: expected a timestamp such as "2025-03-01T12:00:00Z" but got the string "2025-03-01"`,
		`{"timestamp":1}`:                                 `timestamp: expected a timestamp such as "2025-03-01T12:00:00Z" but got the number 1`,
		`{"timestamp":"2025-03-01T12:00:00.1234567890Z"}`: `timestamp: expected a timestamp such as "2025-03-01T12:00:00Z" but got the string "2025-03-01T12:00:00.1234567890Z"`,
		`{"duration":"1"}`:                                `duration: expected a duration such as "1.5s" but got the string "1"`,
		`{"fieldMask":"a_b"}`:                             `field_mask: expected a field mask such as "name,address.zipCode" but got the string "a_b"`,
		`{"struct":[]}`:                                   `struct: expected an object but got a list`,
		`{"listValue":{}}`:                                `list_value: expected a list but got an object`,
		`{"value":1e999}`:                                 `value: expected a number in the range of double but got the number 1e999`,
		`{"any":{"a":1}}`:                                 `any: expected an object with "@type" but got an object`,
		`{"any":{"@type":"x/y.Z"}}`:                       `any.@type: the contract has no message "y.Z"`,
		`{"empty":{"a":1}}`:                               `empty: message "google.protobuf.Empty" has no field "a"`,
		`{"legacy":{}}`:                                   `legacy.id: it is required and not set`,
		`{"legacy":{"id":"1","below":{}}}`:                `legacy.below.id: it is required and not set`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := encodeText(t, c, "matrix.v1.Everything", text)
			if err == nil {
				t.Fatal("it was encoded")
			}
			if d := cmp.Diff(want, err.Error()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestExtensionsInAnyHaveNames(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	data, err := encodeText(t, c, "matrix.v1.Everything", `{"any":{"@type":"x/matrix.v1.Legacy","id":"1","[matrix.v1.note]":"x"}}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeText(t, c, "matrix.v1.Everything", `any`, data)
	want := `{"any":{"@type":"x/matrix.v1.Legacy","id":"1","item":[],"loose":[],"tight":[],"sizes":[],"grades":{},"[matrix.v1.note]":"x"}}`
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestAnyOfEmptyNeedsNoValue(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	want, err := encodeText(t, c, "matrix.v1.Everything", `{"any":{"@type":"x/google.protobuf.Empty","value":{}}}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := encodeText(t, c, "matrix.v1.Everything", `{"any":{"@type":"x/google.protobuf.Empty"}}`)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

// TestClosedEnumsHaveNoUnknownNumbers: protobuf wants them to count as not there, as extensions of a newer contract do.
func TestClosedEnumsHaveNoUnknownNumbers(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for name, tt := range map[string]struct {
		wire            []byte
		selection, want string
	}{
		"single":          {record(5, 9), "size", `{}`},
		"after a known":   {concat(record(5, 1), record(5, 9)), "size", `{"size":"SMALL"}`},
		"in a list":       {concat(record(9, 1), record(9, 9), record(9, 2)), "sizes", `{"sizes":["SMALL","LARGE"]}`},
		"in a packed":     {record(9, "\x01\x09\x02"), "sizes", `{"sizes":["SMALL","LARGE"]}`},
		"in a map":        {concat(record(10, record(1, "a"), record(2, 9)), record(10, record(1, "b"), record(2, 1))), "grades", `{"grades":{"b":"GRADE_A"}}`},
		"map's default":   {record(10, record(1, "a")), "grades", `{"grades":{"a":"GRADE_NONE"}}`},
		"in a oneof":      {concat(record(12, "x"), record(11, 9)), "oneText oneSize", `{"oneText":"x"}`},
		"as an extension": {record(103, 9), `x: $."[matrix.v1.measure]"`, `{}`},
	} {
		got, err := decodeText(t, c, "matrix.v1.Legacy", tt.selection, tt.wire)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Error(name, d, err)
		}
	}
	_, err := encodeText(t, c, "matrix.v1.Legacy", `{"id":"1","size":9}`)
	if err == nil || err.Error() != `size: expected a value of enum matrix.v1.Size but got the number 9` {
		t.Error(err)
	}
}

// TestStringsThatMayBeAnythingAreMadeText: in proto2, and where features.utf8_validation is NONE, strings need not be UTF-8.
func TestStringsThatMayBeAnythingAreMadeText(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for name, tt := range map[string]struct {
		message, selection, want string
		wire                     []byte
	}{
		"proto2":           {"matrix.v1.Legacy", "id", `{"id":"a\ufffdb"}`, record(1, "a\xffb")},
		"proto2 extension": {"matrix.v1.Legacy", `$."[matrix.v1.note]"->size`, `{"[matrix.v1.note]":"\ufffd"}`, record(100, "\xff\xfe")},
		"NONE":             {"matrix.v1.Editions", "looseText", `{"looseText":"\ufffd"}`, record(6, "\xff")},
	} {
		got, err := decodeText(t, c, tt.message, tt.selection, tt.wire)
		if d := cmp.Diff(strings.ReplaceAll(tt.want, `\ufffd`, "\ufffd"), got); d != "" || err != nil {
			t.Error(name, d, err)
		}
	}
	if _, err := decodeText(t, c, "matrix.v1.Editions", "explicit", record(1, "\xff")); err == nil {
		t.Error("a string of an edition is not checked")
	}
}

func TestNullMeansUnset(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for _, text := range []string{
		``, `null`, `{}`, `{"aString":null,"strings":null,"nested":null,"byString":null,"timestamp":null,"stringValue":null}`,
		`{"oneString":null,"oneInt32":null}`, `{"aString":"","anInt32":0,"aBool":false,"aColor":0,"nothing":null,"strings":[],"byString":{}}`,
	} {
		data, err := encodeText(t, c, "matrix.v1.Everything", text)
		if err != nil || len(data) > 0 {
			t.Errorf("%s: %x, %v", text, data, err)
		}
	}
}

func TestBothNamesAreReadable(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	data, err := encodeText(t, c, "matrix.v1.Everything", `{"a_string":"x","byString":{"a":"1","b":"2"},"children":[{"an_int32":1}],"nested":{"aBool":true}}`)
	if err != nil {
		t.Fatal(err)
	}
	for selection, want := range map[string]string{
		`x: a_string y: aString`:        `{"a_string":"x","aString":"x"}`,
		`x: a_string->size`:             `{"a_string":"x"}`,
		`x: by_string.b`:                `{"by_string":{"b":"2"}}`,
		`x: by_string`:                  `{"by_string":{"a":"1","b":"2"}}`,
		`$.children { n: an_int32 }`:    `{"children":[{"an_int32":1}]}`,
		`$.children->first { anInt32 }`: `{"children":[{"anInt32":1}]}`,
		`x: nested { aBool maybeBool }`: `{"nested":{"aBool":true}}`,
		`x: nested`:                     "",
		`x: no.such.field`:              `{}`,
		`x: timestamp`:                  `{}`,
		`x: oneString`:                  `{}`,
		`x: $->echo(@)`:                 "",
	} {
		t.Run(selection, func(t *testing.T) {
			t.Parallel()
			got, err := decodeText(t, c, "matrix.v1.Everything", selection, data)
			if err != nil {
				t.Fatal(err)
			}
			if want == "" { // whole messages: defaults appear, what has presence does not
				for _, part := range []string{`"aBool":true`, `"aString":""`, `"strings":[]`, `"byString":{}`, `"aColor":"COLOR_UNSPECIFIED"`} {
					if selection == `x: nested` && !strings.Contains(got, part) {
						t.Errorf("%s is not in %s", part, got)
					}
				}
				for _, part := range []string{"maybe", "timestamp\":", "one", "empty"} {
					if strings.Contains(got, `"`+part) {
						t.Errorf("%s is in %s", part, got)
					}
				}
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWholeMessagesHaveProtoNamesWhereTheyAreRead(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	data, err := encodeText(t, c, "matrix.v1.Editions", `{"explicit":"x","delimited":{"implicit":"y"}}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeText(t, c, "matrix.v1.Editions", `x: $->echo(@) y: $.delimited.implicit`, data)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"explicit":"x","implicit":"","delimited":{"implicit":"y","expanded":[],"packed":[],"levels":[]},"expanded":[],"packed":[],"levels":[]}`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
