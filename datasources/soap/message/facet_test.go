package message

import (
	"errors"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// TestFacetsAreCheckedBeforeAnythingIsSent: what is refused names the facet.
func TestFacetsAreCheckedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	text := func(kind xsd.FacetKind, n int) xsd.Facet { return xsd.Facet{Kind: kind, Number: n} }
	bound := func(kind xsd.FacetKind, v string) xsd.Facet { return xsd.Facet{Kind: kind, Value: v} }
	numbers := &xsd.Simple{Builtin: xsd.Int}
	for _, c := range []struct {
		name   string
		simple xsd.Simple
		facet  xsd.Facet
		yes    []string
		no     []string
		told   string
	}{
		{"length", xsd.Simple{}, text(xsd.Length, 3), []string{`"äöü"`, `100`}, []string{`"ab"`, `"abcd"`, `""`}, "expects 3 characters (length)"},
		{"minLength", xsd.Simple{}, text(xsd.MinLength, 2), []string{`"ab"`}, []string{`"a"`}, "expects at least 2 characters (minLength)"},
		{"maxLength, of what is collapsed", xsd.Simple{Builtin: xsd.Token}, text(xsd.MaxLength, 3), []string{`"  a  b  "`}, []string{`"abcd"`}, "expects at most 3 characters (maxLength)"},
		{"bytes of hex", xsd.Simple{Builtin: xsd.Hex}, text(xsd.Length, 2), []string{`"0aFF"`}, []string{`"0a"`}, "expects 2 bytes (length)"},
		{"bytes of base64", xsd.Simple{Builtin: xsd.Base64}, text(xsd.MaxLength, 2), []string{`"aGk="`, `"aG k="`, `""`}, []string{`"aGVs"`}, "expects at most 2 bytes (maxLength)"},
		{"items of a list", xsd.Simple{Variety: xsd.List, Item: numbers}, text(xsd.MaxLength, 2), []string{`[1,2]`, `[]`}, []string{`[1,2,3]`}, "expects at most 2 items (maxLength)"},
		{"minInclusive", xsd.Simple{Builtin: xsd.Int}, bound(xsd.MinInclusive, "-10"), []string{`-10`, `"-010"`, `0`, `9`}, []string{`-11`, `-100`}, "expects at least -10 (minInclusive)"},
		{"maxInclusive", xsd.Simple{Builtin: xsd.Decimal}, bound(xsd.MaxInclusive, "1.50"), []string{`1.5`, `1.500`, `-2`, `0.99`, `1`}, []string{`1.51`, `2`, `10`}, "expects at most 1.50 (maxInclusive)"},
		{"minExclusive", xsd.Simple{Builtin: xsd.Decimal}, bound(xsd.MinExclusive, "0"), []string{`0.001`, `1e-3`}, []string{`0`, `-0`, `-0.1`}, "expects more than 0 (minExclusive)"},
		{"maxExclusive", xsd.Simple{Builtin: xsd.Double}, bound(xsd.MaxExclusive, "1E2"), []string{`99.9`, `"-INF"`, `"NaN"`}, []string{`100`, `"INF"`}, "expects less than 1E2 (maxExclusive)"},
		{"totalDigits", xsd.Simple{Builtin: xsd.Decimal}, text(xsd.TotalDigits, 3), []string{`123`, `1.23`, `0.012`, `"00123.00"`, `"1.2e1"`}, []string{`1234`, `0.0012`, `12.34`}, "expects at most 3 digits (totalDigits)"},
		{"fractionDigits", xsd.Simple{Builtin: xsd.Decimal}, text(xsd.FractionDigits, 2), []string{`1.50`, `1.500`, `7`}, []string{`1.505`}, "expects at most 2 digits behind the point (fractionDigits)"},
		{"no bound of dates", xsd.Simple{Builtin: xsd.Date}, bound(xsd.MinInclusive, "2025-01-01"), []string{`"2024-01-01"`}, nil, ""},
		{"no number", xsd.Simple{Builtin: xsd.Int}, bound(xsd.MinInclusive, "none"), []string{`1`}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.simple.Facets = []xsd.Facet{c.facet}
			for _, given := range c.yes {
				if _, err := NewWriter(nil).format(&c.simple, parsed(t, given)); err != nil {
					t.Errorf("%s: %v", given, err)
				}
			}
			for _, given := range c.no {
				_, err := NewWriter(nil).format(&c.simple, parsed(t, given))
				var wrong *Error
				if !errors.As(err, &wrong) || wrong.told != c.told || !strings.HasSuffix(wrong.Message, "expected"+strings.TrimPrefix(c.told, "expects")) {
					t.Errorf("%s: %v", given, err)
				}
			}
		})
	}
}

// TestEnumeratedNumbersAreComparedByValue: 1, 01 and 1.0 are one number.
func TestEnumeratedNumbersAreComparedByValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		builtin xsd.Builtin
		values  []string
		given   string
		isOne   bool
	}{
		{xsd.Int, []string{"01", "2"}, `1`, true},
		{xsd.Int, []string{"1"}, `"+1"`, true},
		{xsd.Int, []string{"1", "no number"}, `10`, false},
		{xsd.Decimal, []string{"1.50"}, `1.5`, true},
		{xsd.Decimal, []string{"-0"}, `0`, true},
		{xsd.Double, []string{"1E2"}, `100`, true},
		{xsd.Double, []string{"1E2"}, `"NaN"`, false},
		{xsd.String, []string{"01"}, `"1"`, false},
	} {
		s := &xsd.Simple{Builtin: c.builtin, Enumeration: c.values}
		if _, err := NewWriter(nil).format(s, parsed(t, c.given)); (err == nil) != c.isOne {
			t.Errorf("%v of %v: %v", c.given, c.values, err)
		}
	}
	union := &xsd.Simple{Variety: xsd.Union, Members: []*xsd.Simple{{Builtin: xsd.Int, Enumeration: []string{"01"}}, {}}}
	if got := scalar(union, "1").String() + string(appendScalar(nil, union, "2")); got != `1"2"` {
		t.Errorf("got %s", got)
	}
}

func parsed(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
