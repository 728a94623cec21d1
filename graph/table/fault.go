package table

import (
	"cmp"
	"slices"
)

// FaultKind says what is wrong with an element of a list of leaves.
type FaultKind uint8

// The kinds of faults.
const (
	// WrongType is an element that its type does not allow.
	WrongType FaultKind = iota
	// NullInNonNull is a null element where elements are non-null.
	NullInNonNull
)

// Places of causes that are no member and no row.
const (
	// OfRow stands for a member where the row itself is at fault. Its tag is TagMismatch.
	OfRow = ^uint32(0)
	// OfRoot stands for a row where the root value is at fault. Table.Root is Mismatch.
	OfRoot = ^uint32(0)
)

// Fault is the first fault of one kind in the list of leaves that one cell has, and the number of all such faults. Where an element makes the whole
// cell a Mismatch, that element is the only fault of the cell. Whole cells and rows need no faults: that they are a Mismatch says it all.
type Fault struct {
	Kind               FaultKind
	Level, Member, Row uint32
	// Index leads from the cell to the element, one number per list.
	Index []int32
	// Count is the number of faults that this one stands for, itself included.
	Count int
}

// compareCell orders faults by the cell that they are in.
func (f *Fault) compareCell(other *Fault) int {
	return cmp.Or(cmp.Compare(f.Level, other.Level), cmp.Compare(f.Member, other.Member), cmp.Compare(f.Row, other.Row))
}

// FaultsOf returns the faults in the list of leaves that a cell has, or had before they made it a Mismatch. It takes a time that is logarithmic in
// the number of all faults.
func (t *Table) FaultsOf(level, member int, row uint32) []Fault {
	if len(t.Faults) == 0 {
		return nil
	}
	cell := Fault{Level: uint32(level), Member: uint32(member), Row: row}
	lo, _ := slices.BinarySearchFunc(t.Faults, &cell, func(f Fault, cell *Fault) int { return f.compareCell(cell) })
	hi := lo
	for hi < len(t.Faults) && t.Faults[hi].compareCell(&cell) == 0 {
		hi++
	}
	return t.Faults[lo:hi]
}

// sortFaults makes FaultsOf possible. Those of one cell stay in the order of the list.
func (t *Table) sortFaults() {
	slices.SortStableFunc(t.Faults, func(a, b Fault) int { return a.compareCell(&b) })
}

// CountNulls counts as doubts the nulls that stand where none are allowed: cells of NonNull members other than hidden key
// columns, null rows of lists whose elements are non-null, and all null rows of a root list, about which the shape does not
// tell. It is called once, when the table is filled, and puts the faults in order.
func (b *Builder) CountNulls() {
	t, shape := b.table, b.shape
	t.sortFaults()
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
