package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// world is a random schema. Demands are for one scope each; what an interface's implementations read is not stricter than the interface.
type world struct {
	*rand.Rand
	// fields are the fields of composite types, members what unions and interfaces can be.
	types   []string
	fields  map[string][]string
	members map[string][]string
	// of are the types of fields by coordinate, takes their argument, demand scopes by type or coordinate.
	of, takes, demand map[string]string
}

func newWorld(seed uint64) *world {
	w := &world{
		Rand: rand.New(rand.NewPCG(seed, 1)), types: []string{"Query", "Order", "Offer", "Owner", "Other", "Place", "Node", "Found"},
		fields: map[string][]string{}, members: map[string][]string{"Node": {"Other", "Place"}, "Found": {"Order", "Offer"}},
		of: map[string]string{}, takes: map[string]string{}, demand: map[string]string{},
	}
	leaves := []string{"Int", "String", "Money", "Colour"}
	composites := w.types[1:]
	for _, typ := range w.types[:6] {
		names := []string{"total", "label", "lines", "price"}
		if typ == "Query" {
			names = []string{"q0", "q1", "q2", "q3", "q4"}
		}
		w.fields[typ] = append(w.fields[typ], names[:2+w.IntN(len(names)-1)]...)
		for _, f := range w.fields[typ] {
			at := typ + "." + f
			if w.of[at] = leaves[w.IntN(len(leaves))]; w.IntN(3) == 0 || typ == "Query" {
				w.of[at] = composites[w.IntN(len(composites))]
			}
			if w.IntN(3) == 0 {
				w.takes[at] = []string{"Filter", "Shade", "[Order_by!]"}[w.IntN(3)]
			}
			w.demand[at] = w.scope(3)
		}
	}
	w.fields["Node"] = []string{"id"}
	w.of["Node.id"], w.demand["Node.id"] = "Int", w.scope(4)
	for _, typ := range w.members["Node"] {
		w.fields[typ] = append(w.fields[typ], "id")
		w.of[typ+".id"], w.demand[typ+".id"] = "Int", w.demand["Node.id"]
	}
	for _, typ := range append([]string{"Money", "Colour"}, w.types[1:7]...) {
		w.demand[typ] = w.scope(5)
	}
	return w
}

// scope is one in so many times a scope.
func (w *world) scope(oneIn int) string {
	if w.IntN(oneIn) > 0 {
		return ""
	}
	return string(rune('a' + w.IntN(3)))
}

func (w *world) caller() []string {
	return [][]string{nil, {"a"}, {"b"}, {"a", "c"}, {"b", "c"}}[w.IntN(5)]
}

// seenBy are the types and coordinates that a caller may read something of and can reach.
func (w *world) seenBy(scopes []string) map[string]bool {
	may := func(at string) bool { return w.demand[at] == "" || slices.Contains(scopes, w.demand[at]) }
	seen := map[string]bool{"Int": true, "String": true}
	for _, at := range []string{"Money", "Colour"} {
		seen[at] = may(at)
	}
	for _, typ := range w.types {
		seen[typ] = may(typ) && (!slices.Contains(w.members["Node"], typ) || may("Node"))
		for _, f := range w.fields[typ] {
			seen[typ+"."+f] = seen[typ] && may(typ+"."+f)
		}
	}
	for range 20 { // longer than any chain
		for _, typ := range w.types {
			isBare := true
			for _, f := range w.fields[typ] {
				at := typ + "." + f
				seen[at] = seen[at] && seen[typ] && seen[w.of[at]] && (typ != "Node" || slices.ContainsFunc(w.members[typ], func(m string) bool { return seen[m+".id"] }))
				isBare = isBare && !seen[at]
			}
			if typ == "Found" {
				isBare = !slices.ContainsFunc(w.members[typ], func(m string) bool { return seen[m] })
			}
			seen[typ] = seen[typ] && !isBare
		}
	}
	return w.reached(seen)
}

// inputs are the types of arguments, and what is in them.
func (w *world) inputs() []string { return []string{"Filter", "Range", "Order_by", "Shade"} }

// reached are those of seen that Query leads to, and those that nothing leads to, whoever asks.
func (w *world) reached(seen map[string]bool) map[string]bool {
	whole := map[string]bool{}
	everything := map[string]bool{"Money": true, "Colour": true}
	for _, typ := range w.types {
		everything[typ] = true
		for _, f := range w.fields[typ] {
			everything[typ+"."+f] = true
		}
	}
	w.reach(whole, everything, "Query")
	out := map[string]bool{}
	w.reach(out, seen, "Query")
	for typ := range everything {
		if !strings.Contains(typ, ".") && !whole[typ] {
			w.reach(out, seen, typ)
		}
	}
	for _, typ := range w.inputs() {
		if !whole[typ] {
			w.reachInput(out, typ)
		}
	}
	return out
}

// reach adds a type that is seen and what it leads to.
func (w *world) reach(out, seen map[string]bool, from string) {
	var reach func(string)
	reach = func(typ string) {
		if !seen[typ] || out[typ] {
			return
		}
		out[typ] = true
		for _, f := range w.fields[typ] {
			if at := typ + "." + f; seen[at] {
				out[at] = true
				reach(w.of[at])
				w.reachInput(out, w.takes[at])
			}
		}
		for of, members := range w.members {
			switch {
			case of == typ:
				for _, m := range members {
					reach(m)
				}
			case of == "Node" && slices.Contains(members, typ):
				reach(of)
			}
		}
	}
	reach(from)
}

