package value

import (
	"math"
	"strconv"
	"strings"
)

// PlainText returns the number in the spelling that Float would give it, such
// as "1.5" for 1.50 and "100.0" for 1e2, as long as that is the same number to
// the last digit; else, and for integers, it is the Text. For other kinds it is
// empty.
func (v Value) PlainText() string {
	if v.kind != KindFloat {
		if v.kind == KindInt {
			return v.text
		}
		return ""
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil {
		return v.text
	}
	plain, ok := formatFloat(f)
	if !ok || plain == v.text || !sameDecimal(plain, v.text) {
		return v.text
	}
	return plain
}

// sameDecimal reports whether two spellings mean the same number exactly.
func sameDecimal(a, b string) bool {
	x, xExponent, xOK := significant(a)
	y, yExponent, yOK := significant(b)
	return xOK && yOK && x == y && (xExponent == yExponent || x == "" || x == "-")
}

// significant splits a number into its digits without zeros at either end, with
// the sign in front, and the power of ten of the last one. It fails where the
// exponent is beyond any that a float64 could have.
func significant(text string) (digits string, exponent int, ok bool) {
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	if power != "" {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil || exponent > math.MaxInt32 || exponent < math.MinInt32 {
			return "", 0, false
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(trimmed) - len(fraction)
	if negative {
		trimmed = "-" + trimmed
	}
	return trimmed, exponent, true
}
