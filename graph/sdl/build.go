package sdl

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// Input is one document to build a graph from. The document's name is the file name without folders and extension.
type Input struct {
	File, Text string
	// Files has the contracts that the document names. Nil means the operating system's files, relative to the folder of File.
	Files datasources.Files
	// Executable names the executable schema that resolves the document's fields in this process; empty for all others, whose
	// fields say themselves where they come from.
	Executable string
}

// files returns what the document's contracts are read from.
func (in Input) files() datasources.Files {
	if in.Files == nil {
		return datasources.Folder(filepath.Dir(in.File))
	}
	return in.Files
}

// Options are what a build needs from outside.
type Options struct {
	// Env looks up environment variables for `$env`. A nil Env knows none.
	Env func(name string) (string, bool)
	// Allow names the codes of errors that are taken as warnings. What such an error leaves is built: a connector or source
	// that could not be read is left out, so that its fields have no supplier. Syntax errors cannot be allowed, nor errors that
	// leave nothing to build.
	Allow []string
	// NoDefer leaves @defer out of what clients see.
	NoDefer bool
}

// Build makes a graph of documents. It reports everything that is wrong with them in one run, sorted by place; the graph is
// nil when that includes an error. Build does no I/O and keeps no reference to opts; its time is linear in the size of
// the documents.
//
// The passes, in order; each works on what those before it have left, so that one mistake is reported once:
//
//	parse      text → syntax trees, going on after errors
//	link       @link → which names mean which specification's elements
//	define     definitions and extensions → the types of each document; root types get their usual names
//	check      references, applied directives, default values, field sets: within each document
//	connect    @source and @connect → settings, connectors, their texts and paths; checked against the document's types
//	merge      the documents' types → one schema
//	number     ids; connectors meet their types and sources; the rules of GraphQL for the merged schema
//	client     what clients see: no inaccessible elements; introspection and validation use it
//	whole      what allowed errors have left must be enough for a graph
func Build(inputs []Input, opts Options) (*Graph, diag.List) {
	g, found := Sketch(inputs, opts)
	if found.HasErrors() {
		return nil, found
	}
	return g, found
}

// Sketch is Build for checks that can do with less than a graph. Where the diagnostics have errors, what could be read is there: sources,
// connectors of which nothing is missing, and the types that they mention, as far as these are right. Everything else may be missing, and there
// is no Schema.
func Sketch(inputs []Input, opts Options) (*Graph, diag.List) {
	b := newBuilder(opts)
	for _, in := range inputs {
		b.parse(in)
	}
	b.checkDocumentNames()
	for _, d := range b.documents {
		b.link(d)
		b.define(d)
		b.checkDocument(d)
		b.connect(d)
	}
	m := b.merge()
	g := b.number(m)
	visible := b.client(m)
	found := &b.diags.list
	if !found.HasErrors() {
		b.checkWhole(g)
	}
	if !found.HasErrors() {
		g.Schema = b.validate(visible)
	}
	found.Sort()
	return g, *found
}

// builder carries one Build through its passes.
type builder struct {
	opts      Options
	diags     reports
	documents []*document
	// files finds the file of a syntax node.
	files map[*ast.Source]*file
	specs *specs
	// suggestions left: looking for the nearest of many names is the one thing here whose cost is not linear.
	suggestions int
	// isBroken tells that a document has syntax errors: what seems to be missing may be in what could not be read.
	isBroken bool
	// specified tells to check in the order of the Connectors specification (chapter 8), rather than to show as much as possible.
	specified bool
}

// maxSuggestions bounds how many misspelled names get a suggestion.
const maxSuggestions = 200

func newBuilder(opts Options) *builder {
	if opts.Env == nil {
		opts.Env = func(string) (string, bool) { return "", false }
	}
	return &builder{
		opts: opts, diags: reports{allowed: opts.Allow}, files: map[*ast.Source]*file{}, specs: newSpecs(), suggestions: maxSuggestions,
	}
}

