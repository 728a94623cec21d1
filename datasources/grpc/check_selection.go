package grpc

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// selectionCheck holds the paths that the selection reads against the method's output: one that no reply can have is always
// MISSING, and so a mistake.
type selectionCheck struct {
	binding *binding
	found   diag.List
}

// failureProperties are what `$` has for a code other than OK, which isSuccess may let pass.
var failureProperties = [...]string{"code", "message", "details"} //nolint:gochecknoglobals // an array that nobody changes

func (c *selectionCheck) run() {
	output := c.binding.output.row()
	reads := c.binding.connector.Selection.Reads()
	if c.binding.judge.Decides() {
		rest := &mapping.Paths{}
		for _, child := range reads.Children {
			if output.byName[child.Name] != nil || !slices.Contains(failureProperties[:], child.Name) {
				rest.Children = append(rest.Children, child)
			}
		}
		reads = rest
	}
	c.message(output, reads, "")
	if check := c.binding.connector.CheckReply; check != nil && len(c.found) == 0 && !c.binding.judge.Decides() {
		c.found.Add(check(codeSelection, formOfMessage(c.binding.output))...)
	}
}

// message checks what is read below a message. Lists are transparent: what is read of a list is read of its elements.
func (c *selectionCheck) message(m *message, reads *mapping.Paths, path string) {
	switch {
	case m.form.isAnything():
		return
	case m.form == formWrapper:
		c.field(m.fields[0], reads, path)
		return
	case m.form != formObject:
		c.noProperties(reads, path, "a string in JSON ("+string(m.name)+")")
		return
	}
	for _, child := range reads.Children {
		f := m.byName[child.Name]
		if f == nil {
			c.report(child.Paths, unknown(m, child.Name, path))
			continue
		}
		c.field(f, child.Paths, join(path, f.name))
	}
}

func (c *selectionCheck) field(f *field, reads *mapping.Paths, path string) {
	switch {
	case f.isMap:
		for _, child := range reads.Children {
			c.field(f.value, child.Paths, path+"."+child.Name)
		}
	case f.message != nil:
		c.message(f.message, reads, path)
	default:
		c.noProperties(reads, path, f.describe())
	}
}

// noProperties reports what is read below something that has no properties.
func (c *selectionCheck) noProperties(reads *mapping.Paths, path, what string) {
	for _, child := range reads.Children {
		c.report(child.Paths, diag.Diagnostic{
			Message: fmt.Sprintf("%s is %s and has no property %q", place(path), what, child.Name),
		})
	}
}

func (c *selectionCheck) report(at *mapping.Paths, d diag.Diagnostic) {
	selection := c.binding.connector.Selection
	d.Code, d.Span = codeSelection, c.binding.connector.Place(selection, at.Offset, at.End)
	c.found.Add(d)
}
