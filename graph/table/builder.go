package table

import "slices"

// Builder fills one Table. It is used by one goroutine; after Finish the table is immutable. A Builder may be
// reused: by Reset, which leaves the previous table to those who have it, or by Recycle.
type Builder struct {
	shape *Shape
	table *Table
}

// Sizes of a cell and of a tag in bytes.
const (
	spanSize = 8
	tagSize  = 2
)

// NewBuilder returns a builder for an empty table of the shape over the reply's bytes, which the table aliases.
func NewBuilder(shape *Shape, reply []byte) *Builder {
	b := &Builder{}
	b.Reset(shape, reply)
	return b
}

// Reset starts a new, empty table.
func (b *Builder) Reset(shape *Shape, reply []byte) {
	t := &Table{Levels: make([]Rows, len(shape.Levels)), Reply: reply}
	for i := range shape.Levels {
		t.Levels[i].Width = len(shape.Levels[i].Members)
	}
	b.shape, b.table = shape, t
}

// Recycle starts a new table of the same shape in the memory of the previous one, to which nothing may refer any more.
func (b *Builder) Recycle(reply []byte) {
	t := b.table
	for i := range t.Levels {
		l := &t.Levels[i]
		l.Cells, l.Tags = l.Cells[:0], l.Tags[:0]
	}
	*t = Table{Levels: t.Levels, Reply: reply, Side: t.Side[:0]}
}

// Memory returns how many bytes the builder's table has room for, the reply not counted.
func (b *Builder) Memory() int {
	n := cap(b.table.Side)
	for i := range b.table.Levels {
		n += cap(b.table.Levels[i].Cells)*spanSize + cap(b.table.Levels[i].Tags)*tagSize
	}
	return n
}

// Shape returns the shape that is being filled.
func (b *Builder) Shape() *Shape { return b.shape }

// Reply returns the bytes that spans may point into.
func (b *Builder) Reply() []byte { return b.table.Reply }

// Append adds a row of missing cells with the tag to a level and returns its number.
func (b *Builder) Append(level int, tag uint16) int {
	r := &b.table.Levels[level]
	n := len(r.Cells) + r.Width
	if n <= cap(r.Cells) {
		r.Cells = r.Cells[:n]
		clear(r.Cells[n-r.Width:])
	} else {
		r.Cells = append(r.Cells, make([]Span, r.Width)...)
	}
	r.Tags = append(r.Tags, tag)
	return len(r.Tags) - 1
}

// Grow makes room for a number of rows of a level altogether, so that appending up to them does not allocate.
func (b *Builder) Grow(level, rows int) {
	r := &b.table.Levels[level]
	if more := rows - len(r.Tags); more > 0 {
		r.Cells = slices.Grow(r.Cells, more*r.Width)
		r.Tags = slices.Grow(r.Tags, more)
	}
}

// Room returns the number of rows that a level can have before it has to grow.
func (b *Builder) Room(level int) int { return cap(b.table.Levels[level].Tags) }

// Len returns the number of rows of a level so far.
func (b *Builder) Len(level int) int { return len(b.table.Levels[level].Tags) }

// Set stores a cell.
func (b *Builder) Set(level, row, member int, s Span) {
	r := &b.table.Levels[level]
	r.Cells[row*r.Width+member] = s
}

// Get returns a cell that has been stored.
func (b *Builder) Get(level, row, member int) Span {
	r := &b.table.Levels[level]
	return r.Cells[row*r.Width+member]
}

// Tag returns the tag of a row.
func (b *Builder) Tag(level, row int) uint16 { return b.table.Levels[level].Tags[row] }

// SetTag changes the tag of a row.
func (b *Builder) SetTag(level, row int, tag uint16) { b.table.Levels[level].Tags[row] = tag }

// SetRoot stores the root value.
func (b *Builder) SetRoot(s Span) { b.table.Root = s }

// Side returns the side buffer for appending JSON text; hand the grown buffer to EndSide.
func (b *Builder) Side() []byte { return b.table.Side }

// EndSide takes the side buffer back and returns the span of what was appended since Side returned it.
func (b *Builder) EndSide(buf []byte) Span {
	off := len(b.table.Side)
	b.table.Side = buf
	return Span{uint32(off) | sideBit, uint32(len(buf)) | sideBit}
}

// Finish returns the table.
func (b *Builder) Finish() *Table { return b.table }
