package table

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// Dump writes the table for people and tests: the root, the rows of each level, the number of doubts, and the faults.
// Leaves are printed as compact JSON, so that tables with the same meaning have the same dump, wherever their bytes are.
func (t *Table) Dump(shape *Shape) string {
	d := &dumper{t: t}
	d.cell("root", t.Root, true)
	d.WriteByte('\n')
	for i := range shape.Levels {
		d.level(i, &shape.Levels[i])
	}
	fmt.Fprintf(d, "doubts %d\n", t.Doubts)
	for _, f := range t.Faults {
		fmt.Fprintf(d, "fault kind %d at level %d row %d member %d %v, %d times\n",
			f.Kind, f.Level, f.Row, f.Member, f.Index, f.Count)
	}
	return d.String()
}

type dumper struct {
	strings.Builder
	t *Table
}

func (d *dumper) level(number int, l *Level) {
	rows := &d.t.Levels[number]
	for row, tag := range rows.Tags {
		fmt.Fprintf(d, "%d.%d ", number, row)
		switch tag {
		case 0:
			d.WriteString("null")
		case TagMismatch:
			d.WriteString("mismatch")
		default:
			fmt.Fprintf(d, "tag %d", tag)
		}
		for i := range l.Members {
			m := &l.Members[i]
			d.cell(" "+strings.Join(m.Path, "."), rows.Cells[row*rows.Width+i], m.Child != 0)
		}
		d.WriteByte('\n')
	}
}

func (d *dumper) cell(name string, cell Span, isRange bool) {
	d.WriteString(name)
	d.WriteByte('=')
	switch {
	case cell == Missing:
		d.WriteString("missing")
	case cell == Null:
		d.WriteString("null")
	case cell == Mismatch:
		d.WriteString("mismatch")
	case isRange:
		lo, hi := cell.Rows()
		fmt.Fprintf(d, "[%d:%d]", lo, hi)
	default:
		text := d.t.Bytes(cell)
		v, err := value.Parse(text)
		if err != nil {
			fmt.Fprintf(d, "<%q: %v>", text, err)
			return
		}
		d.WriteString(v.String())
	}
}