// document is one document on its way through the passes.
type document struct {
	*Document
	file   *file
	syntax syntax
	// executable is the name of the executable schema that resolves the document's fields; usually there is none.
	executable string
	// contracts has the files that the document's sources name.
	contracts datasources.Files
	links     []*link
	// namespaces finds a link by its prefix, imports by an imported name; names of directives begin with "@".
	namespaces map[string]*link
	imports    map[string]imported
	// connectLink is the link of the connect specification, nil in a plain document.
	connectLink *link
	// federated tells that the document links federation v2, so that its rules of sharing hold.
	federated bool
	// types are the document's types; order keeps them as written.
	types map[string]*docType
	order []*docType
	// directives are the document's own directive definitions.
	directives map[string]*ast.DirectiveDefinition
	roots      map[ast.Operation]string
	sources    []*readSource
	sourceByID map[string]*readSource
	connectors []*readConnector
	connectIDs map[string]diag.Span
	// missingSources and unlinked are names of sources and directives that have been reported once, for all their uses.
	missingSources, unlinked map[string]bool
	fieldSets                fieldSets
	// implementers finds the object types of an interface; made when it is first needed.
	implementers map[string][]*docType
}

func (b *builder) parse(in Input) {
	f := newFile(in.File, in.Text)
	b.files[f.source] = f
	d := &document{
		Document: &Document{Name: documentName(in.File), File: in.File, Text: in.Text},
		file:     f, contracts: in.files(), executable: in.Executable, missingSources: map[string]bool{}, unlinked: map[string]bool{},
	}
	var found diag.List
	d.syntax = parse(f, &found)
	b.diags.refuse(found...)
	b.isBroken = b.isBroken || len(found) > 0
	b.documents = append(b.documents, d)
}

// documentName is the file name without folders and extension.
func documentName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// checkDocumentNames reports documents with equal names: coordinates and the configuration could not tell them apart.
func (b *builder) checkDocumentNames() {
	first := map[string]*document{}
	for _, d := range b.documents {
		if other, ok := first[d.Name]; ok {
			b.diags.Errorf(codeDocumentName, diag.Span{File: d.File},
				"the document is called %q like %s; document names are file names without folders and extension", d.Name, other.File)
			continue
		}
		first[d.Name] = d
	}
}

// at returns the span of a syntax node of any document.
func (b *builder) at(p *ast.Position) diag.Span {
	if p == nil || b.files[p.Src] == nil {
		return diag.Span{}
	}
	return b.files[p.Src].at(p)
}

// errorf reports an error at a syntax node.
func (b *builder) errorf(code string, p *ast.Position, format string, args ...any) {
	b.diags.Errorf(code, b.at(p), format, args...)
}

// refusef reports an error that cannot be allowed.
func (b *builder) refusef(at diag.Span, format string, args ...any) {
	b.diags.refuse(diag.Diagnostic{Code: codeGraphQL, Span: at, Message: fmt.Sprintf(format, args...)})
}

// suggest adds the nearest spelling to the diagnostic that was reported last.
func (b *builder) suggest(got string, among []string) {
	if b.suggestions == 0 {
		return
	}
	b.suggestions--
	nearest := diag.Nearest(got, among)
	if nearest == "" {
		nearest = begunWith(got, among)
	}
	b.diags.last().Nearest = nearest
}

// begunWith returns the only name that begins with what was written, "" when there are none or several: people shorten names.
func begunWith(got string, among []string) string {
	const shortest = 3
	found := ""
	for _, name := range among {
		if len(got) < shortest || !strings.HasPrefix(name, got) || name == got {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// note adds a note to the diagnostic that was reported last.
func (b *builder) note(message string, at diag.Span) {
	last := b.diags.last()
	last.Notes = append(last.Notes, diag.Note{Message: message, Span: at})
}
