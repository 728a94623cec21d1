package scan

import "github.com/weftgraph/weft/graph/table"

// Filler fills a table as a Program says: it knows which row of each level is the current one. It is used by one goroutine and may
// be started again.
type Filler struct {
	Program *Program
	// Builder is the one that is being filled.
	Builder *table.Builder
	// Rows has, per level, the row that cells are stored in.
	Rows      []int
	constants []table.Span // parallel to Program.Constants
}

// NewFiller returns a filler, which has to be started.
func NewFiller(p *Program) Filler {
	return Filler{Program: p, Rows: make([]int, len(p.Levels)), constants: make([]table.Span, len(p.Constants))}
}

// Start begins with an empty table.
func (f *Filler) Start(b *table.Builder) {
	f.Builder = b
	for i, text := range f.Program.Constants {
		f.constants[i] = b.EndSide(append(b.Side(), text...))
	}
}

// Put stores a cell of the current row of a level, or the root.
func (f *Filler) Put(at Place, cell table.Span) {
	if at == RootPlace() {
		f.Builder.SetRoot(cell)
	} else {
		f.Builder.Set(at.Level, f.Rows[at.Level], at.Member, cell)
	}
}

// Rows that room is made for: at first, and at most how many times as many as there are.
const (
	firstRows = 4
	maxGrowth = 8
)

// Append adds a row to a level and makes it the current one. Where the level has to grow, the part of the reply that
// made the rows so far (done of whole bytes) tells how many the whole will make; the factor keeps a reply that begins with small
// objects from claiming memory for as many more.
func (f *Filler) Append(level int, tag uint16, done, whole int) int {
	if n := f.Builder.Len(level); n == f.Builder.Room(level) {
		guess := firstRows
		if n > 0 {
			all := int64(n) * int64(whole) / int64(max(done, 1))
			guess = int(min(max(all+all/16+1, int64(2*n)), int64(maxGrowth*n)))
		}
		f.Builder.Grow(level, guess)
	}
	row := f.Builder.Append(level, tag)
	f.Rows[level] = row
	return row
}

// Enter makes the rows and literals that follow from the node's object being there, done of whole bytes into the reply.
func (f *Filler) Enter(n *Node, done, whole int) {
	for _, o := range n.opens {
		row := f.Append(o.level, f.Program.Levels[o.level].Tag, done, whole)
		f.Builder.Set(o.at.Level, f.Rows[o.at.Level], o.at.Member, table.RowRange(row, row+1))
	}
	for _, c := range n.constants {
		f.Builder.Set(c.at.Level, f.Rows[c.at.Level], c.at.Member, f.constants[c.text])
	}
}

// Leave closes the rows that Enter made. It returns false when the reply has to be evaluated.
func (f *Filler) Leave(n *Node) bool {
	for _, o := range n.opens {
		if !f.CloseRow(o.level) {
			return false
		}
	}
	return true
}

// SetType gives the current row of a level the type that a __typename names, which has no escapes. It returns false when there is no
// such type, so that the reply has to be evaluated.
func (f *Filler) SetType(level int, name []byte) bool {
	for i, known := range f.Program.Shape.Levels[level].Types {
		if string(name) == known {
			f.Builder.SetTag(level, f.Rows[level], uint16(i+1))
			return true
		}
	}
	return false
}

// CloseRow takes back, once the type of a dynamic row is known, the cells that the type does not have. It returns false when the
// reply has to be evaluated.
func (f *Filler) CloseRow(level int) bool {
	rule := &f.Program.Levels[level]
	if !rule.IsDynamic {
		return true
	}
	row, l := f.Rows[level], &f.Program.Shape.Levels[level]
	tag := f.Builder.Tag(level, row)
	if tag == table.TagMismatch {
		return false
	}
	for _, i := range rule.limited {
		m := &l.Members[i]
		cell := f.Builder.Get(level, row, i)
		switch {
		case hasTag(m.Tags, tag), cell == table.Missing:
		case cell == table.Null, cell != table.Mismatch && m.Child == 0 && (m.Type == nil || m.Type.Elem == nil):
			f.Builder.Set(level, row, i, table.Missing)
		default:
			return false // rows or faults hang on it
		}
	}
	return true
}
