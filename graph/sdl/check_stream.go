package sdl

import "github.com/vektah/gqlparser/v2/ast"

// checkStream checks a connector on a field of Subscription: what it asks for has to be answered by a stream, and by one stream.
func (b *builder) checkStream(c *readConnector, applied *ast.Directive) {
	if !c.Call.Stream {
		return
	}
	switch {
	case c.Index > 0:
		c.cannotRun = true
		b.errorf(codeStream, c.position, "%s.%s has a connector already; the events of a subscription come from one", c.on.name, c.field.Name)
	case c.isVirtual:
		c.cannotRun = true
		b.errorf(codeStream, c.position, "a virtual connector makes no calls, so that it has no events; a field of Subscription needs a request")
	case c.Call.SOAP != nil:
		c.cannotRun = true
		b.errorf(codeStream, c.position, "a SOAP operation answers once, so that it cannot be the source of a subscription")
	}
	if batch := applied.Arguments.ForName("batch"); batch != nil {
		c.cannotRun = true
		b.errorf(codeStream, batch.Position, "a field of Subscription has no parents that could be batched")
	}
}
