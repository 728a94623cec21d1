package resolvers_test

import (
	"fmt"
	"slices"
)

// shape decides what a supplier gives.
func (m *schemaMaker) shape(s *modelSupplier) {
	var path []*modelType
	if s.on.isEntity() {
		path = append(path, s.on)
	}
	switch {
	case s.isEntity() && s.on.isAbstract():
		s.gives = &modelShape{on: s.on, disc: m.name("kind"), orNull: m.chance(40)}
		for _, member := range s.on.members {
			s.gives.arms = append(s.gives.arms, modelArm{"is" + member.name, m.entityShape(s, member)})
		}
	case s.isEntity():
		s.gives = m.entityShape(s, s.on)
	case s.field.target != nil:
		s.gives = m.placeShape(s.field.target, path, 2)
		m.addParentKeys(s)
	}
	if s.gives == nil {
		return
	}
	m.wire(s.gives)
	if g := s.gives.given; len(s.wrap) == 0 && len(g) > 0 && g[0].spread {
		// A spread that is all of a mapping is no spread, but the value itself (Connectors specification 6.2, rule 4).
		g[0].spread, g[0].wire = false, g[0].wire[1:]
	}
}

// entityShape gives a share of the carried fields: with several suppliers of a strict graph each field belongs to one of them.
func (m *schemaMaker) entityShape(s *modelSupplier, t *modelType) *modelShape {
	at := slices.Index(t.entities, s)
	sh := &modelShape{on: t}
	for _, k := range t.keys {
		isNeed := slices.Contains(s.needs, k)
		// A batch must tell its keys. A key that is not needed is given by the first supplier that can.
		if isNeed && (s.form == entityBatch || m.chance(30)) || !isNeed && m.givesKey(s, t, k) {
			sh.given = append(sh.given, modelGiven{field: t.field(k)})
		}
	}
	for i, f := range m.carried[t] {
		if m.g.strict && i%len(t.entities) != at || !m.g.strict && m.chance(30) && i%len(t.entities) != at {
			continue
		}
		m.give(sh, f, []*modelType{t}, 1)
	}
	if len(sh.given) == 0 {
		sh.given = append(sh.given, modelGiven{field: t.field(s.needs[0])})
	}
	return sh
}

// givesKey tells whether an entity supplier gives a key that it does not need: of those that could, the first alone.
func (m *schemaMaker) givesKey(s *modelSupplier, t *modelType, key string) bool {
	for _, other := range t.entities {
		if !slices.Contains(other.needs, key) {
			return other == s && m.chance(80)
		}
	}
	return false
}

// placeShape is what a supplier gives at a place of its reply where an object of the type stands.
func (m *schemaMaker) placeShape(t *modelType, path []*modelType, depth int) *modelShape {
	if t.isAbstract() {
		sh := &modelShape{on: t, disc: m.name("kind"), orNull: m.g.strict && m.chance(40)}
		for _, member := range t.members {
			sh.arms = append(sh.arms, modelArm{"is" + member.name, m.placeShape(member, path, depth)})
		}
		return sh
	}
	sh := &modelShape{on: t}
	isWhole := len(t.entities) == 0
	if t.isEntity() {
		path = append(slices.Clip(path), t)
		m.giveKeys(sh)
	}
	for _, f := range m.carried[t] {
		percent := 30
		switch {
		case isWhole && f.target != nil && !isValue(f.target):
			percent = 60
		case isWhole && m.g.strict:
			percent = 97
		case isWhole:
			percent = 100
		}
		if m.chance(percent) {
			m.give(sh, f, path, depth-1)
		}
	}
	if len(sh.given) == 0 {
		m.give(sh, t.fields[0], path, 0)
	}
	return sh
}

func isValue(t *modelType) bool { return !t.isEntity() && !t.isAbstract() }

// giveKeys gives the keys that lead on from a place: mostly those that some entity supplier needs.
func (m *schemaMaker) giveKeys(sh *modelShape) {
	t := sh.on
	wanted := []string{pick(m.Rand, t.keys...)}
	if len(t.entities) > 0 {
		wanted = pick(m.Rand, t.entities...).needs
	}
	for _, k := range t.keys {
		if (m.g.complete || slices.Contains(wanted, k) && m.chance(95) || m.chance(25)) && sh.give(t.field(k)) == nil {
			sh.given = append(sh.given, modelGiven{field: t.field(k)})
		}
	}
}

func (m *schemaMaker) give(sh *modelShape, f *modelField, path []*modelType, depth int) {
	g := modelGiven{field: f}
	if f.target != nil {
		if !isValue(f.target) && (depth < 0 || m.repeats(f.target, path)) {
			return
		}
		g.below = m.placeShape(f.target, path, depth)
	}
	sh.given = append(sh.given, g)
}

// repeats tells that a type would occur twice on a path, which the public dialect forbids.
func (m *schemaMaker) repeats(t *modelType, path []*modelType) bool {
	return m.g.public && slices.ContainsFunc(t.possible(), func(p *modelType) bool { return slices.Contains(path, p) })
}

// addParentKeys gives the items of a field's batch hidden fields that tell the parent's key.
func (m *schemaMaker) addParentKeys(s *modelSupplier) {
	if s.form != fieldBatch {
		return
	}
	t := s.gives.on
	for i, k := range s.needs {
		f := &modelField{on: t, name: fmt.Sprintf("by%d_%d", s.id, i), typ: s.on.field(k).typ, isHidden: true}
		t.fields = append(t.fields, f)
		s.by = append(s.by, f)
		s.gives.given = append(s.gives.given, modelGiven{field: f, parentKey: i + 1})
	}
}

// wire chooses where the fields of a shape stand in the reply.
func (m *schemaMaker) wire(sh *modelShape) {
	for i := range sh.given {
		g := &sh.given[i]
		switch m.IntN(5) {
		case 0, 1:
			g.wire = []string{g.field.name}
		case 2:
			g.wire = []string{"w_" + g.field.name}
		case 3:
			g.wire = []string{pick(m.Rand, "h1", "h2"), g.field.name}
		default:
			g.wire = []string{"s1", "w_" + g.field.name}
			g.spread = true
		}
		g.echo = g.below == nil && g.parentKey == 0 && m.chance(4)
		if g.below != nil {
			m.wire(g.below)
		}
	}
	for _, a := range sh.arms {
		m.wire(a.shape)
	}
}
