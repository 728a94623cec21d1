package message

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

func TestTextBecomesTheScalarOfItsType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		builtin xsd.Builtin
		text    string
		want    string
	}{
		{xsd.String, " a\n b ", `" a\n b "`},
		{xsd.NormalizedString, " a\n", `" a "`},
		{xsd.Token, " a\n  b ", `"a b"`},
		{xsd.Boolean, " true\n", `true`},
		{xsd.Boolean, "0", `false`},
		{xsd.Boolean, "TRUE", `"TRUE"`},
		{xsd.Int, " +007 ", `7`},
		{xsd.Int, "-0", `-0`},
		{xsd.Int, "1.0", `"1.0"`},
		{xsd.Int, "", `""`},
		{xsd.Integer, strings.Repeat("9", 50), strings.Repeat("9", 50)},
		{xsd.Decimal, "+.50", `0.50`},
		{xsd.Decimal, "-00.10", `-0.10`},
		{xsd.Decimal, "5.", `5`},
		{xsd.Decimal, "1e3", `"1e3"`},
		{xsd.Decimal, ".", `"."`},
		{xsd.Decimal, "1,5", `"1,5"`},
		{xsd.Double, "1.50E+5", `1.50E+5`},
		{xsd.Double, "-INF", `"-INF"`},
		{xsd.Double, "NaN", `"NaN"`},
		{xsd.Double, "0x1p3", `"0x1p3"`},
		{xsd.Double, "--1", `"--1"`},
		{xsd.Date, " 2025-01-01Z ", `"2025-01-01Z"`},
		{xsd.Base64, "aGk=\n", `"aGk="`},
	} {
		if d := cmp.Diff(c.want, scalar(&xsd.Simple{Builtin: c.builtin}, c.text).String()); d != "" {
			t.Errorf("%v %q: (-want +got)\n%s", c.builtin, c.text, d)
		}
	}
}

// FuzzScalarJSON holds the JSON that a scan writes against that of the value.
func FuzzScalarJSON(f *testing.F) {
	for _, text := range []string{"", " a\n b ", "+007", "-0", "1.0", "-1.50E+5", "1e", ".5", "5.", "true", " 1 ", "\"\\\t", "ä\u2028", "1 2\n03", "01", "-"} {
		for b := range xsd.UnsignedByte + 1 {
			f.Add(uint8(b), text)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, text string) {
		if !utf8.ValidString(text) {
			return // readers have no others
		}
		atomic := &xsd.Simple{Builtin: xsd.Builtin(n) % (xsd.UnsignedByte + 1)}
		union := &xsd.Simple{Variety: xsd.Union, Members: []*xsd.Simple{{Builtin: xsd.Int, Enumeration: []string{"1", "2"}}, atomic}}
		for _, s := range []*xsd.Simple{atomic, union, {Variety: xsd.List, Item: atomic}, {Variety: xsd.List, Item: union}} {
			if got, want := string(appendScalar(nil, s, text)), scalar(s, text).String(); got != want {
				t.Errorf("%v %v %q: got %s, expected %s", s.Variety, atomic.Builtin, text, got, want)
			}
		}
	})
}

func TestScalarsAreWrittenAsTheirTypeSpellsThem(t *testing.T) {
	t.Parallel()
	number := value.Number
	for _, c := range []struct {
		builtin xsd.Builtin
		value   value.Value
		want    string // an empty text is a refusal
	}{
		{xsd.String, number("10.50"), "10.50"},
		{xsd.String, value.Bool(true), "true"},
		{xsd.Boolean, value.String("1"), "true"},
		{xsd.Boolean, number("1"), ""},
		{xsd.Decimal, number("10.50"), "10.50"},
		{xsd.Decimal, number("1.5e3"), "1500"},
		{xsd.Decimal, number("-1.2345e2"), "-123.45"},
		{xsd.Decimal, number("5e-3"), "0.005"},
		{xsd.Decimal, number("1e99999"), ""},
		{xsd.Decimal, value.String(" 7 "), "7"},
		{xsd.Decimal, value.String("NaN"), ""},
		{xsd.Int, number("2.0"), "2"},
		{xsd.Int, number("1e3"), "1000"},
		{xsd.Int, number("2147483647"), "2147483647"},
		{xsd.Int, number("2147483648"), ""},
		{xsd.Int, value.String("+5"), "+5"},
		{xsd.Byte, number("-129"), ""},
		{xsd.UnsignedLong, number("18446744073709551615"), "18446744073709551615"},
		{xsd.PositiveInteger, number("0"), ""},
		{xsd.NegativeInteger, number("-1"), "-1"},
		{xsd.Integer, value.String("+"), ""},
		{xsd.Double, value.String("-INF"), "-INF"},
		{xsd.Double, value.String("inf"), ""},
		{xsd.DateTime, value.String("2025-01-01T00:00:00.5+01:00"), "2025-01-01T00:00:00.5+01:00"},
		{xsd.DateTime, value.String("2025-01-01"), ""},
		{xsd.Time, value.String("12:00:00Z"), "12:00:00Z"},
		{xsd.Calendar, value.String("--12-31"), "--12-31"},
		{xsd.Duration, value.String("P1DT2H"), "P1DT2H"},
		{xsd.Duration, value.String("P"), ""},
		{xsd.Duration, value.String("P1DT"), ""},
		{xsd.Base64, value.String("aGk="), "aGk="},
		{xsd.Base64, value.String("aGk"), ""},
		{xsd.Hex, value.String("0aF"), ""},
		{xsd.QName, value.String("{urn:a}b"), "n1:b"},
		{xsd.QName, value.String("a:b"), ""},
		{xsd.Token, value.Null(), ""},
	} {
		got, err := NewWriter(nil).format(&xsd.Simple{Builtin: c.builtin}, c.value)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%v %v: got %q, %v, want %q", c.builtin, c.value, got, err, c.want)
		}
	}
}

func TestListsAndUnionsAreBothWays(t *testing.T) {
	t.Parallel()
	numbers := &xsd.Simple{Variety: xsd.List, Item: &xsd.Simple{Builtin: xsd.Int}}
	words := &xsd.Simple{Builtin: xsd.Token, Enumeration: []string{"none", "all"}}
	either := &xsd.Simple{Variety: xsd.Union, Members: []*xsd.Simple{{Builtin: xsd.Boolean}, words, numbers}}
	for text, want := range map[string]string{
		"1 2  3": `[1,2,3]`,
		"true":   `true`,
		"none":   `"none"`,
	} {
		v := scalar(either, text)
		if d := cmp.Diff(want, v.String()); d != "" {
			t.Errorf("%q: (-want +got)\n%s", text, d)
		}
		back, err := NewWriter(nil).format(either, v)
		if err != nil || back != strings.Join(strings.Fields(text), " ") {
			t.Errorf("%s: got %q, %v", v, back, err)
		}
	}
	if _, err := NewWriter(nil).format(either, value.String("some")); err == nil {
		t.Error("a value of no member was written")
	}
}
