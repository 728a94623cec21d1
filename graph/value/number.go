package value

import (
	"math"
	"strconv"
	"strings"
)

// exponentFrom is the magnitude from which floats are printed with an
// exponent, and exponentBelow the one under which they are.
const (
	exponentFrom  = 1e16
	exponentBelow = 1e-5
)

func numberKind(text string) Kind {
	if strings.ContainsAny(text, ".eE") {
		return KindFloat
	}
	return KindInt
}

// formatFloat prints f so that it reads back exactly, always recognisable as a
// float: "2.0", not "2"; "1e16", not "1e+16".
func formatFloat(f float64) (string, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", false
	}
	if size := math.Abs(f); size != 0 && (size >= exponentFrom || size < exponentBelow) {
		return shortExponent(strconv.FormatFloat(f, 'e', -1, 64)), true
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text, true
}

// shortExponent turns Go's "1e+16" and "1e-07" into "1e16" and "1e-7".
func shortExponent(text string) string {
	mantissa, exponent, _ := strings.Cut(text, "e")
	sign := ""
	if exponent[0] == '-' {
		sign = "-"
	}
	return mantissa + "e" + sign + strings.TrimLeft(exponent, "+-0")
}
