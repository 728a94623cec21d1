package value_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

func parse(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestZeroValueIsMissing(t *testing.T) {
	t.Parallel()
	var v value.Value
	if !v.IsMissing() || v.IsNull() || v.Kind().String() != "missing" || string(v.AppendJSON(nil)) != "null" {
		t.Errorf("the zero value is %s, written %s", v, v.AppendJSON(nil))
	}
}

func TestFloatsPrintShortestAndRecognisable(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		2: "2.0", -7.5: "-7.5", 0: "0.0", 0.1: "0.1", 1e15: "1000000000000000.0",
		1e16: "1e16", 1.5e300: "1.5e300", 1e-5: "0.00001", 1e-7: "1e-7", -2.5e-10: "-2.5e-10",
	} {
		v := value.Float(f)
		if got := v.String(); got != want || v.Kind() != value.KindFloat {
			t.Errorf("Float(%g) = %s of kind %d, want %s", f, got, v.Kind(), want)
		}
		if back, _ := v.AsFloat(); back != f {
			t.Errorf("%s reads back as %g", v, back)
		}
	}
	if !value.Float(math.NaN()).IsNull() || !value.Float(math.Inf(1)).IsNull() {
		t.Error("NaN and infinities are not null")
	}
}

func TestNumbersKeepTheirSpelling(t *testing.T) {
	t.Parallel()
	text := `[123456789012345678901234567890,1.50,1E2,-0,9007199254740993]`
	v := parse(t, text)
	if got := v.String(); got != text {
		t.Errorf("got %s", got)
	}
	if _, ok := v.Elems()[0].AsInt(); ok {
		t.Error("an integer of thirty digits fits into 64 bits")
	}
	if i, ok := v.Elems()[4].AsInt(); !ok || i != 9007199254740993 {
		t.Errorf("got %d, %v", i, ok)
	}
	if _, ok := v.Elems()[2].AsInt(); ok {
		t.Error("a float is an int")
	}
}

func TestEqualityIsStrictUnlessNumeric(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b            string
		strict, numeric bool
	}{
		{`1`, `1`, true, true},
		{`1`, `1.0`, false, true},
		{`1.0`, `1.00`, true, true},
		{`0`, `-0`, true, true},
		{`1`, `"1"`, false, false},
		{`9007199254740993`, `9007199254740992`, false, false},
		{`[1]`, `[1.0]`, false, false},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, true, true},
		{`{"a":1}`, `{"b":1}`, false, false},
		{`{"a":1}`, `{"a":1,"b":1}`, false, false},
		{`null`, `false`, false, false},
		{`true`, `true`, true, true},
		{`[]`, `{}`, false, false},
		{`[1,2]`, `[1,3]`, false, false},
	} {
		a, b := parse(t, c.a), parse(t, c.b)
		if value.Equal(a, b) != c.strict || value.Equal(b, a) != c.strict {
			t.Errorf("Equal(%s, %s) = %v", c.a, c.b, !c.strict)
		}
		if value.EqualNumeric(a, b) != c.numeric {
			t.Errorf("EqualNumeric(%s, %s) = %v", c.a, c.b, !c.numeric)
		}
	}
	if value.Equal(value.Missing(), value.Null()) {
		t.Error("MISSING equals null")
	}
}

func TestLaterDuplicateWinsAtTheFirstPosition(t *testing.T) {
	t.Parallel()
	if got := parse(t, `{"a":1,"b":2,"a":3}`).String(); got != `{"a":3,"b":2}` {
		t.Errorf("got %s", got)
	}
	var b strings.Builder
	b.WriteString(`{"k":0`)
	for i := range 100 {
		name, _ := json.Marshal(strings.Repeat("x", i+1))
		b.WriteString("," + string(name) + ":1")
	}
	b.WriteString(`,"k":2}`)
	large := parse(t, b.String())
	if large.Len() != 101 || large.Fields()[0].Value.Text() != "2" || large.Get("k").Text() != "2" {
		t.Errorf("a large object has %d properties, the first %s", large.Len(), large.Fields()[0].Value)
	}
	if !large.Get("y").IsMissing() || large.Get("xxx").IsMissing() {
		t.Error("the index of a large object is wrong")
	}
}

func TestObjectsLeaveOutMissingAndArraysHoldNull(t *testing.T) {
	t.Parallel()
	v := value.Object([]value.Field{
		{Name: "a", Value: value.Missing()},
		{Name: "b", Value: value.Array([]value.Value{value.Int(1), value.Missing()})},
	})
	if got := v.String(); got != `{"b":[1,null]}` {
		t.Errorf("got %s", got)
	}
}

func TestFromConvertsGoData(t *testing.T) {
	t.Parallel()
	got := value.From(map[string]any{
		"z": nil, "b": true, "i": 7, "u": uint64(math.MaxUint64), "f": 2.0, "n": json.Number("1.50"),
		"bad": json.Number("x"), "l": []any{"s", []string{"t"}}, "v": value.Int(1), "other": struct{}{},
	})
	want := `{"b":true,"bad":null,"f":2.0,"i":7,"l":["s",["t"]],"n":1.50,"other":null,"u":18446744073709551615,"v":1,"z":null}`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStringsAreEscapedOnlyWhereJSONDemandsIt(t *testing.T) {
	t.Parallel()
	got := string(value.AppendString(nil, "a\"\\\n\r\t\b\f\x01</é\xff\u2028"))
	if want := `"a\"\\\n\r\t\b\f\u0001</é` + "\uFFFD\u2028\""; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUTF8IsEscapedAsStringsAre(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "plain", `a"b\c`, "tab\tnew\nline and more than eight bytes", "é", "eight by\x00tes", "\u2028 long enough é", "bad \xff",
		"eight bytes and \xc3",
	} {
		got, ok := value.AppendUTF8(nil, []byte(text))
		if want := string(value.AppendString(nil, text)); ok != utf8.ValidString(text) || ok && string(got) != want {
			t.Errorf("%q: got %s, %t, want %s", text, got, ok, want)
		}
	}
}
