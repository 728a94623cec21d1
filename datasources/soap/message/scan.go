package message

import (
	"math"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/table/scan"
)

// maxScanned bounds replies so that what is made of them can be addressed by cells.
const maxScanned = math.MaxInt32 / 8

// Fill fills the builder, which must be empty, from the element whose Start is the token at hand, and reads up to its End. It is false when the
// reply has to be read and evaluated, because it is wrong, or odd in a way that the mapping language or the schema has a rule for. The reader
// and the builder are of no use then.
func (p *Scan) Fill(x *xmltext.Reader, b *table.Builder) bool {
	if x.Len() > maxScanned {
		return false
	}
	s, _ := p.scanners.Get().(*scanner)
	s.start(x, b)
	ok := s.whole()
	s.x, s.fill.Builder = nil, nil
	p.scanners.Put(s)
	if ok {
		b.CountNulls()
	}
	return ok
}

// whole takes in the element. That of rpc style is what it is, whatever it says of itself.
func (s *scanner) whole() bool {
	if s.program.isCall {
		return s.objects(s.program.root)
	}
	return s.element(s.program.root, 0)
}

// scanner is the state of one scan. Its methods return false when the reply has to be evaluated.
type scanner struct {
	program *Scan
	x       *xmltext.Reader
	fill    scan.Filler
	// visits has, per entry, the visit of its element in which it was last seen. A node is never entered again before it is left, so
	// that an equal number means that the field was seen before.
	visits []uint32
	visit  uint32
	// starts has, per list of rows, the first row; texts has, per entry, the JSON of the list so far.
	starts []int
	texts  []table.Span
	// chars is a stack of texts that come in several runs.
	chars []byte
}

func newScanner(p *Scan) *scanner {
	return &scanner{
		program: p,
		fill:    scan.NewFiller(p.tree),
		visits:  make([]uint32, p.entries),
		starts:  make([]int, p.starts),
		texts:   make([]table.Span, p.entries),
	}
}

// maxKept bounds the stack that is kept for the next reply.
const maxKept = 1 << 16

func (s *scanner) start(x *xmltext.Reader, b *table.Builder) {
	s.x, s.visit = x, 0
	clear(s.visits)
	if s.chars = s.chars[:0]; cap(s.chars) > maxKept {
		s.chars = nil
	}
	s.fill.Start(b)
}

// element takes in an element by its entry, seen or not in this visit of the element around it.
func (s *scanner) element(e *scanEntry, visit uint32) bool {
	isNext := visit > 0 && s.visits[e.id] == visit
	s.visits[e.id] = visit
	switch {
	case e.isOdd, isNext && !e.isList:
		return false // the Program words what is wrong with it
	case e.isList && !isNext:
		s.startLists(e)
	}
	if isNil(s.x) {
		return s.x.Skip() == nil && s.null(e, isNext)
	}
	if e.simple == nil {
		return s.objects(e)
	}
	if e.mayName && len(s.x.Attrs()) > 0 {
		return false
	}
	return s.scalar(e, isNext)
}

// objects does all that is wanted of an element that is no text. What several want is read several times.
func (s *scanner) objects(e *scanEntry) bool {
	start, isRead := s.x.Offset(), false
	if e.path != nil {
		if !s.enter(e.path, e.element, e == s.program.root) {
			return false
		}
		isRead = true
	}
	for i := range e.rows {
		rows := &e.rows[i]
		if isRead && s.x.Again(start) != nil {
			return false
		}
		isRead = true
		row := s.append(rows.Level, s.program.tree.Levels[rows.Level].Tag)
		if !s.enter(rows.object, e.element, e == s.program.root) || !s.fill.CloseRow(rows.Level) {
			return false
		}
		s.putRows(rows, row)
	}
	switch {
	case isRead:
		return true
	case e.check != nil:
		return s.enter(e.check, e.element, false)
	default:
		return s.x.Skip() == nil
	}
}

// append adds a row to a level and makes it the current one.
func (s *scanner) append(level int, tag uint16) int {
	return s.fill.Append(level, tag, s.x.Pos(), s.x.Len())
}

// putRows stores the cell that leads to the rows, the last of which is row.
func (s *scanner) putRows(rows *scanRows, row int) {
	first := row
	if rows.IsList {
		first = s.starts[rows.id]
	}
	s.fill.Put(rows.At, table.RowRange(first, row+1))
}

// enter goes over an element for the cells that are wanted of it.
func (s *scanner) enter(n *scanNode, declared *xsd.Element, isRoot bool) bool {
	if n.derived != nil && len(s.x.Attrs()) > 0 {
		if name, ok := namedType(s.x); ok && n.derived[name] != nil {
			n = n.derived[name]
		}
	}
	if n.isOdd {
		return false
	}
	s.visit++
	visit := s.visit
	if n.tree != nil {
		s.fill.Enter(n.tree, s.x.Pos(), s.x.Len())
	}
	if n.typeName != nil && !s.typeName(n.typeName) {
		return false
	}
	for _, e := range n.attributes {
		if !s.attribute(e) {
			return false
		}
	}
	if !s.children(n, declared, visit, isRoot && s.program.isCall) {
		return false
	}
	for _, e := range n.lists {
		s.endList(e, s.visits[e.id] != visit)
	}
	return n.tree == nil || s.fill.Leave(n.tree)
}

// children goes over everything up to the element's End.
func (s *scanner) children(n *scanNode, declared *xsd.Element, visit uint32, isCall bool) bool {
	base, text := len(s.chars), ""
	at := 0
	for count := 0; ; {
		token, err := s.x.Next()
		switch {
		case err != nil:
			return false
		case token == xmltext.Start:
			i := n.slotOf(s.x.Name(), at)
			if i < 0 && isCall {
				i = n.program.part(s.x.Name(), count)
			}
			count++
			if i < 0 {
				if s.x.Skip() != nil {
					return false
				}
				continue
			}
			if at = i; !s.element(n.entries[i], visit) {
				return false
			}
		case token == xmltext.Text:
			if n.text != nil {
				text = s.join(base, text, s.x.Text())
			}
		default:
			if len(s.chars) > base {
				text = string(s.chars[base:])
				s.chars = s.chars[:base]
			}
			return n.text == nil || s.textOf(n, declared, text)
		}
	}
}

// slotOf is that of the program. Elements come in an order: it looks from the field of the last one on.
func (n *scanNode) slotOf(name xmltext.Name, last int) int {
	if n.hasSubstitutes {
		return n.program.slotOf(name)
	}
	for i := last; i < len(n.entries); i++ {
		if n.entries[i].isNamed(name) {
			return i
		}
	}
	for i := range last {
		if n.entries[i].isNamed(name) {
			return i
		}
	}
	return -1
}

func (e *scanEntry) isNamed(name xmltext.Name) bool {
	return e.element != nil && e.element.Name.Local == name.Local && e.element.Name.Space == name.Space
}
