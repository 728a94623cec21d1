package execute

// countRows counts the rows of each layer by their type, for Part.Rows.
func (c *coordinator) countRows() [][]int {
	counts := make([][]int, len(c.layers))
	for i := range c.layers {
		l, p := &c.layers[i], &c.plan.Layers[i]
		counts[i] = make([]int, len(p.Types))
		if !l.built {
			continue
		}
		for row := range l.n {
			// Rows that are null, and those whose type is not known, have no type of the plan.
			if tag := int(c.tag(p.ID, l, row)); tag > 0 && tag <= len(p.Types) {
				counts[i][tag-1]++
			}
		}
	}
	return counts
}
