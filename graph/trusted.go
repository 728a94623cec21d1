package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/errgroup"
)

// Trust says which documents operators have registered, and what holds for all others. The zero Trust knows no documents and
// allows all.
type Trust struct {
	// Documents are the registered ones.
	Documents []TrustedDocument
	// Only refuses every other document. Texts are compared by their tokens: space, comments and the order of definitions do not matter.
	Only bool
	// ByID refuses texts, also those of registered documents: these have to be asked for by id. It implies Only.
	ByID bool
	// Log tells that whoever begins runs is to log documents that are not registered.
	Log bool
}

// TrustedDocument is a query document that operators have registered.
type TrustedDocument struct {
	// ID is how clients ask for it. Of several documents with one id the first counts.
	ID string
	// Operation names an operation that the document has to have; it may be empty.
	Operation string
	// Text is the document.
	Text string
}

// Misfit is a registered document that the graph cannot run. It is not known by the generation.
type Misfit struct {
	// Document is its index in Trust.Documents.
	Document int
	// Errors say why.
	Errors gqlerror.List
}

// hashPrefix is what precedes a hash in a document id (GraphQL over HTTP, "Persisted Documents").
const hashPrefix = "sha256:"

// trusted are the registered documents of one generation. They are never forgotten. It is immutable; nil is that of a generation without.
type trusted struct {
	// byID finds documents by their ids, and by the hexadecimal SHA-256 of their text, by which clients ask who know no manifest.
	byID map[string]*Document
	// byTokens finds them by what they say.
	byTokens map[tokenSum]*Document
	// documents are those that can be run, each once.
	documents []*Document
	misfits   []Misfit
}

// get returns the document with an id or a hash, or nil. It may be called on nil.
func (t *trusted) get(id string) *Document {
	if t == nil {
		return nil
	}
	if doc := t.byID[id]; doc != nil {
		return doc
	}
	if hash, ok := strings.CutPrefix(id, hashPrefix); ok {
		return t.byID[hash]
	}
	return nil
}

// newTrusted validates the registered documents against the generation, which has to be complete but for them, and makes the plans of
// all their operations whose plan depends on no variable.
func newTrusted(g *Generation, trust Trust) *trusted {
	t := &trusted{
		byID:     make(map[string]*Document, 2*len(trust.Documents)),
		byTokens: make(map[tokenSum]*Document, len(trust.Documents)),
	}
	for i, checked := range g.checkAll(trust.Documents) {
		given := &trust.Documents[i]
		errs := checked.errs
		if len(errs) == 0 && given.Operation != "" {
			if _, err := checked.doc.Operation(given.Operation); err != nil {
				errs = gqlerror.List{err}
			}
		}
		if len(errs) > 0 {
			t.misfits = append(t.misfits, Misfit{i, errs})
			continue
		}
		t.add(given, checked)
	}
	// Ids come before hashes: what a manifest says explicitly holds.
	for i := range trust.Documents {
		text := trust.Documents[i].Text
		sum := sha256.Sum256([]byte(text))
		hash := hex.EncodeToString(sum[:])
		if doc := t.byID[trust.Documents[i].ID]; doc != nil && doc.text == text && t.byID[hash] == nil {
			t.byID[hash] = doc
		}
	}
	return t
}

func (t *trusted) add(given *TrustedDocument, checked *checkedDocument) {
	if t.byID[given.ID] == nil {
		t.byID[given.ID] = checked.doc
	}
	if !checked.isAdded {
		checked.isAdded, checked.doc.trustedID = true, given.ID
		t.documents = append(t.documents, checked.doc)
	}
	if t.byTokens[checked.tokens] == nil {
		t.byTokens[checked.tokens] = checked.doc
	}
}

// checkedDocument is what has become of a registered document.
type checkedDocument struct {
	doc    *Document
	tokens tokenSum
	errs   gqlerror.List
	// isAdded tells that it is among the documents.
	isAdded bool
}

// checkAll checks the documents, as many at once as there are processors. Documents with one text are one.
func (g *Generation) checkAll(given []TrustedDocument) []*checkedDocument {
	out := make([]*checkedDocument, len(given))
	byText := make(map[string]*checkedDocument, len(given))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range given {
		text := given[i].Text
		if known := byText[text]; known != nil {
			out[i] = known
			continue
		}
		checked := &checkedDocument{}
		out[i], byText[text] = checked, checked
		group.Go(func() error {
			g.checkTrusted(text, checked)
			return nil
		})
	}
	_ = group.Wait() // nothing of the above fails
	return out
}

// checkTrusted makes a document and its plans.
func (g *Generation) checkTrusted(text string, into *checkedDocument) {
	doc, errs := g.prepare(text)
	if len(errs) > 0 {
		into.errs = errs
		return
	}
	doc.isTrusted = true
	into.doc = doc
	into.tokens, _ = sumOfTokens(text, g.limits) // what could be prepared can be read
	for _, op := range doc.operations {
		if err := g.foresee(op); err != nil {
			into.errs = append(into.errs, requestError(err))
		}
	}
}

// Misfits returns the registered documents that the graph cannot run.
func (g *Generation) Misfits() []Misfit {
	if g.trusted == nil {
		return nil
	}
	return g.trusted.misfits
}

// Trusts tells whether a registered document has this id or hash.
func (g *Generation) Trusts(id string) bool { return g.trusted.get(id) != nil }

// HasTrusted tells whether documents are registered, or only such may run.
func (g *Generation) HasTrusted() bool { return g.trusted != nil }

// Trust returns what holds for documents that are not registered. It has no Documents.
func (g *Generation) Trust() Trust { return g.trust }

// find returns the document of a query.
func (g *Generation) find(q *Query) (*Document, gqlerror.List) {
	if q.ID == "" && q.Hash == "" && !g.trust.ByID {
		return g.prepareFor(q)
	}
	if doc := g.trusted.get(q.ID); doc != nil {
		return doc, nil
	}
	if doc := g.trusted.get(q.Hash); doc != nil && (q.Text == "" || q.Text == doc.text) {
		return doc, nil
	}
	switch {
	case q.ID != "" || q.Text == "":
		return nil, gqlerror.List{codedError(CodeNotTrusted, "No trusted document has the id that the request asks for.")}
	case g.trust.ByID:
		return nil, gqlerror.List{codedError(CodeNotTrusted, "Only trusted documents are allowed, and they must be asked for by their id.")}
	default:
		return g.prepareFor(q)
	}
}

// prepareAmong is prepare where documents are registered: a text that says what one of them does is that one.
func (g *Generation) prepareAmong(text string) (*Document, gqlerror.List) {
	if sum, ok := sumOfTokens(text, g.limits); ok {
		if doc := g.trusted.byTokens[sum]; doc != nil {
			return doc, nil
		}
	}
	if g.trust.Only {
		return nil, gqlerror.List{codedError(CodeNotTrusted, "Only trusted documents are allowed, and this is none.")}
	}
	return g.prepare(text)
}
