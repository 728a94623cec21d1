package permit

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Schema returns what is visible of the schema that clients see: a schema by itself, without what only hidden fields lead to. It shares with the
// whole one what is the same in both, and must not be changed.
//
// A field is visible if what it demands is met and its type is visible, an interface's field only if some implementation's is, too; then all
// implementations show it, since they would not implement the interface otherwise. A type without visible fields or members is hidden. Scalars and
// enums that visible arguments take are visible, since to give them demands nothing. The type Query is there in any case, if need be without fields.
func (r *Rules) Schema(s Sight) *ast.Schema {
	v := viewer{rules: r, sight: s, whole: r.graph.Schema, hidden: map[string]bool{}, hiddenFields: map[fieldName]bool{}}
	v.hide()
	return v.schema()
}

// fieldName is a field of a type.
type fieldName struct{ on, name string }

// viewer makes the visible part of a schema.
type viewer struct {
	rules *Rules
	sight Sight
	whole *ast.Schema
	// hidden are the types of which nothing can be read, hiddenFields the fields.
	hidden       map[string]bool
	hiddenFields map[fieldName]bool
	hasChanged   bool
}

// hide decides what is hidden: by demands, and then what has nothing left, until nothing changes. Each round takes time linear in the size of the
// schema; there are as many as types that hide each other in a row.
func (v *viewer) hide() {
	for name, def := range v.whole.Types {
		v.hideByDemands(name, def)
	}
	for v.hasChanged = true; v.hasChanged; {
		v.hasChanged = false
		for name, def := range v.whole.Types {
			v.hideRest(name, def)
		}
	}
}

func (v *viewer) hideByDemands(name string, def *ast.Definition) {
	id := v.rules.graph.TypeByName(name)
	if id == 0 {
		return // of introspection
	}
	v.hidden[name] = !v.sight.meets(v.rules.OfType(id))
	for _, f := range def.Fields {
		v.hiddenFields[fieldName{name, f.Name}] = !v.sight.meets(v.rules.OfField(v.rules.graph.FieldByName(id, f.Name)))
	}
}

// hideRest hides the fields of a type that are of hidden types, or are readable nowhere, and the type if it has nothing left.
func (v *viewer) hideRest(name string, def *ast.Definition) {
	if v.hidden[name] || strings.HasPrefix(name, "__") {
		return
	}
	switch def.Kind {
	case ast.Object, ast.Interface:
		isBare := true
		for _, f := range def.Fields {
			at := fieldName{name, f.Name}
			if !v.hiddenFields[at] && (v.hidden[f.Type.Name()] || def.Kind == ast.Interface && !v.isReadable(def, f.Name)) {
				v.hiddenFields[at], v.hasChanged = true, true
			}
			isBare = isBare && (v.hiddenFields[at] || strings.HasPrefix(f.Name, "__"))
		}
		v.hideBare(name, isBare)
	case ast.Union:
		v.hideBare(name, !slices.ContainsFunc(def.Types, func(member string) bool { return !v.hidden[member] }))
	default: // scalars, enums and inputs have nothing that could be hidden
	}
}

func (v *viewer) hideBare(name string, isBare bool) {
	if isBare {
		v.hidden[name], v.hasChanged = true, true
	}
}

// isReadable tells whether a field of an interface can be read in some implementation, if there is any.
func (v *viewer) isReadable(of *ast.Definition, field string) bool {
	possible := v.whole.PossibleTypes[of.Name]
	return len(possible) == 0 || slices.ContainsFunc(possible, func(t *ast.Definition) bool {
		return !v.hidden[t.Name] && !v.hiddenFields[fieldName{t.Name, field}]
	})
}

// fields are the visible fields of a type.
func (v *viewer) fields(def *ast.Definition) ast.FieldList {
	if def.Kind == ast.InputObject {
		return def.Fields
	}
	var list ast.FieldList
	for _, f := range def.Fields {
		if shown := v.field(def, f); shown != nil {
			list = append(list, shown)
		}
	}
	return list
}

// field is a field as it is shown: as an interface has it, if it is only shown because of that; nil if it is hidden.
func (v *viewer) field(def *ast.Definition, f *ast.FieldDefinition) *ast.FieldDefinition {
	if !v.hiddenFields[fieldName{def.Name, f.Name}] {
		return f
	}
	for _, i := range def.Interfaces {
		if of := v.whole.Types[i]; of != nil && !v.hidden[i] && !v.hiddenFields[fieldName{i, f.Name}] {
			if shown := of.Fields.ForName(f.Name); shown != nil {
				return shown
			}
		}
	}
	return nil
}

