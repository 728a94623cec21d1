package mapping

import "github.com/weftgraph/weft/graph/value"

// span is a range of bytes in the mapping's text.
type span struct{ offset, end int }

// expr is a node that has a value: *constant, *list, *object, *chain or *path.
type expr interface{ where() span }

// constant is a literal string, number, boolean or null.
type constant struct {
	span
	value value.Value
}

// list is an array literal.
type list struct {
	span
	elems []expr
}

// object is an object literal. Unlike a group at the end of a path it leaves
// `$` alone, though from v0.4 on it has the same entries.
type object struct {
	span
	group *group
}

// chain is a row of operands joined by `??` or by `?!`.
type chain struct {
	span
	nullish  bool // `??`, which skips null as well as MISSING
	operands []expr
}

// path is a start, steps, and at most one group at the end.
type path struct {
	span
	start start
	steps []step
	group *group
}

func (s span) where() span { return s }

type startKind uint8

const (
	startHere    startKind = iota // nothing written, `$` is meant: `alias: { … }` up to v0.3
	startKey                      // a property of `$`
	startDollar                   // `$`
	startAt                       // `@`
	startVar                      // a variable of the Env
	startLocal                    // bound by ->as
	startUnknown                  // a variable that nothing binds
	startParens                   // `$( expr )`
	startLiteral                  // a literal with steps or a group
)

// keyForm is how a key is written.
type keyForm struct {
	quoted bool // in quotes, and problems quote it as well
	quiet  bool // a `?` follows: an object without the property is no problem
}

// start is where a path takes its value from.
type start struct {
	span
	kind startKind
	name string  // of the key or variable, without the dollar sign
	v    Var     // for startVar
	slot int     // for startLocal
	key  keyForm // for startKey
	expr expr    // for startParens and startLiteral
}

type stepKind uint8

const (
	stepKey stepKind = iota
	stepMethod
	stepOptional // `?`
)

// step is one link of a path.
type step struct {
	span
	kind    stepKind
	name    string  // of the key or method
	key     keyForm // for stepKey
	nameAt  span
	method  methodID
	args    []expr
	hasArgs bool // parentheses were written, perhaps with nothing inside
	slot    int  // the local that ->as binds, -1 if its arguments are wrong
}

// group is a list of entries, in braces or at the top of a mapping.
type group struct {
	span
	entries []entry
	// distinct means that every entry has an output key and no key comes
	// twice, so that the result needs no merging.
	distinct bool
	// typename means that the first entry is a __typename which Prune added.
	typename bool
}

type entryKind uint8

const (
	entryAlias  entryKind = iota // key: value
	entryKey                     // a single key, its own output key
	entryInline                  // an anonymous path, merged into the result
	entrySpread                  // ...value
)

// entry is one item of a group.
type entry struct {
	span
	kind  entryKind
	key   string // output key of entryAlias and entryKey
	keyAt span
	value expr
}

func (e *entry) hasKey() bool { return e.kind == entryAlias || e.kind == entryKey }

// isSingleKey reports whether the path is a key with nothing but `?` steps
// and perhaps a group: only then does a path name its own output
// (Connectors specification 6.2, rule 1).
func (p *path) isSingleKey() bool {
	if p.start.kind != startKey {
		return false
	}
	for i := range p.steps {
		if p.steps[i].kind != stepOptional {
			return false
		}
	}
	return true
}

// settle notes which keys a `?` follows.
func (p *path) settle() {
	for i := range p.steps {
		if p.steps[i].kind != stepOptional {
			continue
		}
		if i == 0 {
			p.start.key.quiet = p.start.kind == startKey
		} else {
			p.steps[i-1].key.quiet = p.steps[i-1].kind == stepKey
		}
	}
}

// isBare reports whether the path is its start and nothing else.
func (p *path) isBare() bool { return len(p.steps) == 0 && p.group == nil }

// only returns the value of a group that is nothing but an anonymous path
// without a group at its end: such a group stands for that value (Connectors
// specification 6.2, rule 4). It is nil for all other groups.
func (g *group) only() expr {
	if len(g.entries) != 1 || g.entries[0].kind != entryInline {
		return nil
	}
	if p, ok := g.entries[0].value.(*path); ok && p.group != nil {
		return nil
	}
	return g.entries[0].value
}

// replaceEarlier leaves of several properties with one name the last, at the
// place of the first, as object literals do before connect/v0.4.
func (g *group) replaceEarlier() {
	at := make(map[string]int, len(g.entries))
	kept := g.entries[:0]
	for _, e := range g.entries {
		if i, ok := at[e.key]; ok {
			kept[i] = e
			continue
		}
		at[e.key] = len(kept)
		kept = append(kept, e)
	}
	g.entries = kept
}

// seal computes what depends on all entries.
func (g *group) seal() *group {
	seen := make(map[string]bool, len(g.entries))
	g.distinct = true
	for i := range g.entries {
		e := &g.entries[i]
		if !e.hasKey() || seen[e.key] {
			g.distinct = false
			break
		}
		seen[e.key] = true
	}
	return g
}
