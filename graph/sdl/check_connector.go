package sdl

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkConnector checks what could be read of a connector: variables, paths, entity, batch, and what it selects.
func (b *builder) checkConnector(c *readConnector, applied *ast.Directive) {
	for v := range mapping.NumVars {
		c.Uses[v] = &mapping.Paths{}
	}
	for _, t := range c.texts {
		allowed, before := c.variables(t.phase), b.diags.errors
		b.checkMentions(t, allowed, c)
		b.checkInput(t, allowed, c)
		b.checkPaths(c, t)
		if b.diags.errors == before { // else what the text gives is what it should not
			b.checkForm(t, c)
			b.checkXMLBody(t, c)
		}
	}
	b.checkFiles(c)
	b.inherit(c)
	b.checkEntity(c, applied)
	b.checkStream(c, applied)
	c.Call.NeedsWords = c.d.Dialect == Weft
	if selection := c.Call.Selection; selection != nil && !selection.IsEmpty() {
		c.Call.NeedsBody = c.d.Dialect == Weft && !c.isVirtual && selection.Reads().Used
		c.Outputs = selection.Outputs()
		before := b.diags.errors
		b.checkSelection(c)
		c.selectsWrong = b.diags.errors > before
	}
	if !c.isBroken {
		b.checkBatch(c, applied) // $batch may be in a text that could not be read
	}
}

// inherit adds what the connector's source reads and what @requires asks for.
func (b *builder) inherit(c *readConnector) {
	if c.source != nil {
		for _, t := range c.source.texts {
			for v := range mapping.NumVars {
				if paths := t.mapping.Uses(v); paths.Used {
					c.Uses[v] = c.Uses[v].Merge(paths)
				}
			}
		}
	}
	// With $batch the key is what `by` gives; a required field beyond it could not be matched.
	if len(c.requires) > 0 && !c.Uses[mapping.Batch].Used {
		c.Uses[mapping.This] = c.Uses[mapping.This].Merge(pathsOf(c.requires))
	}
}

// pathsOf turns a field set into paths.
func pathsOf(set []Selection) *mapping.Paths {
	paths := &mapping.Paths{Used: true, Whole: len(set) == 0}
	for _, s := range set {
		paths.Children = append(paths.Children, mapping.PathChild{Name: s.Name, Paths: pathsOf(s.Sub)})
	}
	return paths
}

// checkBatch checks `$batch` and the argument `batch`.
func (b *builder) checkBatch(c *readConnector, applied *ast.Directive) {
	if c.Call.Stream {
		return // see checkStream
	}
	batch := argument(applied, "batch")
	usesBatch := c.Uses[mapping.Batch].Used
	if usesBatch && !c.variables(phaseRequest).has(mapping.Batch) {
		return // reported with the variable
	}
	if usesBatch && c.Uses[mapping.This].Used {
		c.cannotRun = true
		b.errorf(codeBatchAndThis, c.position, "a connector uses either $batch or $this, not both")
	}
	if maxSize := child(batch, "maxSize"); maxSize != nil {
		n, err := strconv.Atoi(maxSize.Raw)
		if err != nil || n < 1 {
			b.errorf(codeBatch, maxSize.Position, "maxSize must be a positive number")
		} else {
			c.MaxSize = n
		}
	}
	c.Call.Batch = usesBatch
	switch {
	case !usesBatch:
		c.MaxSize = 0
		if c.Call.By != nil {
			c.Call.By = nil
			b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" has a meaning only for a field whose connector uses $batch`)
		} else if batch != nil {
			b.diags.Warnf(codeBatch, b.at(batch.Position), `"batch" has no effect: the connector does not use $batch`)
		}
	case len(c.Uses[mapping.Batch].Children) == 0:
		c.cannotRun = true
		b.errorf(codeBatch, c.position, "$batch is used without a field, so that the connector has no key: name the key's fields, as in $batch.id or $batch { id }")
	case c.isVirtual:
		c.cannotRun = true
		b.errorf(codeBatch, c.position, "a virtual connector makes no calls, so that it cannot use $batch")
	case c.field == nil && c.Call.By != nil:
		c.Call.By = nil
		b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" has no meaning for a connector on a type: the key is read from the selection`)
	case c.field != nil && c.Call.By == nil && c.d.Dialect == Weft:
		c.cannotRun = true
		b.errorf(codeBatchBy, c.position, `a field's connector that uses $batch needs "batch.by": a mapping that gives the parent's key for each mapped item`)
	case c.Call.By != nil:
		b.checkBatchKeys(c, c.Uses[mapping.Batch], c.Call.By.Outputs(), "")
		if c.Outputs != nil && !c.selectsWrong {
			b.checkBatchItems(c, c.Call.By.Reads(), c.Outputs)
		}
	}
}

// checkBatchKeys checks that every path below `$batch` is an output of `by`.
func (b *builder) checkBatchKeys(c *readConnector, paths *mapping.Paths, by *mapping.Output, prefix string) {
	if by.Unknown {
		return
	}
	for _, child := range paths.Children {
		if prefix == "" && c.on.field(child.Name) == nil {
			continue // reported where $batch reads it
		}
		f := by.Field(child.Name)
		if f == nil {
			c.cannotRun = true
			b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" does not give %q, which $batch reads`, prefix+child.Name)
			continue
		}
		b.checkBatchKeys(c, child.Paths, f.Output, prefix+child.Name+".")
	}
}

// checkBatchItems checks that every path that `by` reads of an item is an output of the selection.
func (b *builder) checkBatchItems(c *readConnector, reads *mapping.Paths, items *mapping.Output) {
	if items.Unknown || len(items.Arms) > 0 {
		return
	}
	for _, child := range reads.Children {
		if f := items.Field(child.Name); f != nil {
			b.checkBatchItems(c, child.Paths, f.Output)
			continue
		}
		c.cannotRun = true
		b.diags.Errorf(codeBatchBy, c.by.Span(child.Paths.Offset, child.Paths.End), `"by" reads %q, which the selection does not give`, child.Name)
		b.suggest(child.Name, outputNames(items))
	}
}

func outputNames(o *mapping.Output) []string {
	names := make([]string, len(o.Fields))
	for i := range o.Fields {
		names[i] = o.Fields[i].Name
	}
	return names
}
