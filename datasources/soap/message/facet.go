package message

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// facets checks a text by what its type says besides an enumeration. Bounds of dates and times, and patterns that cannot be checked exactly, are
// left to the server.
func (w *Writer) facets(s *xsd.Simple, text string) error {
	for i := range s.Facets {
		f := &s.Facets[i]
		if expected := unmet(s, f, text); expected != "" {
			expected += " (" + f.Kind.String() + ")"
			return w.errorf("expects "+expected, "%s, expected %s", short(strconv.Quote(text), "a long text"), expected)
		}
	}
	return nil
}

// unmet is what a facet expects, and empty if the text is like that.
func unmet(s *xsd.Simple, f *xsd.Facet, text string) string {
	isNumber := s.Variety == xsd.Atomic && isNumberType(s.Builtin)
	switch f.Kind {
	case xsd.Length, xsd.MinLength, xsd.MaxLength:
		return unmetLength(s, f, text)
	case xsd.PatternFacet:
		if s.Variety == xsd.Atomic && s.Builtin == xsd.QName || f.Pattern.Allows(text) {
			return ""
		}
		return "a text of the form " + short(f.Pattern.String(), "that the schema says")
	case xsd.TotalDigits, xsd.FractionDigits:
		if !isNumber {
			return ""
		}
		return unmetDigits(f, text)
	default:
		if !isNumber {
			return ""
		}
		return unmetBound(s.Builtin, f, text)
	}
}

// unmetLength is unmet for facets of lengths, which count characters, bytes or items.
func unmetLength(s *xsd.Simple, f *xsd.Facet, text string) string {
	var n int
	unit := "characters"
	switch {
	case s.Variety == xsd.List:
		n, unit = len(strings.Fields(text)), "items"
	case s.Variety == xsd.Union, s.Builtin == xsd.QName, isScalarType(s.Builtin):
		return ""
	case s.Builtin == xsd.Hex:
		n, unit = len(text)/2, "bytes"
	case s.Builtin == xsd.Base64:
		const group, bytes = 4, 3
		text = strings.Join(strings.Fields(text), "")
		n, unit = len(text)/group*bytes-strings.Count(text, "="), "bytes"
	default:
		n = utf8.RuneCountInString(text)
	}
	switch {
	case f.Kind == xsd.Length && n != f.Number:
		return fmt.Sprintf("%d %s", f.Number, unit)
	case f.Kind == xsd.MinLength && n < f.Number:
		return fmt.Sprintf("at least %d %s", f.Number, unit)
	case f.Kind == xsd.MaxLength && n > f.Number:
		return fmt.Sprintf("at most %d %s", f.Number, unit)
	default:
		return ""
	}
}

// unmetDigits is unmet for facets of digits, of which only those count that make a difference (XML Schema 1.0, Datatypes, 4.3.11 and 4.3.12).
func unmetDigits(f *xsd.Facet, text string) string {
	d, ok := digitsOf(text)
	switch {
	case !ok:
	case f.Kind == xsd.FractionDigits && len(d.fraction) > f.Number:
		return fmt.Sprintf("at most %d digits behind the point", f.Number)
	case f.Kind == xsd.TotalDigits && max(len(strings.TrimLeft(d.whole+d.fraction, "0")), len(d.fraction)) > f.Number:
		return fmt.Sprintf("at most %d digits", f.Number)
	}
	return ""
}

// unmetBound is unmet for bounds of numbers.
func unmetBound(b xsd.Builtin, f *xsd.Facet, text string) string {
	order, ok := compareNumbers(b, text, f.Value)
	switch {
	case !ok:
	case f.Kind == xsd.MinInclusive && order < 0:
		return "at least " + f.Value
	case f.Kind == xsd.MaxInclusive && order > 0:
		return "at most " + f.Value
	case f.Kind == xsd.MinExclusive && order <= 0:
		return "more than " + f.Value
	case f.Kind == xsd.MaxExclusive && order >= 0:
		return "less than " + f.Value
	}
	return ""
}

// isNumberType tells the types whose values are numbers.
func isNumberType(b xsd.Builtin) bool { return b != xsd.Boolean && isScalarType(b) }

// compareNumbers compares two texts as numbers of a type; false if they are none.
func compareNumbers(b xsd.Builtin, x, y string) (order int, ok bool) {
	if b == xsd.Float || b == xsd.Double {
		f, fErr := strconv.ParseFloat(x, 64)
		g, gErr := strconv.ParseFloat(y, 64)
		return cmp.Compare(f, g), fErr == nil && gErr == nil && !math.IsNaN(f) && !math.IsNaN(g) // which is beside all numbers
	}
	n, isN := digitsOf(x)
	m, isM := digitsOf(y)
	return n.compare(m), isN && isM
}

// number is the digits of a decimal number, but for zeros that make no difference.
type number struct {
	isNegative      bool
	whole, fraction string
}

func digitsOf(text string) (number, bool) {
	text, ok := decimal(text)
	if !ok {
		return number{}, false
	}
	unsigned := strings.TrimLeft(text, "+-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	n := number{whole: strings.TrimLeft(whole, "0"), fraction: strings.TrimRight(fraction, "0")}
	n.isNegative = text[0] == '-' && n.whole+n.fraction != ""
	return n, true
}

func (n number) compare(m number) int {
	if n.isNegative != m.isNegative {
		if n.isNegative {
			return -1
		}
		return 1
	}
	order := cmp.Or(cmp.Compare(len(n.whole), len(m.whole)), strings.Compare(n.whole, m.whole), strings.Compare(n.fraction, m.fraction))
	if n.isNegative {
		return -order
	}
	return order
}

// isEnumerated tells whether an enumeration, if the type has one, has a text: numbers by their value, all others as they are written.
func isEnumerated(s *xsd.Simple, text string) bool {
	for _, allowed := range s.Enumeration {
		if allowed == text {
			return true
		}
		if s.Variety == xsd.Atomic && isNumberType(s.Builtin) {
			if order, ok := compareNumbers(s.Builtin, text, allowed); ok && order == 0 {
				return true
			}
		}
	}
	return s.Enumeration == nil
}

// short is a text if it is short, and what is said instead of it else.
func short(text, instead string) string {
	const most = 80
	if len(text) > most {
		return instead
	}
	return text
}
