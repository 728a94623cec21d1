package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/weftgraph/weft/graph/plan"
)

// Document is a query document that has been validated against the schema of one generation. It is immutable, but for the
// plans that its operations remember, and safe for concurrent use.
type Document struct {
	text       string
	query      *ast.QueryDocument
	operations []*Operation
	// bare is query with operations that declare no variables; see Bare.
	bare *ast.QueryDocument
	// hashing makes hash when somebody asks.
	hashing sync.Once
	hash    string
	// isTrusted tells that operators have registered it, trustedID by which id first.
	isTrusted bool
	trustedID string
	// noticed tells that somebody has been told of it.
	noticed atomic.Bool
	// naming is what it names that not everybody sees; nil where everybody sees everything.
	naming *naming
}

// IsTrusted tells whether the document is registered.
func (d *Document) IsTrusted() bool { return d.isTrusted }

// TrustedID returns the first id by which the document is registered, empty if it is not.
func (d *Document) TrustedID() string { return d.trustedID }

// Notice tells whether it is called for the first time, so that a document can be mentioned once.
func (d *Document) Notice() bool { return !d.noticed.Load() && d.noticed.CompareAndSwap(false, true) }

// Text returns the document as the client sent it.
func (d *Document) Text() string { return d.text }

// Hash returns the hexadecimal SHA-256 of the text.
func (d *Document) Hash() string {
	d.hashing.Do(func() {
		sum := sha256.Sum256([]byte(d.text))
		d.hash = hex.EncodeToString(sum[:])
	})
	return d.hash
}

// Query returns the parsed document, to be read only.
func (d *Document) Query() *ast.QueryDocument { return d.query }

// Bare returns the parsed document with operations that declare no variables. gqlgen's executor coerces the variables that
// an operation declares by gqlparser's rules; given this document it has none to coerce, and leaves the matter to package
// input, which follows the specification.
func (d *Document) Bare() *ast.QueryDocument { return d.bare }

// Operation returns the operation with that name, or the only one when the name is empty. An error has the code
// OPERATION_RESOLUTION_FAILURE.
func (d *Document) Operation(name string) (*Operation, *gqlerror.Error) {
	if name == "" {
		switch len(d.operations) {
		case 0:
			return nil, codedError(CodeOperationResolution, "Must provide an operation.")
		case 1:
			return d.operations[0], nil
		default:
			return nil, codedError(CodeOperationResolution,
				"Must provide operation name if query contains multiple operations.")
		}
	}
	at := slices.IndexFunc(d.operations, func(op *Operation) bool { return op.def.Name == name })
	if at < 0 {
		return nil, codedError(CodeOperationResolution, `Unknown operation named "%s".`, shortened(name))
	}
	return d.operations[at], nil
}

// prepare checks a text and makes a Document of it.
func (g *Generation) prepare(text string) (*Document, gqlerror.List) {
	query, exceeds, errs := g.read(g.graph.Schema, text)
	if len(errs) > 0 {
		return nil, errs
	}
	return g.newDocument(text, query, exceeds), nil
}

// read parses a text and validates it against the whole schema, or what is seen of it. exceeds are the limits that each operation exceeds, which only warn.
func (g *Generation) read(schema *ast.Schema, text string) (_ *ast.QueryDocument, exceeds []gqlerror.List, _ gqlerror.List) {
	if strings.TrimSpace(text) == "" {
		return nil, nil, gqlerror.List{codedError(CodeOperationResolution, "Must provide query string.")}
	}
	if err := checkSize(text, g.limits); err != nil {
		return nil, nil, gqlerror.List{err}
	}
	spelled, err := respell(text)
	if err != nil {
		return nil, nil, gqlerror.List{err}
	}
	source := &ast.Source{Input: spelled}
	if err := checkLexical(source, g.limits); err != nil {
		return nil, nil, gqlerror.List{err}
	}
	query, parseErr := parser.ParseQuery(source)
	if parseErr != nil {
		return nil, nil, gqlerror.List{parseError(parseErr)}
	}
	if exceeds, err = checkExtent(query, g.limits); err != nil {
		return nil, nil, gqlerror.List{err}
	}
	if errs := validate(schema, query, g.rules); len(errs) > 0 {
		g.personal.HideLiterals(query, errs)
		return nil, nil, errs
	}
	return query, exceeds, nil
}

// newDocument makes a document of one that is valid; exceeds are the limits that each operation exceeds, which only warn.
func (g *Generation) newDocument(text string, query *ast.QueryDocument, exceeds []gqlerror.List) *Document {
	d := &Document{text: text, query: query}
	bare := *query
	bare.Operations = make(ast.OperationList, len(query.Operations))
	for i, def := range query.Operations {
		copied := *def
		copied.VariableDefinitions = nil
		bare.Operations[i] = &copied
		d.operations = append(d.operations, &Operation{
			document:   d,
			def:        def,
			conditions: plan.Conditions(def),
			demands:    g.demands(def),
			exceeds:    exceeds[i],
		})
	}
	d.bare = &bare
	if g.sights != nil {
		d.naming = g.sights.naming(d)
	}
	return d
}

// shortened returns a name of the request for a message, which must not be as long as the request.
func shortened(name string) string {
	if len(name) <= maxNameBytes {
		return name
	}
	end := maxNameBytes
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "…"
}
