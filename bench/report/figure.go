package report

import (
	"fmt"
	"math"
	"strings"
)

// nothing stands where there is no figure.
const nothing = "–"

// figure writes a number with about three digits.
func figure(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return nothing
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10:
		return fmt.Sprintf("%.1f", f)
	default:
		return fmt.Sprintf("%.2f", f)
	}
}

func percent(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nothing
	}
	return fmt.Sprintf("%.0f%%", 100*f)
}

// table is a Markdown table in the making. Its first columns hold text.
type table struct {
	out  strings.Builder
	text int // how many columns hold text
}

func newTable(text int, titles ...string) *table {
	t := &table{text: text}
	t.row(titles...)
	for i := range titles {
		if i < text {
			t.out.WriteString("|---")
		} else {
			t.out.WriteString("|---:")
		}
	}
	t.out.WriteString("|\n")
	return t
}

func (t *table) row(cells ...string) {
	t.out.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func (t *table) String() string { return t.out.String() }
