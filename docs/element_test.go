package docs_test

import "strings"

// element is a part of a page that can be an example: a fenced block, or a row of a table.
type element struct {
	block *block
	row   *row
}

// row is one row of a table.
type row struct {
	// cells are by the text above their column.
	cells map[string]cell
	line  int
}

// cell is one cell of a row. Its text is source[from:to] of the line that it stands in, without the blanks around it.
type cell struct {
	text     string
	from, to int
}

// elements returns the blocks and the rows of a page, as they follow each other.
func (p page) elements() []element {
	var out []element
	blocks := p.blocks()
	var head []cell
	fenced, inBody := false, false
	for i, line := range strings.Split(p.text, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			if fenced = !fenced; fenced {
				out = append(out, element{block: &blocks[0]})
				blocks = blocks[1:]
			}
		case fenced:
		case !strings.HasPrefix(line, "|"):
			head, inBody = nil, false
		case head == nil:
			head = splitRow(line)
		case strings.HasPrefix(line, "|--"):
			inBody = true
		case inBody:
			out = append(out, element{row: newRow(head, line, i+1)})
		}
	}
	return out
}

func newRow(head []cell, line string, number int) *row {
	r := &row{cells: map[string]cell{}, line: number}
	for i, c := range splitRow(line) {
		if i < len(head) {
			r.cells[head[i].text] = c
		}
	}
	return r
}

// splitRow cuts a row into its cells.
func splitRow(line string) []cell {
	var out []cell
	for from := strings.IndexByte(line, '|') + 1; ; {
		length := strings.IndexByte(line[from:], '|')
		if length < 0 {
			return out
		}
		c := cell{from: from, to: from + length}
		for c.from < c.to && line[c.from] == ' ' {
			c.from++
		}
		for c.to > c.from && line[c.to-1] == ' ' {
			c.to--
		}
		c.text = line[c.from:c.to]
		out, from = append(out, c), from+length+1
	}
}
