package config

import (
	"strconv"
	"strings"
)

// byteSize is a number of bytes such as "64kib". The units are those of the public tools: kb and mb are powers of ten.
func byteSize() form[int] {
	return via(text{wanted: `a size such as "64kib"`, all: []string{`^[1-9][0-9]{0,5} ?([kKmM][iI]?)?[bB]?$`}},
		func(s string) (int, error) { return parseBytes(s), nil })
}

// parseBytes reads a size that the pattern allows.
func parseBytes(text string) int {
	digits := strings.TrimRight(text, " kKmMiIbB")
	unit := strings.ToLower(strings.TrimSpace(text[len(digits):]))
	n, _ := strconv.Atoi(digits) // the pattern leaves nothing to complain of
	for prefix, factor := range map[string]int{"ki": 1 << 10, "mi": 1 << 20, "k": 1e3, "m": 1e6} {
		if strings.TrimSuffix(unit, "b") == prefix {
			return n * factor
		}
	}
	return n
}
