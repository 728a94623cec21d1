package config

import "github.com/weftgraph/weft/graph/value"

// entries is a mapping whose keys are names of the graph. A null stands for an empty one.
type entries[U any] struct {
	// of says what the names are of.
	of nameKind
	// entry is the form of one value. A name that stands at several places is read into one value.
	entry form[U]
}

// Read implements form.
func (e entries[U]) Read(r *reader, n *node, into *map[string]U) {
	if n.kind != value.KindObject && n.kind != value.KindNull {
		r.wrong(n, "a mapping")
		return
	}
	if *into == nil {
		*into = map[string]U{}
	}
	for _, f := range n.fields {
		r.within(f.name, func() {
			r.names = append(r.names, usedName{kind: e.of, path: r.where(), span: f.span, node: f.value})
			v := (*into)[f.name]
			e.entry.Read(r, f.value, &v)
			(*into)[f.name] = v
		})
	}
}

// Shape implements form.
func (e entries[U]) Shape() *shape {
	return &shape{kind: entriesShape, words: "a mapping", placeholder: e.of.placeholder(), entry: e.entry.Shape(), isOptional: true}
}

// list is a list of values of one form.
type list[U any] struct {
	item form[U]
	// words says of what, such as "a list of strings".
	words string
}

// Read implements form.
func (l list[U]) Read(r *reader, n *node, into *[]U) {
	if n.kind != value.KindArray {
		r.wrong(n, l.words)
		return
	}
	*into = make([]U, len(n.items))
	for i, item := range n.items {
		l.item.Read(r, item, &(*into)[i])
	}
}

// Shape implements form.
func (l list[U]) Shape() *shape {
	return &shape{kind: listShape, words: l.words, entry: l.item.Shape()}
}

// data is any mapping, taken as it is.
type data struct{}

// Read implements form.
func (data) Read(r *reader, n *node, into *value.Value) {
	if n.kind != value.KindObject {
		r.wrong(n, "a mapping")
		return
	}
	*into = n.value()
}

// Shape implements form.
func (data) Shape() *shape { return &shape{kind: dataShape, words: "a mapping"} }
