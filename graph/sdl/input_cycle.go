package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// checkInputCycles reports input types that contain themselves through fields that are all required: no value of them could
// ever end. Each cycle is reported once.
func (n numbering) checkInputCycles() {
	c := inputCycles{numbering: n, onPath: map[*mergedType]int{}, done: map[*mergedType]bool{}}
	for _, t := range n.m.types {
		if t.kind == ast.InputObject {
			c.visit(t)
		}
	}
}

// inputCycles is a depth-first search with an explicit stack: chains of types may be long.
type inputCycles struct {
	numbering
	stack []inputStep
	// onPath is the position of the types that are on the stack; done are those that need no second visit.
	onPath map[*mergedType]int
	done   map[*mergedType]bool
}

// inputStep is a type on the path and its field to look at next.
type inputStep struct {
	t    *mergedType
	next int
}

func (c *inputCycles) visit(start *mergedType) {
	c.push(start)
	for len(c.stack) > 0 {
		top := &c.stack[len(c.stack)-1]
		if top.next == len(top.t.fields) {
			c.done[top.t] = true
			delete(c.onPath, top.t)
			c.stack = c.stack[:len(c.stack)-1]
			continue
		}
		f := top.t.fields[top.next]
		top.next++
		if f.typ == nil || !f.typ.NonNull || f.typ.Elem != nil {
			continue
		}
		below := c.m.byName[f.typ.NamedType]
		if below == nil || below.kind != ast.InputObject {
			continue
		}
		if at, isCycle := c.onPath[below]; isCycle {
			c.report(at, f)
		} else {
			c.push(below)
		}
	}
}

func (c *inputCycles) push(t *mergedType) {
	if !c.done[t] {
		c.onPath[t] = len(c.stack)
		c.stack = append(c.stack, inputStep{t: t})
	}
}

func (c *inputCycles) report(from int, closing *mergedField) {
	var names []string
	for _, step := range c.stack[from:] {
		names = append(names, step.t.name+"."+step.t.fields[step.next-1].name)
	}
	c.errorf(codeGraphQL, closing.position, "the input type contains itself through required fields: %s", strings.Join(names, " → "))
}
