package persisted

import (
	"errors"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// codeManifest is the code of what is wrong with a manifest.
const codeManifest = "WEFT_MANIFEST"

// maxIDBytes bounds the id of a document: it has to have room in a URL.
const maxIDBytes = 512

// Document is a registered document, as a manifest has it.
type Document struct {
	// ID is how clients ask for it.
	ID string
	// Name is that of its operation; it may be empty.
	Name string
	// Text is the GraphQL document.
	Text string
	// Span is where the manifest has it.
	Span diag.Span
}

// Parse reads a manifest. There are two formats, told apart by what is in the file: that of Apollo's tools, which have `operations`,
// and a JSON object from ids to texts, as Relay's compiler and GraphQL Code Generator write it. All problems are reported; the
// documents that could be read are returned in any case. An id that occurs twice with one text is one document.
func Parse(file, text string) ([]Document, diag.List) {
	m := &manifest{file: file, lines: diag.NewLines(text)}
	root, err := readJSON(text)
	if err != nil {
		m.syntax(err)
		return nil, m.diags
	}
	switch {
	case root.kind != value.KindObject:
		m.errorf(root, "a manifest is a JSON object, not %s", kindName(root))
	case isApollo(root):
		m.apollo(root)
	default:
		m.plain(root)
	}
	documents, found := distinct(m.documents)
	m.diags.Add(found...)
	m.diags.Sort()
	return documents, m.diags
}

// manifest is one that is being read.
type manifest struct {
	file      string
	lines     *diag.Lines
	documents []Document
	diags     diag.List
}

func (m *manifest) span(n *node) diag.Span { return m.lines.Span(m.file, n.start, n.end) }

func (m *manifest) errorf(at *node, format string, args ...any) {
	m.diags.Errorf(codeManifest, m.span(at), format, args...)
}

// syntax reports why the text is no JSON.
func (m *manifest) syntax(err error) {
	var syntax *value.SyntaxError
	if !errors.As(err, &syntax) {
		m.diags.Errorf(codeManifest, diag.Span{File: m.file}, "the manifest is not valid JSON: %v", err)
		return
	}
	m.diags.Errorf(codeManifest, m.lines.Span(m.file, syntax.Offset, syntax.Offset),
		"the manifest is not valid JSON: %s", syntax.Message)
}

// apolloFormat is how Apollo's manifests call themselves.
const apolloFormat = "apollo-persisted-query-manifest"

// isApollo tells that a manifest is one of Apollo's: no id of a plain one has a list for a document.
func isApollo(root *node) bool {
	format, operations := root.get("format"), root.get("operations")
	return operations != nil && operations.kind == value.KindArray || format != nil && format.text == apolloFormat
}

func (m *manifest) apollo(root *node) {
	if format := root.get("format"); format == nil {
		m.errorf(root, `the manifest has "operations" and no "format"; it must be %q`, apolloFormat)
	} else if format.text != apolloFormat {
		m.errorf(format, `the "format" must be %q`, apolloFormat)
	}
	if version := root.get("version"); version == nil {
		m.errorf(root, `the "version" is missing; it must be 1`)
	} else if version.kind != value.KindInt || version.text != "1" {
		m.errorf(version, `the "version" must be 1`)
	}
	operations := root.get("operations")
	switch {
	case operations == nil:
		m.errorf(root, `"operations" is missing`)
	case operations.kind != value.KindArray:
		m.errorf(operations, `"operations" must be a list, not %s`, kindName(operations))
	default:
		for _, op := range operations.elements {
			m.apolloOperation(op)
		}
	}
}

func (m *manifest) apolloOperation(op *node) {
	if op.kind != value.KindObject {
		m.errorf(op, `an operation must be an object with "id" and "body", not %s`, kindName(op))
		return
	}
	id, hasID := m.string(op, "id", true)
	body, hasBody := m.string(op, "body", true)
	name, _ := m.string(op, "name", false)
	if hasID && hasBody {
		m.add(id, body, name, m.span(op.get("id")))
	}
}

// string reads a member that is a string.
func (m *manifest) string(of *node, name string, isRequired bool) (string, bool) {
	n := of.get(name)
	switch {
	case n == nil && !isRequired:
		return "", false
	case n == nil:
		m.errorf(of, "%q is missing", name)
		return "", false
	case n.kind == value.KindNull && !isRequired:
		return "", false
	case n.kind != value.KindString:
		m.errorf(n, "%q must be a string, not %s", name, kindName(n))
		return "", false
	}
	return n.text, true
}

func (m *manifest) plain(root *node) {
	for _, entry := range root.members {
		if entry.value.kind != value.KindString {
			m.errorf(entry.value, "the document %s must be a string, not %s", shownID(entry.name), kindName(entry.value))
			continue
		}
		m.add(entry.name, entry.value.text, "", m.lines.Span(m.file, entry.start, entry.value.start))
	}
}

func (m *manifest) add(id, text, name string, at diag.Span) {
	switch {
	case id == "":
		m.diags.Errorf(codeManifest, at, "the id of a document is empty")
	case len(id) > maxIDBytes:
		m.diags.Errorf(codeManifest, at, "the id of a document has %d bytes, more than the limit of %d", len(id), maxIDBytes)
	case strings.TrimSpace(text) == "":
		m.diags.Errorf(codeManifest, at, "the document %s is empty", shownID(id))
	default:
		m.documents = append(m.documents, Document{ID: id, Name: name, Text: text, Span: at})
	}
}

// distinct leaves out documents that occur again, and reports ids that stand for two.
func distinct(documents []Document) ([]Document, diag.List) {
	var (
		diags diag.List
		first = make(map[string]int, len(documents))
		kept  = documents[:0]
	)
	for _, d := range documents {
		at, isKnown := first[d.ID]
		switch {
		case !isKnown:
			first[d.ID] = len(kept)
			kept = append(kept, d)
		case kept[at].Text != d.Text:
			diags.Add(diag.Diagnostic{
				Code: codeManifest, Message: "the id " + shownID(d.ID) + " stands for two different documents", Span: d.Span,
				Notes: []diag.Note{{Message: "the first one is here", Span: kept[at].Span}},
			})
		}
	}
	return kept, diags
}

// kindName is what a value is called in messages.
func kindName(n *node) string {
	switch n.kind {
	case value.KindArray:
		return "a list"
	case value.KindObject:
		return "an object"
	case value.KindNull:
		return "null"
	default:
		return "a " + n.kind.String()
	}
}

// longestShown is how much of an id a message repeats.
const longestShown = 80

func shownID(id string) string {
	if len(id) > longestShown {
		id = strings.ToValidUTF8(id[:longestShown], "") + "…"
	}
	return `"` + id + `"`
}
