package mapping

import "github.com/weftgraph/weft/graph/value"

// chain returns the first operand that counts as a value; without any, null if
// the last operand is null, else MISSING.
func (ev *evaluator) chain(c *chain) value.Value {
	if ev.problems != nil {
		return ev.recordedChain(c)
	}
	var v value.Value
	for _, operand := range c.operands {
		if v = ev.expr(operand); !c.skips(v) {
			break
		}
	}
	return v
}

// recordedChain is chain while problems are recorded: those of operands that
// were passed over vanish as soon as any value is found, even a last null.
func (ev *evaluator) recordedChain(c *chain) value.Value {
	outer := ev.problems
	var skipped, own Problems
	var v value.Value
	for _, operand := range c.operands {
		own = Problems{}
		ev.problems = &own
		v = ev.expr(operand)
		if !c.skips(v) {
			break
		}
		skipped.merge(&own)
	}
	ev.problems = outer
	if v.IsMissing() {
		outer.merge(&skipped)
	} else {
		outer.merge(&own)
	}
	return v
}

func (c *chain) skips(v value.Value) bool { return v.IsMissing() || c.nullish && v.IsNull() }
