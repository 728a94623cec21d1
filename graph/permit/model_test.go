package permit_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestRulesAgreeWithAnObviousModel holds random schemas and callers against what the rules say in words.
func TestRulesAgreeWithAnObviousModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			m := newModel(seed)
			g, rules := compile(t, nil, m.document(0), m.document(1))
			for range 30 {
				scopes := m.caller()
				for _, typ := range m.types {
					if got, want := allowsType(rules, g, typ, scopes), m.mayName(typ, scopes); got != want {
						t.Fatalf("%s for %q: got %v\n%s\n%s", typ, scopes, got, m.document(0), m.document(1))
					}
					for _, f := range m.fieldsOf(typ) {
						got, want := allows(rules.OfField(fieldOf(t, g, typ+"."+f)), scopes), m.mayRead(typ, f, scopes)
						if got != want {
							t.Fatalf("%s.%s for %q: got %v\n%s\n%s", typ, f, scopes, got, m.document(0), m.document(1))
						}
					}
				}
			}
		})
	}
}

// model is a random schema of two documents, both of which have everything, each with directives of its own at it.
type model struct {
	*rand.Rand
	types []string
	// of are the types of fields by their coordinates, at the directives of each document.
	of map[string]string
	at map[string][2][]applied
}

// applied is a directive in words: @authenticated if it has no alternatives.
type applied struct {
	anyOf    [][]string
	isPolicy bool
}

func newModel(seed uint64) *model {
	m := &model{
		Rand: rand.New(rand.NewPCG(seed, 0)), types: []string{"Query", "I", "A", "B"},
		of: map[string]string{}, at: map[string][2][]applied{},
	}
	fieldTypes := []string{"Int", "S", "E", "I", "A", "B", "U"}
	coordinates := []string{"Query", "I", "A", "B", "S", "E"}
	for _, typ := range m.types {
		for _, f := range m.fieldsOf(typ) {
			coordinates = append(coordinates, typ+"."+f)
			m.of[typ+"."+f] = fieldTypes[m.IntN(len(fieldTypes))]
		}
	}
	m.of["A.x"], m.of["B.x"] = m.of["I.x"], m.of["I.x"] // which they implement
	for _, c := range coordinates {
		m.at[c] = [2][]applied{m.directives(), m.directives()}
	}
	return m
}

func (m *model) fieldsOf(typ string) []string {
	if typ == "I" {
		return []string{"x"}
	}
	return []string{"x", "y"}
}

func (m *model) directives() []applied {
	var out []applied
	if m.IntN(8) == 0 {
		out = append(out, applied{})
	}
	if m.IntN(5) == 0 {
		out = append(out, applied{anyOf: m.alternatives()})
	}
	if m.IntN(8) == 0 {
		out = append(out, applied{anyOf: m.alternatives(), isPolicy: true})
	}
	return out
}

func (m *model) alternatives() [][]string {
	out := make([][]string, 1+m.IntN(3))
	for i := range out {
		for range 1 + m.IntN(3) {
			out[i] = append(out[i], string(rune('a'+m.IntN(5))))
		}
	}
	return out
}

// caller are the scopes of one, or "-".
func (m *model) caller() string {
	if m.IntN(6) == 0 {
		return "-"
	}
	var scopes []string
	for c := 'a'; c <= 'e'; c++ {
		if m.IntN(5) < 3 {
			scopes = append(scopes, string(c))
		}
	}
	return strings.Join(scopes, " ")
}

// document writes one of the documents.
func (m *model) document(i int) string {
	written := func(c string) string {
		var b strings.Builder
		for _, d := range m.at[c][i] {
			b.WriteString(d.written())
		}
		return b.String()
	}
	fields := func(typ string) string {
		shareable := " @shareable"
		if typ == "I" {
			shareable = ""
		}
		var b strings.Builder
		for _, f := range m.fieldsOf(typ) {
			b.WriteString(" " + f + ": " + m.of[typ+"."+f] + shareable + written(typ+"."+f))
		}
		return " {" + b.String() + " }\n"
	}
	return "scalar S" + written("S") + "\nenum E" + written("E") + " { X }\nunion U = A | B\n" +
		"type Query" + written("Query") + fields("Query") + "interface I" + written("I") + fields("I") +
		"type A implements I" + written("A") + fields("A") + "type B implements I" + written("B") + fields("B")
}

func (a applied) written() string {
	if len(a.anyOf) == 0 {
		return " @authenticated"
	}
	var lists []string
	for _, all := range a.anyOf {
		var members []string
		for _, s := range all {
			if a.isPolicy {
				s = "'" + s + "' in caller.scopes"
			}
			members = append(members, `"`+s+`"`)
		}
		lists = append(lists, "["+strings.Join(members, ", ")+"]")
	}
	if a.isPolicy {
		return " @policy(policies: [" + strings.Join(lists, ", ") + "])"
	}
	return " @requiresScopes(scopes: [" + strings.Join(lists, ", ") + "])"
}

// holds tells whether all directives at an element allow.
func (m *model) holds(coordinate, scopes string) bool {
	for _, list := range m.at[coordinate] {
		for _, d := range list {
			if !d.holds(scopes) {
				return false
			}
		}
	}
	return true
}

func (a applied) holds(scopes string) bool {
	if scopes == "-" {
		return false
	}
	isMet := len(a.anyOf) == 0
	for _, all := range a.anyOf {
		hasAll := true
		for _, s := range all {
			hasAll = hasAll && slices.Contains(strings.Fields(scopes), s)
		}
		isMet = isMet || hasAll
	}
	return isMet
}

// mayName tells whether a caller may see that something is of a type.
func (m *model) mayName(typ, scopes string) bool {
	isImplementation := typ == "A" || typ == "B"
	return m.holds(typ, scopes) && (!isImplementation || m.holds("I", scopes))
}

func (m *model) mayRead(typ, f, scopes string) bool {
	ok := m.holds(typ+"."+f, scopes) && m.mayName(typ, scopes) && m.mayName(m.of[typ+"."+f], scopes)
	if f == "x" && (typ == "A" || typ == "B") {
		ok = ok && m.holds("I.x", scopes)
	}
	return ok
}
