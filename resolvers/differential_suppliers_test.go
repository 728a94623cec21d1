package resolvers_test

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// makeSuppliers decides how every field is supplied.
func (m *schemaMaker) makeSuppliers() {
	var own []*modelField
	for _, t := range m.entities {
		for _, f := range t.fields {
			if slices.Contains(t.keys, f.name) || f.name == "common" {
				continue
			}
			percent := 12
			if f.target != nil && f.target.name[0] != 'V' {
				percent = 50
			}
			if m.chance(percent) && !(m.g.public && f.target != nil && f.target.includes(t)) {
				own = append(own, f)
			} else {
				m.carried[t] = append(m.carried[t], f)
			}
		}
		for _, f := range t.fields {
			if f.name == "common" {
				m.carried[t] = append(m.carried[t], f)
			}
		}
	}
	for _, t := range m.values {
		m.carried[t] = t.fields
	}
	for _, t := range m.entities {
		m.addEntities(t)
	}
	for _, t := range m.g.types {
		if t.isAbstract() && m.g.strict && m.chance(40) {
			m.addAbstractEntity(t)
		}
	}
	for _, f := range own {
		m.addOwn(f)
	}
	for _, s := range m.g.suppliers {
		m.shape(s)
	}
	for _, t := range m.entities {
		m.addEchoes(t)
	}
}

func (m *schemaMaker) supplier(form supplierForm, on *modelType, f *modelField) *modelSupplier {
	s := &modelSupplier{id: len(m.g.suppliers), form: form, on: on, field: f}
	s.style = requestStyle(m.IntN(4))
	s.miss = missStyle(m.IntN(3))
	if !m.g.strict {
		s.miss = missNull
	}
	for range m.IntN(3) {
		s.wrap = append(s.wrap, pick(m.Rand, "data", "items", "result"))
	}
	m.g.suppliers = append(m.g.suppliers, s)
	return s
}

func (m *schemaMaker) addEntities(t *modelType) {
	n := pick(m.Rand, 0, 1, 1, 1, 2, 2)
	if !m.g.strict {
		n = 2 + m.IntN(2)
	}
	for i := range n {
		s := m.supplier(pick(m.Rand, entityOne, entityBatch, entityBatch), t, nil)
		s.needs = []string{"id"}
		if i > 0 && len(t.keys) > 1 && m.chance(60) {
			s.needs = []string{"code"}
			if m.chance(30) {
				s.needs = []string{"id", "code"}
			}
		}
		if i == 0 && m.chance(30) {
			m.makeExplicit(s)
		}
		if s.form == entityBatch {
			m.makeBatch(s)
		}
		t.entities = append(t.entities, s)
	}
}

// addAbstractEntity adds a Query field that resolves entities of several types.
func (m *schemaMaker) addAbstractEntity(t *modelType) {
	s := m.supplier(entityOne, t, nil)
	s.needs = []string{"id"}
	m.makeExplicit(s)
	for _, member := range t.members {
		member.entities = append(member.entities, s)
	}
}

// makeExplicit turns a supplier into a Query field with `entity: true`.
func (m *schemaMaker) makeExplicit(s *modelSupplier) {
	s.form = explicitEntity
	s.field = &modelField{name: m.name("entity"), typ: ast.NamedType(s.on.name, nil), target: s.on}
	for _, k := range s.needs {
		s.field.args = append(s.field.args, &modelArg{name: k, typ: s.on.field(k).typ.Name() + "!"})
	}
	s.field.own = []*modelSupplier{s}
}

func (m *schemaMaker) makeBatch(s *modelSupplier) {
	s.style = pick(m.Rand, inBody, inBody, inParams)
	if len(s.needs) == 1 && (s.style == inParams || m.chance(30)) {
		s.join = true
	} else {
		s.style = inBody
	}
	s.max = m.IntN(4)
	if len(s.wrap) == 0 {
		s.wrap = []string{"items"}
	}
}

func (m *schemaMaker) addOwn(f *modelField) {
	n := 1
	if !m.g.strict && m.chance(40) {
		n = 2
	}
	m.addArgs(f)
	form := perParent
	canBatch := !m.g.public && f.target != nil && !f.target.isAbstract() && listDepth(f.typ) <= 1
	if canBatch && m.chance(60) {
		form = fieldBatch
	}
	for range n {
		s := m.supplier(form, f.on, f)
		s.needs = []string{pick(m.Rand, f.on.keys...)}
		if m.chance(20) {
			s.needs = f.on.keys
		}
		if form == fieldBatch {
			m.makeBatch(s)
		} else if m.g.strict && m.chance(30) {
			s.needs = append(slices.Clone(s.needs), m.pathInto(f.on)...)
		}
		f.own = append(f.own, s)
	}
}

// pathInto is a path to a leaf of an object that belongs to the type's rows, if there is one.
func (m *schemaMaker) pathInto(t *modelType) []string {
	for _, f := range m.carried[t] {
		if f.target == nil || !isValue(f.target) || f.typ.Elem != nil {
			continue
		}
		for _, leaf := range f.target.fields {
			if leaf.target == nil && leaf.typ.Elem == nil && leaf.typ.NamedType != "JSON" {
				return []string{f.name + "." + leaf.name}
			}
		}
	}
	return nil
}

// addEchoes adds fields with virtual connectors.
func (m *schemaMaker) addEchoes(t *modelType) {
	if m.chance(25) {
		m.addEcho(&modelField{on: t, name: m.name("echo"), typ: ast.NamedType("ID", nil)})
	}
	if m.chance(20) && !m.g.public {
		m.addEcho(&modelField{on: t, name: m.name("self"), typ: ast.NamedType(t.name, nil), target: t})
	}
}

func (m *schemaMaker) addEcho(f *modelField) {
	s := m.supplier(echoed, f.on, f)
	s.needs = []string{"id"}
	if f.target != nil {
		s.gives = &modelShape{on: f.target, given: []modelGiven{{field: f.on.field("id"), wire: []string{"id"}}}}
	}
	f.own = []*modelSupplier{s}
	f.on.fields = append(f.on.fields, f)
}

func (m *schemaMaker) addArgs(f *modelField) {
	for _, a := range []modelArg{
		{"first", "Int", pick(m.Rand, "", "3", "null")},
		{"word", pick(m.Rand, "String", "ID", "Color"), ""},
		{"flag", "Boolean!", "true"},
	} {
		if m.chance(20) {
			f.args = append(f.args, &a)
		}
	}
}
