package resolvers_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// schemaMaker makes the types and suppliers of a random graph.
type schemaMaker struct {
	*rand.Rand
	g      *modelGraph
	serial int
	// entities and values are the object types.
	entities, values []*modelType
	idType           *ast.Type
	codeType         *ast.Type
	// carried are the fields that other suppliers give, rather than a connector of their own, by type.
	carried map[*modelType][]*modelField
}

func newRand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// makeModel makes a graph from a seed: types, suppliers, data.
func makeModel(seed uint64) *modelGraph {
	m := schemaMaker{Rand: newRand(seed, 1), g: &modelGraph{seed: seed}, carried: map[*modelType][]*modelField{}}
	m.g.public = m.chance(25)
	m.g.strict = m.chance(70)
	m.g.complete = !m.g.strict || m.chance(75)
	m.g.failing = m.g.strict && m.chance(60)
	m.g.damaged = m.chance(60)
	m.idType = m.maybeNonNull(ast.NamedType("ID", nil), 60)
	m.codeType = m.maybeNonNull(ast.NamedType(pick(m.Rand, "String", "Int", "ID"), nil), 30)
	m.makeTypes()
	m.makeSuppliers()
	m.makeRoots()
	fillData(m.g)
	return m.g
}

func (m *schemaMaker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func (m *schemaMaker) name(prefix string) string {
	m.serial++
	return fmt.Sprintf("%s%d", prefix, m.serial)
}

func (m *schemaMaker) maybeNonNull(t *ast.Type, percent int) *ast.Type {
	t.NonNull = m.chance(percent)
	return t
}

func (m *schemaMaker) makeTypes() {
	for i := range 2 + m.IntN(3) {
		t := &modelType{name: fmt.Sprintf("T%d", i), keys: []string{"id"}}
		t.fields = append(t.fields, &modelField{on: t, name: "id", typ: m.idType})
		if m.chance(50) {
			t.keys = append(t.keys, "code")
			t.fields = append(t.fields, &modelField{on: t, name: "code", typ: m.codeType})
		}
		m.entities = append(m.entities, t)
	}
	for i := range 1 + m.IntN(2) {
		t := &modelType{name: fmt.Sprintf("V%d", i)}
		for range 2 + m.IntN(2) {
			m.addLeaf(t)
		}
		if i > 0 && m.chance(50) {
			m.addComposite(t, m.values[0])
		}
		m.values = append(m.values, t)
	}
	m.g.types = append(slices.Clone(m.entities), m.values...)
	var abstract []*modelType
	if m.chance(40) {
		abstract = append(abstract, m.makeAbstract("I0", false))
	}
	if m.chance(40) {
		abstract = append(abstract, m.makeAbstract("U0", true))
	}
	m.g.types = append(m.g.types, abstract...)
	targets := append(slices.Clone(m.entities), abstract...)
	for _, t := range m.entities {
		for range 2 + m.IntN(3) {
			m.addLeaf(t)
		}
		for range m.IntN(3) {
			m.addComposite(t, pick(m.Rand, m.values...))
		}
		for range 1 + m.IntN(3) {
			m.addComposite(t, pick(m.Rand, targets...))
		}
	}
}

func (m *schemaMaker) makeAbstract(name string, isUnion bool) *modelType {
	a := &modelType{name: name, isUnion: isUnion}
	for _, i := range m.Perm(len(m.entities))[:2] {
		a.members = append(a.members, m.entities[i])
	}
	if isUnion {
		return a
	}
	a.fields = append(a.fields, &modelField{on: a, name: "id", typ: m.idType})
	typ := m.leafType()
	a.fields = append(a.fields, &modelField{on: a, name: "common", typ: typ})
	for _, t := range a.members {
		t.implements = append(t.implements, a)
		t.fields = append(t.fields, &modelField{on: t, name: "common", typ: typ})
	}
	return a
}

func (m *schemaMaker) addLeaf(t *modelType) {
	t.fields = append(t.fields, &modelField{on: t, name: m.name("f"), typ: m.leafType()})
}

func (m *schemaMaker) leafType() *ast.Type {
	return m.listed(pick(m.Rand, "String", "Int", "Float", "Boolean", "ID", "Color", "JSON", "String", "Int"), 15)
}

func (m *schemaMaker) addComposite(t, target *modelType) {
	t.fields = append(t.fields, &modelField{on: t, name: m.name("g"), typ: m.listed(target.name, 40), target: target})
}

// listed is a named type, by chance in lists, with random non-null marks.
func (m *schemaMaker) listed(name string, percent int) *ast.Type {
	t := m.maybeNonNull(ast.NamedType(name, nil), 25)
	for range 2 {
		if !m.chance(percent) {
			break
		}
		t = m.maybeNonNull(ast.ListType(t, nil), 25)
		percent /= 4
	}
	return t
}

func listDepth(t *ast.Type) int {
	n := 0
	for ; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}

func (m *schemaMaker) makeRoots() {
	m.g.query = &modelType{name: "Query"}
	for _, t := range m.g.types {
		for _, s := range t.entities {
			if s.form == explicitEntity && s.field.on == nil {
				s.field.on = m.g.query
				m.g.query.fields = append(m.g.query.fields, s.field)
			}
		}
		percent := 75
		if !t.isEntity() {
			percent = 40
		}
		if m.chance(percent) {
			m.addRoot(m.g.query, t.name, t)
		}
		if m.chance(percent / 3) {
			m.addRoot(m.g.query, t.name, t)
		}
	}
	if len(m.g.query.fields) == 0 || m.chance(30) {
		m.addRoot(m.g.query, pick(m.Rand, "Int", "String"), nil)
	}
	if m.chance(30) {
		m.g.mutation = &modelType{name: "Mutation"}
		for range 1 + m.IntN(2) {
			t := pick(m.Rand, m.entities...)
			m.addRoot(m.g.mutation, t.name, t)
		}
	}
}

func (m *schemaMaker) addRoot(on *modelType, named string, target *modelType) {
	f := &modelField{on: on, name: m.name("r"), typ: m.listed(named, 60), target: target}
	m.addArgs(f)
	s := m.supplier(rootField, on, f)
	if on == m.g.mutation {
		s.style = inBody
	}
	f.own = []*modelSupplier{s}
	on.fields = append(on.fields, f)
	m.shape(s)
}
