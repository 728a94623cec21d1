package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
)

// codeTrusted is the code of trusted documents that a graph cannot run.
const codeTrusted = "WEFT_TRUSTED_DOCUMENT"

// maxMisfits bounds how many documents are reported: a schema that has lost a type that everybody uses would report all.
const maxMisfits = 100

// trust are the trusted documents of a definition, as its manifests have them.
type trust struct {
	documents []persisted.Document
	policy    graph.Trust
	// found is what is wrong with the manifests.
	found diag.List
}

// readTrust reads the manifests, if they have an effect.
func readTrust(c *config.Config) trust {
	if !c.PersistedQueries.Enabled {
		return trust{}
	}
	p := &c.PersistedQueries
	documents, found := persisted.Load(p.Manifests)
	t := trust{documents, graph.Trust{
		Documents: make([]graph.TrustedDocument, len(documents)), Only: p.Only, ByID: p.ByID, Log: p.LogUnknown,
	}, found}
	for i, d := range documents {
		t.policy.Documents[i] = graph.TrustedDocument{ID: d.ID, Operation: d.Name, Text: d.Text}
	}
	return t
}

// equals tells that two manifests say the same.
func (t trust) equals(o trust) bool {
	return slices.Equal(t.policy.Documents, o.policy.Documents) && t.found.Error() == o.found.Error()
}

// check reports what is wrong with the manifests, for a generation that knows their documents.
func (t trust) check(g *graph.Generation) diag.List {
	return append(slices.Clone(t.found), t.misfits(g)...)
}

// misfits reports the documents that a generation cannot run. They are errors if nothing else may run: their clients would have no
// answer, and a generation before this one has it.
func (t trust) misfits(g *graph.Generation) (found diag.List) {
	report := found.Warnf
	if t.policy.Only || t.policy.ByID {
		report = found.Errorf
	}
	misfits := g.Misfits()
	for i, m := range misfits {
		d := &t.documents[m.Document]
		if i == maxMisfits {
			report(codeTrusted, diag.Span{File: d.Span.File}, "and %d more documents", len(misfits)-i)
			break
		}
		name := ""
		if d.Name != "" {
			name = " (" + d.Name + ")"
		}
		report(codeTrusted, d.Span, "the trusted document %q%s does not fit the graph: %s", d.ID, name, because(m.Errors))
	}
	return found
}

// because gives the first of some errors, with its place in the document, which is not that in the manifest.
func because(errs gqlerror.List) string {
	why := strings.TrimSuffix(errs[0].Message, ".")
	if at := errs[0].Locations; len(at) > 0 {
		why += fmt.Sprintf(" (line %d, column %d of it)", at[0].Line, at[0].Column)
	}
	if more := len(errs) - 1; more > 0 {
		why += fmt.Sprintf(", and %d more", more)
	}
	return why
}