// schema is what is visible and can be reached.
func (v *viewer) schema() *ast.Schema {
	w := v.whole
	out := &ast.Schema{
		Description: w.Description, SchemaDirectives: w.SchemaDirectives, Directives: w.Directives,
		Types: map[string]*ast.Definition{}, PossibleTypes: map[string][]*ast.Definition{}, Implements: map[string][]*ast.Definition{},
	}
	reached := v.reach()
	for name := range reached {
		out.Types[name] = v.definition(w.Types[name], reached)
	}
	out.Query, out.Mutation, out.Subscription = v.root(out, w.Query), v.root(out, w.Mutation), v.root(out, w.Subscription)
	for of, list := range map[*map[string][]*ast.Definition]map[string][]*ast.Definition{
		&out.PossibleTypes: w.PossibleTypes, &out.Implements: w.Implements,
	} {
		for name := range reached {
			for _, def := range list[name] {
				if shown := out.Types[def.Name]; shown != nil {
					(*of)[name] = append((*of)[name], shown)
				}
			}
		}
	}
	return out
}

func (v *viewer) root(out *ast.Schema, def *ast.Definition) *ast.Definition {
	if def == nil {
		return nil
	}
	return out.Types[def.Name]
}

// definition is a type as it is shown.
func (v *viewer) definition(def *ast.Definition, reached map[string]bool) *ast.Definition {
	shown := *def
	shown.Fields = v.fields(def)
	shown.Interfaces = keep(def.Interfaces, reached)
	shown.Types = keep(def.Types, reached)
	return &shown
}

func keep(names []string, reached map[string]bool) []string {
	var kept []string
	for _, name := range names {
		if reached[name] {
			kept = append(kept, name)
		}
	}
	return kept
}

// reach returns the names of the types that the visible schema has: those that its roots and directives lead to, those that nothing leads to in the
// whole schema, and those that every schema has.
func (v *viewer) reach() map[string]bool {
	everything := walk{whole: v.whole, fields: func(d *ast.Definition) ast.FieldList { return d.Fields }, isHidden: func(string) bool { return false }}
	everything.run()
	visible := walk{whole: v.whole, fields: v.fields, isHidden: func(name string) bool { return v.hidden[name] }}
	for name := range v.whole.Types {
		if !everything.reached[name] && !v.hidden[name] {
			visible.roots = append(visible.roots, name)
		}
	}
	visible.run()
	return visible.reached
}

// walk goes through a schema along what is visible.
type walk struct {
	whole    *ast.Schema
	fields   func(*ast.Definition) ast.FieldList
	isHidden func(name string) bool
	roots    []string
	reached  map[string]bool
	queue    []string
}

func (w *walk) run() {
	w.reached = map[string]bool{}
	for name, def := range w.whole.Types {
		if def.BuiltIn {
			w.add(name)
		}
	}
	w.add(w.whole.Query.Name)
	for _, root := range []*ast.Definition{w.whole.Mutation, w.whole.Subscription} {
		if root != nil {
			w.read(root.Name)
		}
	}
	for _, d := range w.whole.Directives {
		w.arguments(d.Arguments)
	}
	for _, name := range w.roots {
		w.add(name)
	}
	for len(w.queue) > 0 {
		def := w.whole.Types[w.queue[len(w.queue)-1]]
		w.queue = w.queue[:len(w.queue)-1]
		w.follow(def)
	}
}

func (w *walk) follow(def *ast.Definition) {
	for _, f := range w.fields(def) {
		if def.Kind == ast.InputObject {
			w.add(f.Type.Name())
			continue
		}
		w.read(f.Type.Name())
		w.arguments(f.Arguments)
	}
	for _, name := range slices.Concat(def.Interfaces, def.Types) {
		w.read(name)
	}
	for _, possible := range w.whole.PossibleTypes[def.Name] {
		w.read(possible.Name)
	}
}

func (w *walk) arguments(list ast.ArgumentDefinitionList) {
	for _, a := range list {
		w.add(a.Type.Name())
	}
}

// read adds a type that is read.
func (w *walk) read(name string) {
	if !w.isHidden(name) {
		w.add(name)
	}
}

func (w *walk) add(name string) {
	if w.whole.Types[name] != nil && !w.reached[name] {
		w.reached[name] = true
		w.queue = append(w.queue, name)
	}
}
