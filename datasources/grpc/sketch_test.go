package grpc

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/table"
)

// sketch is a random selection of a message of the matrix, and a shape for it that mostly fits.
type sketch struct {
	*rand.Rand
	message, selection string
	of                 *message
	shape              *table.Shape
	names              int
}

func newSketch(tb testing.TB, seed uint64) *sketch {
	tb.Helper()
	c := matrix(tb)
	s := &sketch{Rand: rand.New(rand.NewPCG(seed, 7)), message: "Everything", shape: &table.Shape{}}
	switch s.IntN(10) {
	case 0:
		s.message = "Legacy"
	case 1:
		s.message = "Editions"
	}
	s.of = c.message(descriptor(tb, c, "matrix.v1."+s.message))
	root, path := s.of, "$"
	if s.message == "Everything" && s.IntN(2) == 0 {
		s.shape.List = true
		path = []string{"$.children", "$.nested.children"}[s.IntN(2)]
	}
	if s.IntN(20) == 0 {
		f := s.field(root)
		s.selection, s.shape.List = "$."+spell(f), f.isList && s.IntN(2) == 0
		s.shape.Levels = []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: s.leafType(f)}}}}
		return s
	}
	text := s.level(root, 2)
	s.selection = text
	if path != "$" {
		s.selection = path + " { " + text + " }"
	}
	return s
}

// spell is how a mapping names a field.
func spell(f *field) string {
	return fmt.Sprintf("%q", f.jsonName)
}

func (s *sketch) field(m *message) *field { return m.fields[s.IntN(len(m.fields))] }

// name is a new name of the answer.
func (s *sketch) name() string {
	s.names++
	return fmt.Sprintf("n%d", s.names)
}

// level adds a level for objects of the message and returns their selection.
func (s *sketch) level(m *message, depth int) string {
	at := len(s.shape.Levels)
	s.shape.Levels = append(s.shape.Levels, table.Level{Types: []string{"T"}})
	return s.members(m, at, depth)
}

func (s *sketch) add(level int, m table.Member) {
	l := &s.shape.Levels[level]
	l.Members = append(l.Members, m)
}

// members adds members to a level.
func (s *sketch) members(m *message, level, depth int) string {
	var entries []string
	for range 1 + s.IntN(4) {
		entries = append(entries, s.member(m, level, depth))
	}
	return strings.Join(entries, " ")
}

func (s *sketch) member(m *message, level, depth int) string {
	name, f := s.name(), s.field(m)
	isEntered := f.message != nil && f.message.form == formObject && len(f.message.fields) > 0
	switch kind := s.IntN(12); {
	case kind == 0:
		s.add(level, table.Member{Path: []string{name}, Type: &table.Type{Leaf: table.String}})
		return name + `: $("literal")`
	case kind == 1 && depth > 0:
		child := len(s.shape.Levels)
		s.add(level, table.Member{Path: []string{name}, Child: child})
		return name + ": { " + s.level(m, depth-1) + " }"
	case kind <= 3 && isEntered && !f.isList:
		inner := s.field(f.message)
		s.add(level, table.Member{Path: []string{name}, Type: s.leafType(inner)})
		return name + ": $." + spell(f) + "." + spell(inner)
	case kind == 4 && isEntered && !f.isList && depth > 0:
		return "$." + spell(f) + " { " + s.members(f.message, level, depth-1) + " }"
	case kind <= 9 && isEntered && depth > 0:
		child := len(s.shape.Levels)
		s.add(level, table.Member{Path: []string{name}, Child: child, List: f.isList, NonNull: s.IntN(2) == 0, ElemNonNull: s.IntN(2) == 0})
		return name + ": $." + spell(f) + " { " + s.level(f.message, depth-1) + " }"
	default:
		s.add(level, table.Member{Path: []string{name}, Type: s.leafType(f), NonNull: s.IntN(3) == 0})
		if s.IntN(8) == 0 { // the hidden column of a key besides
			s.add(level, table.Member{Path: []string{name}})
		}
		return name + ": $." + spell(f)
	}
}

