package sdl

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/mapping"
)

// checkConnector checks a connector that could be read: variables, paths, entity, batch, and what it selects.
func (b *builder) checkConnector(c *readConnector, applied *ast.Directive) {
	c.Outputs = c.Call.Selection.Outputs()
	for v := range mapping.NumVars {
		c.Uses[v] = &mapping.Paths{}
	}
	for _, t := range c.texts {
		b.checkVariables(t, c.variables(t.phase), c)
		b.checkPaths(c, t)
	}
	b.inherit(c)
	b.checkBatch(c, applied)
	b.checkEntity(c, applied)
	b.checkSelection(c)
}

// checkPaths checks what a text reads of arguments and parents, and adds all that it reads to the connector's uses.
func (b *builder) checkPaths(c *readConnector, t readText) {
	for v := range mapping.NumVars {
		paths := t.mapping.Uses(v)
		if !paths.Used {
			continue
		}
		c.Uses[v] = c.Uses[v].Merge(paths)
		p := pathCheck{builder: b, d: c.d, t: t, variable: v}
		switch {
		case v == mapping.Args && c.field != nil:
			p.arguments(paths, c.field)
		case v == mapping.This || v == mapping.Batch:
			if c.variables(t.phase).has(v) {
				p.fields(paths, c.on, nil)
			}
		}
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
	batch := argument(applied, "batch")
	usesBatch := c.Uses[mapping.Batch].Used
	if usesBatch && !c.variables(phaseRequest).has(mapping.Batch) {
		return // reported with the variable
	}
	if usesBatch && c.Uses[mapping.This].Used {
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
			b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" has a meaning only for a field whose connector uses $batch`)
		} else if batch != nil {
			b.diags.Warnf(codeBatch, b.at(batch.Position), `"batch" has no effect: the connector does not use $batch`)
		}
	case c.Call.HTTP == nil:
		b.errorf(codeBatch, c.position, "a virtual connector makes no calls, so that it cannot use $batch")
	case c.field == nil && c.Call.By != nil:
		b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" has no meaning for a connector on a type: the key is read from the selection`)
	case c.field != nil && c.Call.By == nil && c.d.Dialect == Weft:
		b.errorf(codeBatchBy, c.position, `a field's connector that uses $batch needs "batch.by": a mapping that gives the parent's key for each mapped item`)
	case c.Call.By != nil:
		b.checkBatchKeys(c, c.Uses[mapping.Batch], c.Call.By.Outputs(), "")
	}
}

// checkBatchKeys checks that every path below `$batch` is an output of `by`.
func (b *builder) checkBatchKeys(c *readConnector, paths *mapping.Paths, by *mapping.Output, prefix string) {
	if by.Unknown {
		return
	}
	for _, child := range paths.Children {
		f := by.Field(child.Name)
		if f == nil {
			b.diags.Errorf(codeBatchBy, c.by.Whole(), `"by" does not give %q, which $batch reads`, prefix+child.Name)
			continue
		}
		b.checkBatchKeys(c, child.Paths, f.Output, prefix+child.Name+".")
	}
}
