package graph

import (
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/permit"
)

// What a caller does not see is not there: a document that names it is not valid, and has the errors that it would have if the schema did not
// have it. So that nothing tells one from the other, neither words nor time, both go the same way: they are validated against what the caller
// sees, and nothing else is asked. Documents that name only what their sender may read, as nearly all do, are not validated again.

// maxSeenBy bounds the sights that a document remembers to be valid for.
const maxSeenBy = 64

// naming is what a document names that not everybody sees. It is safe for concurrent use.
type naming struct {
	// demands are those of its operations. Whoever meets them sees all that it names, unless isUnsure.
	demands []*permit.Demand
	// isUnsure tells that it names types of which nobody can tell by the demands whether anything of them is seen.
	isUnsure bool

	mu sync.Mutex
	// seenBy are the sights that the document is valid for.
	seenBy map[permit.Sight]struct{}
}

// naming finds out what a valid document names.
func (s *sights) naming(d *Document) *naming {
	n := &naming{}
	for _, op := range d.operations {
		if op.demands == nil {
			continue
		}
		for i := range op.demands.List {
			if of := op.demands.List[i].Demand; !slices.Contains(n.demands, of) {
				n.demands = append(n.demands, of)
			}
		}
	}
	n.isUnsure = s.isUnsure(d.query)
	return n
}

// isOpenTo tells that whoever asks may read all that the document names. Where it is false, the sight decides.
func (n *naming) isOpenTo(in permit.Input) bool {
	return !n.isUnsure && !slices.ContainsFunc(n.demands, func(d *permit.Demand) bool { return !d.MightAllow(in) })
}

// isOpenToAll tells that everybody sees all that the document names.
func (n *naming) isOpenToAll() bool { return n == nil || !n.isUnsure && len(n.demands) == 0 }

func (n *naming) isSeenBy(s permit.Sight) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ok := n.seenBy[s]
	return ok
}

func (n *naming) remember(s permit.Sight) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seenBy == nil {
		n.seenBy = map[permit.Sight]struct{}{}
	}
	if len(n.seenBy) >= maxSeenBy {
		clear(n.seenBy)
	}
	n.seenBy[s] = struct{}{}
}

// prepareFor is Prepare for the sender of a query: a document that names what its sender does not see is not valid.
func (g *Generation) prepareFor(q *Query) (*Document, gqlerror.List) {
	if g.sights == nil || g.trust.Only {
		return g.Prepare(q.Text) // registered documents are no guesses
	}
	known, isKnown := g.documents.cache.GetIfPresent(q.Text)
	if isKnown && known.naming.isOpenTo(g.sights.input(q)) {
		return known, nil
	}
	sight := g.sights.sightOf(q)
	switch {
	case sight.IsWhole():
		return g.Prepare(q.Text)
	case isKnown && known.naming.isSeenBy(sight):
		return known, nil
	}
	query, exceeds, errs := g.read(g.sights.schema(sight), q.Text)
	if len(errs) > 0 {
		return nil, errs
	}
	doc, errs := g.Prepare(q.Text)
	if len(errs) > 0 {
		// It relies on how an interface declares a field that is shown because of that alone. Nothing is fetched for such a field.
		return g.newDocument(q.Text, query, exceeds), nil
	}
	doc.naming.remember(sight)
	return doc, nil
}

// Check returns the errors of a query's text, as its sender gets them; none if the text is valid.
func (g *Generation) Check(q *Query) gqlerror.List {
	_, errs := g.prepareFor(q)
	return errs
}

// Hides tells that a query's text is not valid for its sender, where callers see different parts of the schema. Nobody may learn from it whether
// somebody else has used the text.
func (g *Generation) Hides(q *Query) bool { return g.sights != nil && len(g.Check(q)) > 0 }

// isUnsure tells whether a valid document names types that may be hidden though all that the document demands is met: those of which a caller
// sees nothing are, and nothing of them is read but `__typename`.
func (s *sights) isUnsure(doc *ast.QueryDocument) bool {
	f := nameFinder{schema: s.rules.WholeSchema(), named: map[string]bool{}, read: map[string]bool{}}
	for _, op := range doc.Operations {
		f.operation(op)
	}
	for _, fragment := range doc.Fragments {
		f.name(fragment.TypeCondition)
		f.walk(fragment.SelectionSet)
	}
	for name := range f.named {
		if s.least.Types[name] == nil && !f.read[name] {
			return true
		}
	}
	return false
}

// nameFinder goes through a document.
type nameFinder struct {
	schema *ast.Schema
	// named are the types that selections are on, and what implements them; read those of which a field is read.
	named, read map[string]bool
}

func (f *nameFinder) operation(op *ast.OperationDefinition) {
	root := f.schema.Query
	switch op.Operation {
	case ast.Mutation:
		root = f.schema.Mutation
	case ast.Subscription:
		root = f.schema.Subscription
	}
	f.name(root.Name)
	f.walk(op.SelectionSet)
}

func (f *nameFinder) walk(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name != "__typename" && s.ObjectDefinition != nil {
				f.note(f.read, s.ObjectDefinition.Name)
			}
			if len(s.SelectionSet) > 0 {
				f.name(s.Definition.Type.Name())
				f.walk(s.SelectionSet)
			}
		case *ast.InlineFragment:
			if s.TypeCondition != "" {
				f.name(s.TypeCondition)
			}
			f.walk(s.SelectionSet)
		}
	}
}

func (f *nameFinder) name(of string) { f.note(f.named, of) }

// note adds a type and those that it can be.
func (f *nameFinder) note(to map[string]bool, of string) {
	if to[of] {
		return
	}
	to[of] = true
	for _, possible := range f.schema.PossibleTypes[of] {
		to[possible.Name] = true
	}
}
