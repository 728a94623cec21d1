package grpc

import (
	"math"

	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
)

// scan fills the builder, which must be empty, from the bytes of a reply. It reports false when the reply has to be decoded and
// evaluated, because it is malformed, or because protobuf has a rule for something odd in it; the builder is empty again then.
func (p *scanProgram) scan(data []byte, b *table.Builder) bool {
	if len(data) > maxScanned {
		return false
	}
	s, _ := p.scanners.Get().(*wireScanner)
	s.start(data, b)
	ok := s.whole() && s.text.left >= 0
	s.end()
	p.scanners.Put(s)
	if ok {
		b.CountNulls()
		return true
	}
	b.Reset(b.Shape(), b.Reply())
	return false
}

// maxScanned bounds replies so that what is made of them can be addressed by cells.
const maxScanned = math.MaxInt32 / 8

// wireScanner is the state of one scan. Its methods return false when the reply has to be evaluated.
type wireScanner struct {
	program *scanProgram
	fill    scan.Filler
	data    []byte
	// visits has, per entry and oneof, the visit of its message in which it was last seen. A node is never entered again before it
	// is left, so that an equal number means that the field was seen before.
	visits []uint32
	visit  uint32
	// starts has, per list of rows, the first row.
	starts []int
	text   textScanner
}

func newWireScanner(p *scanProgram) *wireScanner {
	return &wireScanner{
		program: p,
		fill:    scan.NewFiller(p.tree),
		visits:  make([]uint32, p.ids),
		starts:  make([]int, p.starts),
	}
}

func (s *wireScanner) start(data []byte, b *table.Builder) {
	s.data, s.visit = data, 0
	clear(s.visits)
	s.text.start(s.program.contract, data)
	s.fill.Start(b)
}

// end lets go of the reply.
func (s *wireScanner) end() {
	s.data, s.fill.Builder = nil, nil
	s.text.end()
}

// whole takes in the reply.
func (s *wireScanner) whole() bool {
	if s.program.reader.message.form == formMessages {
		return s.text.take(s.program.reader, 0) && s.list(s.program.root, 0, len(s.data), 0, false) == len(s.data)
	}
	return s.message(s.program.root, 0, len(s.data), -1)
}

// enter goes over the records of a message for the cells that are wanted of it.
func (s *wireScanner) enter(n *scanNode, at, end, depth int) bool {
	if !s.text.take(n.reader, depth) {
		return false
	}
	s.visit++
	visit := s.visit
	s.fill.Enter(n.tree, at, len(s.data))
	var r wireRecord
	for at < end {
		if !readRecord(s.data, at, end, &r) {
			return false
		}
		i := n.reader.find(r.number)
		if i < 0 {
			at = r.next
			continue
		}
		if at = s.record(n.entries[i], &r, at, end, visit, depth); at < 0 {
			return false
		}
	}
	for _, e := range n.defaults {
		if s.visits[e.id] != visit && !s.absent(e) {
			return false
		}
	}
	return s.fill.Leave(n.tree)
}

// record takes in a record, which began at an offset, and those that follow it in a list. It returns where it ends, -1 when the
// reply has to be evaluated.
func (s *wireScanner) record(e *scanEntry, r *wireRecord, at, end int, visit uint32, depth int) int {
	seen := s.visits[e.id] == visit
	s.visits[e.id] = visit
	if e.field.isList || e.field.isMap {
		return s.list(e, at, end, depth, seen)
	}
	// Of several records the last counts, and messages are merged: the decoder's business.
	if seen || r.typ != e.wire {
		return -1
	}
	if e.oneof >= 0 {
		if s.visits[e.oneof] == visit {
			return -1
		}
		s.visits[e.oneof] = visit
	}
	next := r.next
	switch {
	case !e.isRead:
	case e.field.message != nil:
		if !s.message(e, r.start, r.end, depth) {
			return -1
		}
	default:
		if !s.scalar(e, r) {
			return -1
		}
	}
	return next
}

// message does all that is wanted of a message. What several want is read several times.
func (s *wireScanner) message(e *scanEntry, at, end, depth int) bool {
	if e.takesText() {
		side, ok := s.text.message(s.side(), e.below, at, end, depth+1)
		if !ok || !s.store(e, s.endSide(side), -1) {
			return false
		}
	}
	if e.path != nil && !s.enter(e.path, at, end, depth+1) {
		return false
	}
	for i := range e.rows {
		rows := &e.rows[i]
		if rows.object == nil {
			continue
		}
		row := s.append(rows, at)
		if !s.enter(rows.object, at, end, depth+1) || !s.fill.CloseRow(rows.Level) {
			return false
		}
		s.fill.Put(rows.At, table.RowRange(row, row+1))
	}
	return true
}

func (s *wireScanner) append(rows *scanRows, at int) int {
	return s.fill.Append(rows.Level, s.program.tree.Levels[rows.Level].Tag, at, len(s.data))
}
