package json_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// sketch makes a mapping, a shape and a family of replies that fit each other, by chance.
type sketch struct {
	*rand.Rand
	shape *table.Shape
	names int
}

// source describes an object of the replies: what the mapping reads from it.
type source struct {
	keys []*sourceKey
}

type sourceKey struct {
	name   string
	object *source      // of an object, or of the elements of an array
	lists  int          // how many arrays are around the object or leaf
	leaf   *table.Type  // of a leaf
	types  *table.Level // of a __typename
}

func newSketch(seed uint64) *sketch {
	return &sketch{Rand: rand.New(rand.NewPCG(seed, 1)), shape: &table.Shape{}}
}

func (s *sketch) oneIn(n int) bool { return s.IntN(n) == 0 }

// whole makes the root: the text of a mapping and what the replies look like.
func (s *sketch) whole() (mapping string, reply *sourceKey) {
	s.shape.List = s.oneIn(2)
	lists := 0
	if s.shape.List {
		lists = 1
	}
	src := &source{}
	group := s.group(s.level(), src, 2)
	reply = &sourceKey{object: src, lists: lists}
	switch s.IntN(3) {
	case 0:
		return "$.data.items {" + group + "}", &sourceKey{object: &source{keys: []*sourceKey{{
			name: "data", object: &source{keys: []*sourceKey{{name: "items", object: src, lists: lists}}},
		}}}}
	case 1:
		return "$ {" + group + "}", reply
	default:
		return group, reply
	}
}

func (s *sketch) level() int {
	l := table.Level{Types: []string{"T"}}
	if s.oneIn(6) {
		l.Abstract, l.Types = true, []string{"A", "B"}
	}
	s.shape.Levels = append(s.shape.Levels, l)
	return len(s.shape.Levels) - 1
}

// group makes the entries of a mapping level over an object, and the members of its shape level.
func (s *sketch) group(level int, src *source, depth int) string {
	var entries []string
	if s.shape.Levels[level].Abstract {
		entries = append(entries, s.typename(level, src))
	}
	// A lone `$.k { … }` would be the mapping's value and not merged into an object.
	entries = append(entries, s.leaf(level, src, s.key()))
	for range s.IntN(4) {
		entries = append(entries, s.entry(level, src, depth))
	}
	return strings.Join(entries, " ")
}

// mayTakeBack reports whether a scan may find out late that rows are not wanted in an object of that type.
func (s *sketch) mayTakeBack() bool {
	for i := range s.shape.Levels {
		for j := range s.shape.Levels[i].Members {
			if m := &s.shape.Levels[i].Members[j]; m.Tags != nil && (m.Child != 0 || m.Type.Elem != nil) {
				return true
			}
		}
	}
	return false
}

func (s *sketch) typename(level int, src *source) string {
	if s.oneIn(3) {
		return `__typename: $("B")`
	}
	key := s.key()
	src.keys = append(src.keys, &sourceKey{name: key, types: &s.shape.Levels[level]})
	return "__typename: " + key
}

func (s *sketch) key() string {
	s.names++
	return fmt.Sprintf("k%d", s.names)
}

func (s *sketch) entry(level int, src *source, depth int) string {
	key := s.key()
	switch {
	case depth > 0 && s.oneIn(4):
		return s.composite(level, src, key, depth)
	case depth > 0 && s.oneIn(8):
		at := &source{}
		src.keys = append(src.keys, &sourceKey{name: key, object: at})
		return "$." + key + s.optional() + " { " + s.entry(level, at, depth-1) + " " + s.entry(level, at, 0) + " }"
	case depth > 0 && s.oneIn(8): //nolint:gocritic // each case draws anew
		child := s.level()
		s.member(level, table.Member{Path: []string{key}, Child: child, NonNull: s.oneIn(3)})
		return key + ": $ { " + s.group(child, src, depth-1) + " }"
	case s.oneIn(12):
		s.member(level, table.Member{Path: []string{key}, Type: &table.Type{Leaf: table.String}})
		return key + `: $("constant")`
	case len(src.keys) > 0 && s.oneIn(6):
		return s.again(level, src, key)
	default:
		return s.leaf(level, src, key)
	}
}

// again makes a field of a key that another field has read.
func (s *sketch) again(level int, src *source, field string) string {
	key := src.keys[s.IntN(len(src.keys))]
	s.member(level, table.Member{Path: []string{field}, Type: &table.Type{Leaf: table.Any}})
	return field + ": " + key.name
}

func (s *sketch) leaf(level int, src *source, key string) string {
	t := s.leafType(2)
	if s.oneIn(3) {
		inner := s.key()
		src.keys = append(src.keys, &sourceKey{name: key, object: &source{keys: []*sourceKey{{name: inner, leaf: t}}}})
		s.member(level, table.Member{Path: []string{"f" + key}, Type: t, NonNull: s.oneIn(3)})
		return "f" + key + ": " + key + s.optional() + "." + inner + s.optional()
	}
	src.keys = append(src.keys, &sourceKey{name: key, leaf: t})
	s.member(level, table.Member{Path: []string{key}, Type: t, NonNull: s.oneIn(3)})
	return key + s.optional()
}

// optional is the step that makes null MISSING, or nothing.
func (s *sketch) optional() string {
	if s.oneIn(4) {
		return "?"
	}
	return ""
}

