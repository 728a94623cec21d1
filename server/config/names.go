package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// nameKind says what a key that is a name is a name of.
type nameKind uint8

const (
	// sourceName is "<document>.<source>", or "<document>.<Type_field_n>".
	sourceName nameKind = iota
	documentName
	// sourceOfDocument is the name of a source below that of its document.
	sourceOfDocument
)

// placeholder stands for such names in the reference.
func (k nameKind) placeholder() string {
	switch k {
	case documentName:
		return "<document>"
	case sourceOfDocument:
		return "<source>"
	default:
		return "<name>"
	}
}

// usedName is a name of the graph that the file uses.
type usedName struct {
	kind nameKind
	// path leads to it, and ends with it.
	path []string
	span diag.Span
	// node is what the file says of it.
	node *node
}

// name is the name in full.
func (u usedName) name() string {
	last := u.path[len(u.path)-1]
	if u.kind == sourceOfDocument {
		return u.path[len(u.path)-3] + "." + last
	}
	return last
}

// Check holds the file against a graph: names of sources and documents that the graph does not have, which would silently have no
// effect, are warnings; URLs that the source's document could not have are errors, and so are fields of rate limits that it does not have.
func (c *Config) Check(g *sdl.Graph) diag.List {
	known := namesOf(g)
	var found diag.List
	for _, u := range c.names {
		name := u.name()
		if u.kind == documentName {
			if !slices.Contains(known.documents, name) {
				found.Add(unknownName(u, "document", known.documents))
			}
			continue
		}
		i := slices.Index(known.sources, name)
		if i < 0 {
			found.Add(unknownName(u, "source", known.sources))
			continue
		}
		found.Add(checkURL(u, known.modes[i], known.kinds[i])...)
	}
	found.Add(c.checkRuleFields(g)...)
	return found
}

func unknownName(u usedName, what string, known []string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: Code, Message: fmt.Sprintf("the graph has no %s %q", what, u.name()), Severity: diag.Warning, Span: u.span,
		Nearest: diag.Nearest(u.name(), known),
	}
}

// checkURL checks the template that replaces the source's own, in the grammar of its document.
func checkURL(u usedName, mode mapping.Mode, kind datasources.Kind) diag.List {
	f := u.node.field("override_url")
	if f == nil {
		return nil
	}
	var found diag.List
	t, err := mapping.ParseTemplate(f.value.text, mode)
	if err != nil {
		found.Errorf(Code, f.value.span, "%v", err)
		return found
	}
	if isConstant := len(t.Parts()) == 1 && t.Parts()[0].Hole == nil; isConstant && kind == datasources.GRPC {
		if _, err := datasources.ParseGRPCAddress(t.Text()); err != nil {
			found.Errorf(Code, f.value.span, "%v", err)
		}
	}
	return found
}

// graphNames are the names that a configuration may use.
type graphNames struct {
	// sources have their documents' modes, and their kinds, in the same order.
	sources   []string
	modes     []mapping.Mode
	kinds     []datasources.Kind
	documents []string
}

func namesOf(g *sdl.Graph) graphNames {
	var names graphNames
	for i := range g.Sources {
		s := &g.Sources[i]
		if s.ID == 0 {
			continue // index 0 is no source
		}
		names.sources = append(names.sources, s.Settings.Name)
		names.modes = append(names.modes, s.Document.Mode)
		names.kinds = append(names.kinds, s.Settings.Kind)
		if document, _, _ := strings.Cut(s.Settings.Name, "."); !slices.Contains(names.documents, document) {
			names.documents = append(names.documents, document)
		}
	}
	return names
}
