package soap

import (
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// selectionCheck holds what a selection reads against the type of the reply.
type selectionCheck struct {
	connector *datasources.Connector
	found     *diag.List
	// mayBeFault tells that the selection may be applied to a Fault, because a mapping decides what is a success.
	mayBeFault bool
}

// isFaultField tells the names in `$` of a Fault.
func isFaultField(name string) bool {
	switch name {
	case "faultcode", "faultsubcodes", "faultstring", "faultreasons", "faultactor", "faultnode", "detail":
		return true
	default:
		return false
	}
}

// selection checks the connector's selection.
func (k *selectionCheck) selection(o *wsdl.Operation) {
	reads := k.connector.Selection.Reads()
	if o.Output != nil && o.Output.Type != nil {
		k.reads(reads, o.Output, o.Output.Name.Local, k.mayBeFault)
		if check := k.connector.CheckReply; check != nil && !k.mayBeFault && !k.found.HasErrors() {
			k.found.Add(check(codeSelection, formOf(o.Output))...)
		}
		return
	}
	for _, child := range reads.Children {
		if !k.mayBeFault || !isFaultField(child.Name) {
			k.errorf(child.Paths, "operation %q has no output", o.Name)
			return
		}
	}
}

// blocks checks what is read of the reply's header blocks: of those that the operation declares, for there may be others.
func (k *selectionCheck) blocks(o *wsdl.Operation) {
	read := k.connector.Selection.Uses(mapping.Response).Child(blocksField)
	if read == nil {
		return
	}
	for _, block := range read.Children {
		for _, e := range slices.Concat(o.OutputHeaders, o.FaultHeaders) {
			if e.Name.Local == block.Name && e.Type != nil {
				k.reads(block.Paths, e, block.Name, false)
				break
			}
		}
	}
}

// reads checks the properties that are read of an element, to which the path leads.
func (k *selectionCheck) reads(paths *mapping.Paths, e *xsd.Element, path string, mayBeFault bool) {
	if e.Type.Array != nil {
		k.reads(paths, itemOf(e, e.Type.Array), path, mayBeFault)
		return
	}
	types := typesOf(e)
	isOpen := slices.ContainsFunc(types, func(t *xsd.Type) bool { return t.IsAny() || t.Wildcard() != nil })
	for _, child := range paths.Children {
		field := fieldIn(types, child.Name)
		switch {
		case field != nil && field.Element != nil:
			k.reads(child.Paths, field.Element, path+"/"+child.Name, false)
		case field != nil && len(child.Paths.Children) > 0:
			k.errorf(child.Paths.Children[0].Paths, "%s is text: it has no fields", message.Describe(path+"/"+child.Name))
		case field != nil, isOpen, isOneOf(e, types, child.Name), mayBeFault && isFaultField(child.Name):
		case e.Type.IsText() && !e.HasSubstitutes():
			k.errorf(child.Paths, "element %q is text: it has no field %q", path, child.Name)
		default:
			k.errorf(child.Paths, "element %q has no field %q", path, child.Name)
			hint(k.found, types, path, child.Name)
		}
	}
}

func (k *selectionCheck) errorf(at *mapping.Paths, format string, args ...any) {
	k.found.Errorf(codeSelection, k.connector.Place(k.connector.Selection, at.Offset, at.End), format, args...)
}
