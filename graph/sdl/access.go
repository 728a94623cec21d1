package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
)

// AccessKind is what a directive that restricts access asks for.
type AccessKind uint8

// The kinds of restrictions.
const (
	// Authenticated asks for a caller who has shown credentials (`@authenticated`).
	Authenticated AccessKind = iota
	// Scopes asks for what the caller's credentials must allow (`@requiresScopes`).
	Scopes
	// Policies asks policies (`@policy`).
	Policies
)

// String is the directive's own name with its "@".
func (k AccessKind) String() string {
	switch k {
	case Authenticated:
		return "@authenticated"
	case Scopes:
		return "@requiresScopes"
	default:
		return "@policy"
	}
}

// Access is one directive that restricts who may read an element. All that stand at an element hold, whatever documents they are from.
type Access struct {
	Kind     AccessKind
	Document *Document
	// AnyOf are the alternatives of Scopes and Policies: one of them has to hold, which all of its members have to. There is at least one, and
	// each has at least one member, none of which is empty. Where what is written is wrong, and allowed to be, there is none: nobody passes.
	AnyOf  [][]Text
	Origin diag.Span
}

// access reads what restricts access among the directives that a document has at an element.
func (n numbering) access(d *document, list ast.DirectiveList) []Access {
	var found []Access
	for _, applied := range list {
		kind, ok := n.accessKind(d, applied)
		if !ok {
			continue
		}
		a := Access{Kind: kind, Document: d.Document, Origin: n.at(applied.Position)}
		switch kind {
		case Scopes:
			a.AnyOf = n.alternatives(d, applied, "scopes")
			n.checkScopes(a.AnyOf)
		case Policies:
			a.AnyOf = n.alternatives(d, applied, "policies")
		case Authenticated:
		}
		found = append(found, a)
	}
	return found
}

// accessKind finds out whether a directive restricts access. One that nobody defines, which is an error that can be allowed, is taken for what it
// is called: it must not open what it stands at.
func (n numbering) accessKind(d *document, applied *ast.Directive) (AccessKind, bool) {
	m := d.directive(applied.Name)
	switch {
	case m.link == nil && d.directives[applied.Name] == nil:
		m.name = applied.Name
	case m.link == nil:
		n.warnOwn(d, applied)
		return 0, false
	case m.link.url.identity != identityFederation && !(isAccess(m.link.url.identity) && m.name == m.link.url.name):
		return 0, false
	}
	switch m.name {
	case "authenticated":
		return Authenticated, true
	case "requiresScopes":
		return Scopes, true
	case "policy":
		return Policies, true
	default:
		return 0, false
	}
}

// isAccess tells the specifications that published documents link for one of the directives each.
func isAccess(identity string) bool {
	switch identity {
	case identityAuthenticated, identityScopes, identityPolicy:
		return true
	default:
		return false
	}
}

// warnOwn warns of directives that are called like those that restrict access and are none: whoever relies on them has to know.
func (n numbering) warnOwn(d *document, applied *ast.Directive) {
	switch applied.Name {
	case "authenticated", "requiresScopes", "policy":
		n.diags.Warnf(codeNotEnforced, n.at(applied.Position),
			"@%s is not federation's here, so that it restricts nothing: everybody can ask for what it stands at", applied.Name)
		if url := n.linkFor(d, applied.Name); url != "" {
			n.note(`the document does not link it: write extend schema @link(url: "`+url+`", import: ["@`+applied.Name+`"])`, diag.Span{})
		}
	}
}

// alternatives reads a list of lists of strings: one list stands for a list of one, and so does one string (specification 3.11). It returns none
// where something is wrong with it.
func (n numbering) alternatives(d *document, applied *ast.Directive, name string) [][]Text {
	given := argument(applied, name)
	if given == nil {
		return nil // reported with all arguments
	}
	var anyOf [][]Text
	for _, inner := range items(given) {
		all, ok := n.members(d, applied, inner)
		if !ok {
			return nil
		}
		anyOf = append(anyOf, all)
	}
	if len(anyOf) == 0 {
		n.errorf(codeAccess, given.Position, "@%s has no alternative, so that nobody could pass: name at least one, or use @inaccessible", applied.Name)
	}
	return anyOf
}

// checkScopes reports names that no credentials can have: blanks divide scopes (RFC 6749, section 3.3).
func (n numbering) checkScopes(anyOf [][]Text) {
	for _, all := range anyOf {
		for _, t := range all {
			if words := strings.Fields(t.String()); len(words) != 1 || words[0] != t.String() {
				n.diags.Errorf(codeAccess, t.Whole(), "no caller can have the scope %q, since blanks divide scopes: write [[%s]] if all are needed",
					t.String(), `"`+strings.Join(words, `", "`)+`"`)
			}
		}
	}
}

// members reads one alternative.
func (n numbering) members(d *document, applied *ast.Directive, inner *ast.Value) (all []Text, ok bool) {
	list := items(inner)
	if len(list) == 0 {
		n.errorf(codeAccess, inner.Position, "an alternative of @%s is empty, so that everybody would pass: name what it asks for, or leave it out", applied.Name)
		return nil, false
	}
	for _, m := range list {
		if !isString(m) {
			return nil, false // reported with all arguments
		}
		if strings.TrimSpace(m.Raw) == "" {
			n.errorf(codeAccess, m.Position, "@%s names an empty string", applied.Name)
			return nil, false
		}
		all = append(all, newText(d.file, m.Position.Start, m.Position.End))
	}
	return all, true
}

// items are the members of a list; any other value stands for a list of one.
func items(v *ast.Value) []*ast.Value {
	if v.Kind != ast.ListValue {
		return []*ast.Value{v}
	}
	out := make([]*ast.Value, len(v.Children))
	for i, c := range v.Children {
		out[i] = c.Value
	}
	return out
}
