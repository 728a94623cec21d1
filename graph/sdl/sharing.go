package sdl

import (
	"fmt"

	"github.com/weftgraph/weft/graph/diag"
)

// checkSharing reports a field that several documents resolve although one of them does not allow it.
func (m merger) checkSharing(t *mergedType, f *mergedField) {
	overridden := map[string]bool{}
	for _, p := range f.parts {
		if from := p.override(); from != "" {
			overridden[from] = true
		}
	}
	var resolving []fieldPart
	for _, p := range f.counting() {
		if !overridden[p.on.doc.Name] {
			resolving = append(resolving, p)
		}
	}
	if len(resolving) < 2 {
		return
	}
	for _, p := range resolving {
		if p.isShareable() {
			continue
		}
		d := diag.Diagnostic{
			Code: codeSharing, Span: m.at(p.Position),
			Message: fmt.Sprintf("field %q of %q is resolved by several documents: mark it @shareable in each, or @external where it is only used", f.name, t.name),
		}
		for _, other := range resolving {
			if other.on != p.on {
				d.Notes = append(d.Notes, diag.Note{Message: "also defined here", Span: m.at(other.Position)})
			}
		}
		m.diags.add(d)
		return
	}
}

// isShareable reports whether the part's document allows others to resolve the field: documents that do not link federation v2
// always do, and fields of keys need no mark.
func (p fieldPart) isShareable() bool {
	d := p.on.doc
	return !d.federated || p.on.keyFields[p.Name] ||
		d.federation(p.Directives, "shareable") != nil || d.federation(p.on.directives, "shareable") != nil
}

// override is the document that the field is taken from, empty when it is taken from none.
func (p fieldPart) override() string {
	applied := p.on.doc.federation(p.Directives, "override")
	if applied == nil {
		return ""
	}
	from, _ := stringArgument(applied, "from")
	return from
}
