package plan

import (
	"slices"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/table"
)

// Shapes only grow while planning, so that the indexes of levels and members that were handed out stay valid.

func (b *builder) isComposite(t sdl.TypeID) bool {
	k := b.graph.Type(t).Kind
	return k == ast.Object || k == ast.Interface || k == ast.Union
}

func (b *builder) isAbstract(t sdl.TypeID) bool {
	k := b.graph.Type(t).Kind
	return k == ast.Interface || k == ast.Union
}

// objectLevel makes the level of a composite type without members.
func (b *builder) objectLevel(t sdl.TypeID) table.Level {
	l := table.Level{Abstract: b.isAbstract(t)}
	for _, p := range b.graph.Type(t).Possible {
		l.Types = append(l.Types, b.graph.Type(p).Name)
	}
	return l
}

// innerLevels gives a List level its element: the levels of a list of lists, down to the objects. It returns nothing, since a List
// level's child is always its only member's.
func (b *builder) innerLevels(sh *table.Shape, level int, t *ast.Type) {
	elem := t.Elem
	child := len(sh.Levels)
	sh.Levels[level].Members = []table.Member{{Child: child, List: true, NonNull: t.NonNull, ElemNonNull: elem != nil && elem.NonNull}}
	if elem != nil && elem.Elem != nil {
		sh.Levels = append(sh.Levels, table.Level{Kind: table.List, Types: []string{""}})
		b.innerLevels(sh, child, elem)
		return
	}
	sh.Levels = append(sh.Levels, b.objectLevel(b.graph.TypeByName(t.Name())))
}

// levelChain returns the levels of a composite value from its first level down to the objects.
func levelChain(sh *table.Shape, level int) []int {
	out := []int{level}
	for sh.Levels[level].Kind == table.List {
		level = sh.Levels[level].Members[0].Child
		out = append(out, level)
	}
	return out
}

// leafMember returns the member for a leaf field of some of a level's types, adding it if needed.
func (b *builder) leafMember(sh *table.Shape, level int, f *sdl.Field, tags tagSet) int {
	t := b.leafType(f.Type)
	l := &sh.Levels[level]
	for i := range l.Members {
		m := &l.Members[i]
		if m.Child == 0 && m.Type != nil && m.Type.Leaf != table.Raw && isField(m, f.Name) && sameType(m.Type, t) {
			m.Tags = widen(m.Tags, tags)
			return i
		}
	}
	l.Members = append(l.Members, table.Member{Path: []string{f.Name}, Tags: tags.orNil(), NonNull: f.Type.NonNull, Type: t})
	return len(l.Members) - 1
}

// childMember returns the member for a composite field of some of a level's types, adding it and its levels if needed.
func (b *builder) childMember(sh *table.Shape, level int, f *sdl.Field, tags tagSet) int {
	for i := range sh.Levels[level].Members {
		m := &sh.Levels[level].Members[i]
		if m.Child != 0 && isField(m, f.Name) && b.leadsTo(sh, m, f) {
			m.Tags = widen(m.Tags, tags)
			return i
		}
	}
	child := len(sh.Levels)
	lists := listDepth(f.Type)
	m := table.Member{Path: []string{f.Name}, Tags: tags.orNil(), Child: child, List: lists > 0, NonNull: f.Type.NonNull}
	if lists > 0 {
		m.ElemNonNull = f.Type.Elem.NonNull
	}
	sh.Levels[level].Members = append(sh.Levels[level].Members, m)
	if lists > 1 {
		sh.Levels = append(sh.Levels, table.Level{Kind: table.List, Types: []string{""}})
		b.innerLevels(sh, child, f.Type.Elem)
	} else {
		sh.Levels = append(sh.Levels, b.objectLevel(f.Named))
	}
	return len(sh.Levels[level].Members) - 1
}

// leadsTo tells whether a composite member was made for a field of the same type.
func (b *builder) leadsTo(sh *table.Shape, m *table.Member, f *sdl.Field) bool {
	chain := levelChain(sh, m.Child)
	depth := len(chain) - 1
	if m.List {
		depth++
	}
	last := &sh.Levels[chain[len(chain)-1]]
	want := b.objectLevel(f.Named)
	isSame := last.Abstract == want.Abstract && slices.Equal(last.Types, want.Types) || b.isUntyped(last, f.Named)
	return depth == listDepth(f.Type) && m.NonNull == f.Type.NonNull && isSame
}

// keyMember returns the hidden column for a field of a key, adding it if needed.
func keyMember(sh *table.Shape, level int, name string, by bool) int {
	l, path := &sh.Levels[level], []string{name}
	for i := range l.Members {
		m := &l.Members[i]
		if m.Type != nil && m.Type.Leaf == table.Raw && m.By == by && slices.Equal(m.Path, path) {
			return i
		}
	}
	l.Members = append(l.Members, table.Member{Path: path, By: by, Type: &table.Type{Leaf: table.Raw}})
	return len(l.Members) - 1
}

func isField(m *table.Member, name string) bool {
	return !m.By && len(m.Path) == 1 && m.Path[0] == name
}

// widen adds tags to a member's; nil is all.
func widen(have []bool, more tagSet) []bool {
	if have == nil {
		return nil
	}
	return tagSet(have).or(more).orNil()
}

// leafType compiles the completion of a leaf field.
func (b *builder) leafType(t *ast.Type) *table.Type {
	if t.Elem != nil {
		return &table.Type{Elem: b.leafType(t.Elem), NonNull: t.NonNull}
	}
	out := &table.Type{NonNull: t.NonNull, Leaf: table.Any}
	def := b.graph.Type(b.graph.TypeByName(t.NamedType))
	if def.Kind == ast.Enum {
		out.Leaf = table.Enum
		for _, v := range def.Values {
			if !v.Inaccessible {
				out.Values = append(out.Values, v.Name)
			}
		}
		sort.Strings(out.Values)
		return out
	}
	switch t.NamedType {
	case "String":
		out.Leaf = table.String
	case "Int":
		out.Leaf = table.Int
	case "Float":
		out.Leaf = table.Float
	case "Boolean":
		out.Leaf = table.Boolean
	case "ID":
		out.Leaf = table.ID
	}
	return out
}

func sameType(a, b *table.Type) bool {
	if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil {
		return sameType(a.Elem, b.Elem)
	}
	return a.Leaf == b.Leaf && slices.Equal(a.Values, b.Values)
}

func listDepth(t *ast.Type) int {
	n := 0
	for ; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}
