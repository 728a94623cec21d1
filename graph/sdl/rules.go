package sdl

import (
	"slices"

	"github.com/weftgraph/weft/graph/diag"
)

// CheckConnectors reports what the checks of the Connectors specification (chapter 8) find in each document on its own: their codes
// and no others, in the specification's order, which leaves out what depends on something that is wrong already. A document
// without a connect link has only its syntax checked. The list is sorted by place; CheckConnectors does no I/O.
//
// Build checks more, shows independent problems together, and looks at all documents at once; but a graph with fields that have no
// connector, or with keys that do not work, can be built; see CheckResolution.
func CheckConnectors(inputs []Input, opts Options) diag.List {
	var found diag.List
	for _, in := range inputs {
		b := newBuilder(opts)
		b.specified = true
		found.Add(b.checkAlone(in)...)
	}
	found.Sort()
	return found
}

// checkAlone runs the passes of a Build on a single document.
func (b *builder) checkAlone(in Input) diag.List {
	in.Executable = ""
	b.parse(in)
	d := b.documents[0]
	syntax := slices.Clone(b.diags.list)
	b.link(d)
	switch {
	case d.connectLink == nil:
		return syntax
	case d.connectLink.isUnknown:
		// Another version may allow what this one would refuse.
		return b.diags.list.Filter(func(found diag.Diagnostic) bool { return found.Code == codeUnknownVersion })
	}
	b.define(d)
	b.checkDocument(d)
	b.connect(d)
	b.number(b.merge())
	return b.diags.list.Filter(func(found diag.Diagnostic) bool { return isSpecified(found.Code) })
}

// CheckResolution is the part of CheckConnectors that Build leaves out: fields without a connector, and keys that do not work.
func CheckResolution(inputs []Input, opts Options) diag.List {
	codes := []string{CodeUnresolvedField, codeBatchKey, codeBatchKeyOrigin, codeCannotResolveKey, codeMissingEntity}
	return CheckConnectors(inputs, opts).Filter(func(d diag.Diagnostic) bool { return slices.Contains(codes, d.Code) })
}

// isSpecified reports whether a code is one of the Connectors specification's.
func isSpecified(code string) bool { return slices.Contains(specifiedCodes(), code) }

// specifiedCodes are the codes of the Connectors specification, in its order (chapter 8).
func specifiedCodes() []string {
	return []string{
		codeGraphQL, codeUnknownVersion, codeMissingType, codeUnsupportedDirective, codeUnsupportedAbstract, codeSubscription,

		codeDuplicateSource, codeEmptySourceName, codeSourceName, codeURL, codeURLScheme, codeURLProperty, codeHeader,
		codeHeaderCollision, codeErrorsMessage, codeIsSuccess,

		codeConnectOnRoot, codeConnectorID, codeDuplicateID, codeSourceMismatch, codeNoSources, codeNoSourceImport,
		codeMissingMethod, codeMultipleMethods, codeAbsoluteURL, codeRelativeURL, codeBody, codeSelection,
		codeUndefinedArgument, codeUndefinedField, codeUnsupportedVariable, codeBatchAndThis, codeEntityNotOnQuery,
		codeEntityType, codeEntityArguments, codeTypeNotEntity, codeSelectedField, codeGroupNotObject, codeGroupRequired,
		codeFieldWithArguments, codeCircular,

		CodeUnresolvedField, codeBatchKey, codeBatchKeyOrigin, codeCannotResolveKey, codeMissingEntity,
	}
}
