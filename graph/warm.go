package graph

// Warm makes the documents and plans that another generation uses most, at most the given number of them, so that the first requests after a
// change do not pay for all of them at once. What does not fit any more is left out, and so are plans that depend on more than the operation.
func (g *Generation) Warm(from *Generation, first int) {
	for _, used := range from.Plans(first) {
		doc, errs := g.Prepare(used.text)
		if len(errs) > 0 {
			continue
		}
		op, err := doc.Operation(used.Plan.Name)
		if err != nil || len(op.conditions) > 0 {
			continue
		}
		// Without a plan here, the request that wants it is told why.
		_, _ = op.prepared(nil, false, 0, func(map[string]bool) (*Prepared, error) { return g.plan(op, nil, 0) })
	}
}
