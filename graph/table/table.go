package table

// Span is one cell. For a leaf it is a range of bytes with the JSON text of the value, in the reply or in the side
// buffer; for a composite member it is a range of rows of the child level. The zero Span is a MISSING value.
type Span struct{ Off, End uint32 }

// sideBit in Off says that a leaf's bytes are in the side buffer.
const sideBit = 1 << 31

// The cells that hold no value. A cell is one of them if and only if End is 0.
//
//nolint:gochecknoglobals // constants in all but name: Go has no constant structs
var (
	// Missing is a value that the mapping did not produce.
	Missing = Span{0, 0}
	// Null is a JSON null.
	Null = Span{1, 0}
	// Mismatch is a value of the wrong type: null in the answer, with an error for the field and the call.
	Mismatch = Span{2, 0}
)

// IsNull tells that the cell holds no value: Missing, Null or Mismatch.
func (s Span) IsNull() bool { return s.End == 0 }

// RowRange makes the cell of a composite member: rows lo to hi-1 of the child level. An empty list is lo == hi.
func RowRange(lo, hi int) Span { return Span{uint32(lo), uint32(hi) + 1} }

// Rows returns the range of rows of a composite cell that is not null.
func (s Span) Rows() (lo, hi uint32) { return s.Off, s.End - 1 }

// Rows are the rows of one level: row-major cells and one tag per row.
type Rows struct {
	// Width is the number of members of the level.
	Width int
	// Cells has Width spans per row.
	Cells []Span
	// Tags has one entry per row: 0 for a null row, else 1 + the index of its type in Level.Types (List and Leaf rows: 1).
	// A row whose value is of the wrong type, or of an unknown concrete type, has TagMismatch.
	Tags []uint16
}

// TagMismatch is the tag of a row whose value does not fit its position.
const TagMismatch = ^uint16(0)

// Len returns the number of rows.
func (r *Rows) Len() int { return len(r.Tags) }

// Cell returns the cell of a member of a row.
func (r *Rows) Cell(row uint32, member int) Span { return r.Cells[int(row)*r.Width+member] }

// Table holds what one reply was turned into. It is filled by one goroutine through a Builder and read-only
// afterwards; it keeps the reply's bytes alive.
type Table struct {
	// Root is the root value: a range of rows of Levels[0] (a single row unless Shape.List), Null, Missing or Mismatch.
	Root Span
	// Levels are parallel to Shape.Levels.
	Levels []Rows
	// Doubts counts the cells and rows that are null where a null is not allowed, and those of the wrong type. While it is 0
	// nobody needs to look for errors.
	Doubts int
	// Faults tell what is wrong in lists of leaves, in the order of their cells; at most one per cell and kind.
	Faults []Fault
	// Reply are the bytes of the reply that spans point into; they are never changed.
	Reply []byte
	// Side are the bytes made while building.
	Side []byte
}

// Bytes returns the JSON text of a leaf cell that is not null. It aliases the table.
func (t *Table) Bytes(s Span) []byte {
	if s.Off&sideBit != 0 {
		return t.Side[s.Off&^sideBit : s.End&^sideBit]
	}
	return t.Reply[s.Off:s.End]
}