func (*world) reachInput(out map[string]bool, typ string) {
	switch typ {
	case "Filter":
		out["Filter"], out["Range"], out["Colour"] = true, true, true
	case "[Order_by!]", "Order_by":
		out["Order_by"] = true
	case "Shade", "Range":
		out[typ] = true
	}
}

// document writes the schema, or what is in seen, without demands then.
func (w *world) document(seen map[string]bool) string {
	var b strings.Builder
	b.WriteString("extend schema @link(url: \"https://specs.apollo.dev/federation/v2.12\", import: [\"@requiresScopes\"])\n")
	isIn := func(at string) bool { return seen == nil || seen[at] }
	demand := func(at string) string {
		if seen != nil || w.demand[at] == "" {
			return ""
		}
		return ` @requiresScopes(scopes: [["` + w.demand[at] + `"]])`
	}
	for _, typ := range w.types {
		if !isIn(typ) {
			continue
		}
		if typ == "Found" {
			fmt.Fprintf(&b, "union Found = %s\n", strings.Join(slices.DeleteFunc(slices.Clone(w.members[typ]), func(m string) bool { return !isIn(m) }), " | "))
			continue
		}
		head := "type " + typ
		switch {
		case typ == "Node":
			head = "interface Node"
		case slices.Contains(w.members["Node"], typ) && isIn("Node"):
			head += " implements Node"
		}
		b.WriteString(head + demand(typ) + " {\n")
		for _, f := range w.fields[typ] {
			at := typ + "." + f
			if !isIn(at) {
				continue
			}
			takes := ""
			if w.takes[at] != "" {
				takes = "(with: " + w.takes[at] + ")"
			}
			b.WriteString("  " + f + takes + ": " + w.of[at] + demand(at) + "\n")
		}
		b.WriteString("}\n")
	}
	for _, text := range []string{
		"scalar Money%s\n", "enum Colour%s { RED GREEN }\n", "enum Shade%s { DARK LIGHT }\n", "input Filter%s { colour: Colour range: Range! }\n",
		"input Range%s { least: Int most: Int }\n", "input Order_by%s { label: Int }\n",
	} {
		if name := strings.TrimSuffix(strings.Fields(text)[1], "%s"); isIn(name) {
			fmt.Fprintf(&b, text, demand(name))
		}
	}
	return b.String()
}

// query is a random document. Its names are those of the whole schema, or nearly.
func (w *world) query() string {
	name := func(of []string) string {
		n := of[w.IntN(len(of))]
		if w.IntN(8) == 0 {
			n = n[:len(n)-1] + "x"
		}
		return n
	}
	if w.IntN(12) == 0 {
		return `{ __type(name: "` + name(w.types) + `") { kind name fields { name args { name type { name } } type { name kind } } possibleTypes { name } } }`
	}
	if w.IntN(40) == 0 {
		return `{ __schema { types { name kind fields { name } inputFields { name type { name } } enumValues { name } interfaces { name } possibleTypes { name } } } }`
	}
	var set func(typ string, depth int) string
	field := func(typ string, depth int) string {
		f := "__typename"
		if list := w.fields[typ]; len(list) > 0 && w.IntN(6) > 0 {
			f = list[w.IntN(len(list))]
		}
		at := typ + "." + f
		text := w.alias() + f
		if w.IntN(12) == 0 {
			text += "x"
		}
		if w.takes[at] != "" && w.IntN(3) > 0 || w.IntN(12) == 0 {
			text += "(with: " + w.literal() + ")"
		}
		if len(w.fields[w.of[at]]) > 0 || len(w.members[w.of[at]]) > 0 {
			text += set(w.of[at], depth+1)
		}
		return text
	}
	set = func(typ string, depth int) string {
		var b strings.Builder
		b.WriteString(" {")
		for range 1 + w.IntN(3) {
			if w.IntN(4) == 0 && depth < 4 {
				on := typ
				if list := w.members[typ]; len(list) > 0 || w.IntN(3) == 0 {
					on = append(slices.Clone(w.types[1:]), list...)[w.IntN(len(w.types)-1+len(list))]
				}
				b.WriteString(" ... on " + on + set(on, depth+1))
				continue
			}
			if depth > 4 {
				b.WriteString(" __typename")
				continue
			}
			b.WriteString(" " + field(typ, depth))
		}
		b.WriteString(" }")
		return b.String()
	}
	head := "query"
	if w.IntN(3) == 0 {
		head = "query($v: " + name([]string{"Filter", "Shade", "[Order_by!]", "Colour", "Money", "Order", "Range"}) + ")"
	}
	return head + set("Query", 0)
}

// alias keeps most fields apart, so that not all documents have conflicts.
func (w *world) alias() string { return "a" + strconv.Itoa(w.IntN(1000)) + ": " }

func (w *world) literal() string {
	return []string{"$v", "$v", "$v", "DARK", "DARC", "RED", "{range: {least: 1}}", "{rang: {}}", "{colour: REDD, range: {moost: 1}}", "[{label: 1}]", "[{labl: 1}]", "5"}[w.IntN(12)]
}

func (w *world) variables() string {
	return []string{"{}", `{"v":"DARK"}`, `{"v":{"range":{"least":1}}}`, `{"v":{"range":{"leest":1}}}`, `{"v":{"colour":"REDD","range":{}}}`, `{"v":[{"lable":1}]}`}[w.IntN(6)]
}