// leafType is a type that often fits the field.
func (s *sketch) leafType(f *field) *table.Type {
	kinds := []table.LeafKind{table.Raw, table.String, table.Int, table.Float, table.Boolean, table.ID, table.Enum, table.Any}
	t := &table.Type{Leaf: kinds[s.IntN(len(kinds))], Values: []string{"COLOR_BLUE", "COLOR_RED", "SMALL"}, NonNull: s.IntN(2) == 0}
	if f.isList != (s.IntN(6) == 0) {
		t = &table.Type{Elem: t}
	}
	return t
}

// randomMessage is a message on the wire: mostly as servers write it, in tidy replies with each field once and in order.
func randomMessage(r *rand.Rand, m *message, depth int, tidy bool) []byte {
	var data []byte
	order := r.Perm(len(m.fields))
	oneofs := map[int]bool{}
	for _, i := range order {
		f := m.fields[i]
		if r.IntN(3) == 0 || f.oneof != 0 && oneofs[f.oneof] && tidy || f.element().message != nil && depth == 0 {
			continue
		}
		oneofs[f.oneof] = true
		times := 1
		if f.isList || f.isMap || !tidy && r.IntN(8) == 0 {
			times = r.IntN(4)
		}
		for range times {
			data = append(data, randomRecord(r, f, depth, tidy)...)
			if !tidy && r.IntN(10) == 0 {
				data = append(data, record(protowire.Number(1+r.IntN(130)), r.IntN(300))...)
			}
		}
	}
	if !tidy && r.IntN(6) == 0 && len(data) > 0 {
		data[r.IntN(len(data))] ^= byte(1 << r.IntN(8))
	}
	return data
}

func randomRecord(r *rand.Rand, f *field, depth int, tidy bool) []byte {
	wire := f.wire()
	if f.isMap {
		entry := append(randomRecord(r, f.key, depth, tidy), randomRecord(r, f.value, depth, tidy)...)
		return protowire.AppendBytes(protowire.AppendTag(nil, f.number, wire), entry)
	}
	if f.isPackable() && r.IntN(2) == 0 {
		var packed []byte
		for range r.IntN(4) {
			packed = appendRandom(packed, r, f, depth, tidy)
		}
		return protowire.AppendBytes(protowire.AppendTag(nil, f.number, protowire.BytesType), packed)
	}
	return appendRandom(protowire.AppendTag(nil, f.number, wire), r, f, depth, tidy)
}

// appendRandom appends a random value of the field, without its tag.
func appendRandom(dst []byte, r *rand.Rand, f *field, depth int, tidy bool) []byte {
	number := []uint64{0, 1, 2, uint64(r.IntN(200)), 1 << 31, r.Uint64(), ^uint64(0)}[r.IntN(7)]
	switch f.wire() {
	case protowire.Fixed32Type:
		return protowire.AppendFixed32(dst, uint32(number))
	case protowire.Fixed64Type:
		return protowire.AppendFixed64(dst, number)
	case protowire.VarintType:
		return protowire.AppendVarint(dst, number)
	case protowire.StartGroupType:
		return protowire.AppendTag(append(dst, randomMessage(r, f.message, depth-1, tidy)...), f.number, protowire.EndGroupType)
	}
	if f.message == nil {
		texts := []string{"", "text", "COLOR_RED", `"quoted" \`, "é\n", "a_path", "12", "a text of more than eight bytes"}
		if f.kind == protoreflect.BytesKind {
			texts = append(texts, "\xff\x00")
		}
		return protowire.AppendString(dst, texts[r.IntN(len(texts))])
	}
	var content []byte
	switch f.message.form {
	case formTimestamp:
		content = concat(record(1, r.IntN(1<<40)), record(2, r.IntN(1000)*1000000))
	case formDuration:
		content = concat(record(1, r.IntN(1<<20)), record(2, r.IntN(1e9)))
	case formValue:
		content = [][]byte{record(1, 0), record(3, "x"), record(4, 1), record(2 + protowire.Number(r.IntN(2))*4)}[r.IntN(4)]
	default:
		content = randomMessage(r, f.message, max(depth-1, 0), tidy)
	}
	return protowire.AppendBytes(dst, content)
}
