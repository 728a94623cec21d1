package plan

import (
	"slices"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/supply"
	"github.com/weftgraph/weft/graph/table"
)

// keyFields nests the paths of a key below a type, in the order in which they come: `id`, `org.id` and `org.name` are the fields id and
// org {id name}.
func (b *builder) keyFields(d sdl.Dialect, on sdl.TypeID, paths []supply.Path) []table.KeyField {
	var out []table.KeyField
	for _, path := range paths {
		out = b.addKeyField(out, d, on, path)
	}
	return out
}

func (b *builder) addKeyField(to []table.KeyField, d sdl.Dialect, on sdl.TypeID, path supply.Path) []table.KeyField {
	var named sdl.TypeID
	at := slices.IndexFunc(to, func(f table.KeyField) bool { return f.Name == path[0] })
	f := b.graph.FieldByName(on, path[0])
	if f != 0 {
		named = b.graph.Field(f).Named
	}
	if at < 0 {
		at = len(to)
		to = append(to, table.KeyField{Name: path[0]})
		if f != 0 {
			to[at].Kind, to[at].Required = b.keyKind(d, named), b.graph.Field(f).Type.NonNull
		}
	}
	if len(path) > 1 {
		to[at].Fields = b.addKeyField(to[at].Fields, d, named, path[1:])
	}
	return to
}

// keyKind says how values of a type are compared: strictly in the public dialect, after coercion to the type in ours.
func (b *builder) keyKind(d sdl.Dialect, named sdl.TypeID) table.KeyKind {
	if d != sdl.Weft {
		return table.Tagged
	}
	switch b.graph.Type(named).Name {
	case "ID", "String":
		return table.Text
	case "Int", "Float":
		return table.Numeric
	default:
		return table.Tagged
	}
}

// locateKey locates a field of a key in the rows of a level whose objects are of a type, adding hidden columns where there are none.
// The values that isHere does not hold are elsewhere.
func (b *builder) locateKey(
	sh *table.Shape, level int, on sdl.TypeID, tags tagSet, f *table.KeyField, at supply.Path, isHere func(supply.Path) bool,
) table.KeyColumn {
	at = append(at[:len(at):len(at)], f.Name)
	id := b.graph.FieldByName(on, f.Name)
	if f.Fields == nil || id == 0 || !b.isComposite(b.graph.Field(id).Named) {
		// What is read below a scalar is taken out of its text.
		if !holds(f, at, isHere) {
			return table.KeyColumn{Member: table.Elsewhere}
		}
		return table.KeyColumn{Member: keyMember(sh, level, f.Name, false)}
	}
	if !holds(f, at, isHere) {
		return table.KeyColumn{Member: table.Elsewhere}
	}
	field := b.graph.Field(id)
	member := b.childMember(sh, level, field, tags)
	child := sh.Levels[level].Members[member]
	out := table.KeyColumn{Member: member, Level: child.Child, List: child.List}
	rows := &out
	for sh.Levels[rows.Level].Kind == table.List {
		rows.Inner = &table.KeyColumn{Level: sh.Levels[rows.Level].Members[0].Child, List: true}
		rows = rows.Inner
	}
	rows.Fields = b.locateKeys(sh, rows.Level, field.Named, f.Fields, at, isHere)
	return out
}

// locateKeys locates the fields of an object of a key in the rows of its level.
func (b *builder) locateKeys(
	sh *table.Shape, level int, on sdl.TypeID, fields []table.KeyField, at supply.Path, isHere func(supply.Path) bool,
) []table.KeyColumn {
	out := make([]table.KeyColumn, len(fields))
	for i := range fields {
		out[i] = b.locateKey(sh, level, on, allTags(len(sh.Levels[level].Types)), &fields[i], at, isHere)
	}
	return out
}

// holds tells whether any value of a field is here.
func holds(f *table.KeyField, at supply.Path, isHere func(supply.Path) bool) bool {
	return slices.ContainsFunc(keyPaths(f, at), isHere)
}

// keyPaths are the paths of the values of a field.
func keyPaths(f *table.KeyField, at supply.Path) []supply.Path {
	if f.Fields == nil {
		return []supply.Path{at}
	}
	var out []supply.Path
	for i := range f.Fields {
		below := &f.Fields[i]
		out = append(out, keyPaths(below, append(at[:len(at):len(at)], below.Name))...)
	}
	return out
}

// everything is here.
func everything(supply.Path) bool { return true }

// keyColumns locates the key of a supplier in this position's rows.
func (p *position) keyColumns(key []table.KeyField, tags tagSet) []KeyColumn {
	// A fetch that has a key is one for a single concrete type, or for several that agree.
	tag := max(slices.Index(tags, true), 0)
	var out []KeyColumn
	for i := range key {
		out = append(out, p.keyColumn(tag, i, &key[i])...)
	}
	return out
}

// keyColumn locates one field of a key: one column, or one for each of the providers that share its values.
func (p *position) keyColumn(tag, number int, f *table.KeyField) []KeyColumn {
	paths := keyPaths(f, supply.Path{f.Name})
	var givers []int
	for _, path := range paths {
		i := p.giver(tag, path)
		if i < 0 {
			return []KeyColumn{p.ownColumn(tag, number, f)}
		}
		if !slices.Contains(givers, i) {
			givers = append(givers, i)
		}
	}
	out := make([]KeyColumn, 0, len(givers))
	for _, i := range givers {
		pr := &p.provs[i]
		sh := p.loaderAt(pr.loader).Shape
		isHere := func(path supply.Path) bool { return p.giver(tag, path) == i }
		at := p.locateKey(sh, pr.level, p.types[tag], p.levelTags(pr, oneTag(len(p.types), tag)), f, nil, isHere)
		out = append(out, KeyColumn{Field: number, Provider: i, At: at})
	}
	return out
}

// ownColumn locates a field of a key that has a connector of its own, whose rows are the field's values.
func (p *position) ownColumn(tag, number int, f *table.KeyField) KeyColumn {
	out := KeyColumn{Field: number, Provider: -1}
	own := p.chosen[chosenKey{tag, f.Name}]
	if own == nil {
		return out
	}
	tags := oneTag(len(p.types), tag)
	out.Provider = p.joined(p.fieldFetch(own, nil, tags), own, tags)
	// The value of a leaf field is the only member of its level, Member 0.
	if named := p.graph.Field(own.Field).Named; f.Fields != nil && p.isComposite(named) {
		pr := &p.provs[out.Provider]
		sh := p.loaderAt(pr.loader).Shape
		out.IsRow = true
		out.At = table.KeyColumn{
			Level: pr.level, Fields: p.locateKeys(sh, pr.level, named, f.Fields, supply.Path{f.Name}, everything),
		}
	}
	return out
}
