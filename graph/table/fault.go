package table

// FaultKind says what is wrong with a value.
type FaultKind uint8

// The kinds of faults.
const (
	// WrongType is a value that its type does not allow, in a cell, in a list of leaves or as a row.
	WrongType FaultKind = iota
	// NullInNonNull is a null element in a list of leaves whose elements are non-null; the cell is then a Mismatch, or a
	// list around the element is null. Nulls in cells and rows are counted as doubts and need no record.
	NullInNonNull
)

// Positions of a Fault that are no member and no row.
const (
	// OfRow as the Member of a Fault: the row itself is at fault. Its tag is TagMismatch.
	OfRow = ^uint32(0)
	// OfRoot as the Row of a Fault: the root value is at fault. Table.Root is Mismatch.
	OfRoot = ^uint32(0)
)

// Fault is the first fault of one kind in one member of one level, and the number of all such faults; those of whole cells
// and those of elements are apart. One error per field and call can be built from it.
type Fault struct {
	Kind               FaultKind
	Level, Member, Row uint32
	// Index leads from the cell to an element of a list of leaves, one number per list; empty for the cell itself.
	Index []int32
	// Count is the number of faults that this one stands for, itself included.
	Count int
}

// Fault records a fault of a cell, or of a row with OfRow as the member, and counts a doubt. Index is copied. It does
// not change the cell or the tag.
func (b *Builder) Fault(kind FaultKind, level, row, member uint32, index []int32) {
	t := b.table
	t.Doubts++
	for i := range t.Faults {
		f := &t.Faults[i]
		if f.Level == level && f.Member == member && f.Kind == kind && (len(f.Index) == 0) == (len(index) == 0) {
			f.Count++
			return
		}
	}
	t.Faults = append(t.Faults, Fault{
		Kind: kind, Level: level, Member: member, Row: row,
		Index: append([]int32(nil), index...), Count: 1,
	})
}

// CountNulls counts as doubts the nulls that stand where none are allowed: cells of NonNull members other than hidden key
// columns, null rows of lists whose elements are non-null, and all null rows of a root list, about which the shape does not
// tell. It is called once, when the table is filled.
func (b *Builder) CountNulls() {
	t, shape := b.table, b.shape
	if shape.List && !t.Root.IsNull() {
		t.Doubts += t.Levels[0].nulls()
	}
	for i := range shape.Levels {
		level, rows := &shape.Levels[i], &t.Levels[i]
		for j := range level.Members {
			m := &level.Members[j]
			if m.NonNull && !m.isKey() {
				t.Doubts += rows.nullCells(j, m.Tags)
			}
			if m.ElemNonNull && m.Child != 0 {
				t.Doubts += t.Levels[m.Child].nulls()
			}
		}
	}
}

// nulls counts the null rows.
func (r *Rows) nulls() int {
	n := 0
	for _, tag := range r.Tags {
		if tag == 0 {
			n++
		}
	}
	return n
}

// nullCells counts the rows that should have the member and do not. A Mismatch has been counted before.
func (r *Rows) nullCells(member int, tags []bool) int {
	n := 0
	for row, tag := range r.Tags {
		if tag == 0 || tag == TagMismatch || !allows(tags, tag) {
			continue
		}
		if cell := r.Cells[row*r.Width+member]; cell == Missing || cell == Null {
			n++
		}
	}
	return n
}

// allows reports whether a member that is limited to these tags exists in a row of a known type.
func allows(tags []bool, tag uint16) bool {
	if tags == nil {
		return true
	}
	return int(tag) <= len(tags) && tags[tag-1]
}
