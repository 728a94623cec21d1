package message

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xsd"
)

// maxExponent bounds how far an exponent is written out as zeros.
const maxExponent = 400

// decimal returns a number as xs:decimal spells it, which has no exponents: they are written out. All digits stay.
func decimal(text string) (string, bool) {
	if !isFloat(text) {
		return "", false
	}
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return "", false
		}
		mantissa, exponent = text[:i], n
	}
	if exponent == 0 {
		return mantissa, true
	}
	sign := ""
	if mantissa[0] == '-' || mantissa[0] == '+' {
		sign, mantissa = strings.TrimPrefix(mantissa[:1], "+"), mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+exponent
	switch {
	case point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + digits, true
	case point >= len(digits):
		return sign + trimZeros(digits+strings.Repeat("0", point-len(digits))), true
	default:
		return sign + trimZeros(digits[:point]) + "." + digits[point:], true
	}
}

// trimZeros drops leading zeros but for the last digit.
func trimZeros(digits string) string {
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" {
		return trimmed
	}
	return "0"
}

// isFloat tells whether a text is a number with an optional fraction and exponent.
func isFloat(text string) bool {
	rest := strings.TrimLeft(text, "+-")
	if len(text)-len(rest) > 1 {
		return false
	}
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		exponent := rest[i+1:]
		if exponent != "" && (exponent[0] == '-' || exponent[0] == '+') {
			exponent = exponent[1:]
		}
		if !isDigits(exponent) {
			return false
		}
		rest = rest[:i]
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	return whole+fraction != "" && (whole == "" || isDigits(whole)) && (fraction == "" || isDigits(fraction))
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// bounds is the range of an integer type. An empty text is no bound.
func bounds(b xsd.Builtin) (least, most string) {
	switch b {
	case xsd.NonPositiveInteger:
		return "", "0"
	case xsd.NegativeInteger:
		return "", "-1"
	case xsd.NonNegativeInteger:
		return "0", ""
	case xsd.PositiveInteger:
		return "1", ""
	case xsd.Long:
		return "-9223372036854775808", "9223372036854775807"
	case xsd.Int:
		return "-2147483648", "2147483647"
	case xsd.Short:
		return "-32768", "32767"
	case xsd.Byte:
		return "-128", "127"
	case xsd.UnsignedLong:
		return "0", "18446744073709551615"
	case xsd.UnsignedInt:
		return "0", "4294967295"
	case xsd.UnsignedShort:
		return "0", "65535"
	case xsd.UnsignedByte:
		return "0", "255"
	default:
		return "", ""
	}
}

// integer returns a number without a fraction as the integer types spell it, if it is in the type's range. A fraction of
// zeros is none.
func integer(b xsd.Builtin, text string) (string, bool) {
	text, ok := decimal(text)
	if !ok {
		return "", false
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if strings.Trim(fraction, "0") != "" || strings.Trim(whole, "+-") == "" {
		return "", false
	}
	return whole, inRange(b, whole)
}

// inRange compares with the bounds of an integer type.
func inRange(b xsd.Builtin, whole string) bool {
	least, most := bounds(b)
	n, ok := new(big.Int).SetString(strings.TrimPrefix(whole, "+"), 10)
	if !ok {
		return false
	}
	if limit, ok := new(big.Int).SetString(least, 10); ok && n.Cmp(limit) < 0 {
		return false
	}
	limit, ok := new(big.Int).SetString(most, 10)
	return !ok || n.Cmp(limit) <= 0
}
