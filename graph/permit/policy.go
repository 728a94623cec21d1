package permit

import "github.com/weftgraph/weft/graph/sdl"

// policy is one policy.
type policy struct {
	// text is what the directive names: the name of a policy, or an expression.
	text           string
	readsArguments bool
}

func (c *compiler) policy(t sdl.Text, _ *sdl.Field) *policy {
	text := t.String()
	p := c.policies[text]
	if p == nil {
		p = &policy{text: text}
		c.policies[text] = p
	}
	return p
}

// evaluation is one decision.
type evaluation struct{ in Input }

func (e *evaluation) holds(*policy) bool { return false }