func (s *sketch) composite(level int, src *source, key string, depth int) string {
	child, at := s.level(), &source{}
	m := table.Member{Path: []string{key}, Child: child, NonNull: s.oneIn(3), ElemNonNull: s.oneIn(3)}
	k := &sourceKey{name: key, object: at}
	if s.oneIn(2) {
		m.List, k.lists = true, 1
		if s.oneIn(4) {
			k.lists = 2
			inner := s.level()
			s.shape.Levels[child] = table.Level{Kind: table.List, Members: []table.Member{{Child: inner, List: true}}}
			child = inner
		}
	}
	s.member(level, m)
	src.keys = append(src.keys, k)
	group := s.group(child, at, depth-1)
	if !m.List && s.oneIn(3) {
		below := s.shape.Levels[child].Members[0].Path
		s.member(level, table.Member{Path: append([]string{key}, below...), Type: &table.Type{}})
	}
	return key + s.optional() + " { " + group + " }"
}

func (s *sketch) member(level int, m table.Member) {
	l := &s.shape.Levels[level]
	if l.Abstract && s.oneIn(3) {
		m.Tags = []bool{true, false}
	}
	l.Members = append(l.Members, m)
}

func (s *sketch) leafType(lists int) *table.Type {
	t := &table.Type{NonNull: s.oneIn(3)}
	if lists > 0 && s.oneIn(6) {
		t.Elem = s.leafType(lists - 1)
		return t
	}
	t.Leaf = table.LeafKind(s.IntN(int(table.Any) + 1))
	t.Values = []string{"BLUE", "RED"}
	return t
}

// writer writes one reply.
type writer struct {
	*rand.Rand
	strings.Builder
	indent bool
	odds   int // one in so many values is odd
}

func (w *writer) blank(depth int) {
	if w.indent {
		w.WriteString("\n" + strings.Repeat("  ", depth))
	}
}

func (w *writer) value(k *sourceKey, lists, depth int) {
	switch {
	case w.odds > 0 && w.IntN(w.odds) == 0:
		w.odd(k, depth)
	case lists > 0:
		w.WriteByte('[')
		for i := range w.IntN(4) {
			if i > 0 {
				w.WriteByte(',')
			}
			w.blank(depth)
			w.value(k, lists-1, depth+1)
		}
		w.WriteByte(']')
	case k.object != nil:
		w.object(k.object, depth)
	case k.types != nil:
		w.WriteString(strconv.Quote(k.types.Types[w.IntN(2)]))
	default:
		w.leaf(k.leaf)
	}
}

func (w *writer) object(o *source, depth int) {
	order := make([]int, len(o.keys))
	for i := range order {
		order[i] = i
	}
	if w.IntN(4) == 0 {
		w.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	w.WriteByte('{')
	separator := ""
	key := func(name string) {
		w.WriteString(separator)
		separator = ","
		w.blank(depth)
		if w.odds > 0 && w.IntN(40) == 0 {
			name = `\u006b` + strings.TrimPrefix(name, "k")
		}
		w.WriteString(`"` + name + `":`)
		w.blank(w.IntN(2))
	}
	for _, i := range order {
		k := o.keys[i]
		if w.IntN(8) == 0 {
			key("other")
			w.odd(k, depth)
		}
		if w.odds > 0 && w.IntN(w.odds) == 0 {
			continue
		}
		key(k.name)
		w.value(k, k.lists, depth+1)
		if w.odds > 0 && w.IntN(4*w.odds) == 0 {
			key(k.name)
			w.value(k, k.lists, depth+1)
		}
	}
	w.blank(depth)
	w.WriteByte('}')
}

func (w *writer) odd(k *sourceKey, depth int) {
	odd := []string{
		"null", "null", "null", "1", "1.0", "-0", "2147483648", `"RED"`, `"\u0052ED \ud83d\ude00 é\n"`, "true", "[]", "{}", "[1,null,\"x\"]",
		`{"a":[{"b":[]}],"k1":1}`, "1E400", "[[1],[null]]", "[{}]",
	}
	if w.IntN(4) == 0 {
		w.value(k, w.IntN(3), depth)
		return
	}
	w.WriteString(odd[w.IntN(len(odd))])
}

func (w *writer) leaf(t *table.Type) {
	if t.Elem != nil {
		w.WriteByte('[')
		for i := range w.IntN(4) {
			if i > 0 {
				w.WriteString(", ")
			}
			if w.odds > 0 && w.IntN(w.odds) == 0 {
				w.WriteString("null")
			} else {
				w.leaf(t.Elem)
			}
		}
		w.WriteByte(']')
		return
	}
	switch t.Leaf {
	case table.Int:
		w.WriteString(strconv.Itoa(w.IntN(1000) - 500))
	case table.Float:
		w.Write(value.Float(w.Float64()).AppendJSON(nil))
	case table.Boolean:
		w.WriteString(strconv.FormatBool(w.IntN(2) == 0))
	case table.Enum:
		w.WriteString(`"BLUE"`)
	case table.ID:
		w.WriteString([]string{`"x1"`, "12345678901234567890"}[w.IntN(2)])
	default:
		w.WriteString([]string{`"text"`, `"a longer text with \"quotes\""`, `"größer als acht"`}[w.IntN(3)])
	}
}
