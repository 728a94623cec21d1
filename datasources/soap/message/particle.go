package message

import (
	"slices"
	"strconv"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

func (c *content) particle(p *xsd.Particle) error {
	for n := range p.Max {
		if c.wants(p) == 0 {
			if n < p.Min {
				return c.once(p) // writes nothing, or says what is missing
			}
			return nil
		}
		if err := c.once(p); err != nil {
			return err
		}
	}
	return nil
}

func (c *content) once(p *xsd.Particle) error {
	switch p.Kind {
	case xsd.Single:
		return c.single(p.Element)
	case xsd.Any:
		return c.any(p.Wildcard)
	case xsd.Choice:
		return c.choice(p)
	case xsd.Sequence, xsd.All:
		for _, part := range p.Children {
			if err := c.particle(part); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *content) single(e *xsd.Element) error {
	q := c.queue(e)
	if q.taken == len(q.items) {
		if e.Fixed == nil && e.Default == nil || e.Type.Simple == nil {
			return c.at(e.Name.Local).errorf(notSet, missing)
		}
		return c.Element(e, value.Missing())
	}
	v := q.items[q.taken]
	q.taken++
	name := e.Name.Local
	if q.isList {
		name += "[" + strconv.Itoa(q.taken-1) + "]"
	}
	c.enter(name)
	defer c.leave()
	return c.element(e, v)
}

func (c *content) any(w *xsd.Wildcard) error {
	i := c.nextOther(w)
	if i == len(c.others) {
		return nil
	}
	o := &c.others[i]
	o.isTaken = true
	c.left--
	if o.element == nil {
		return c.untyped(o.name, o.value)
	}
	return c.Element(o.element, o.value)
}

func (c *content) nextOther(w *xsd.Wildcard) int {
	i := c.looked[w]
	for i < len(c.others) && (c.others[i].isTaken || !w.Allows(c.others[i].name.Space)) {
		i++
	}
	if c.looked == nil {
		c.looked = map[*xsd.Wildcard]int{}
	}
	c.looked[w] = i
	return i
}

func (c *content) choice(p *xsd.Particle) error {
	best, most := -1, 0
	for i, part := range p.Children {
		if n := c.wants(part); n > most {
			best, most = i, n
		}
	}
	switch {
	case best >= 0:
		return c.particle(p.Children[best])
	case len(p.Children) == 0 || p.Min == 0 || c.mayBeEmpty(p):
		return nil
	}
	names := alternatives(p)
	return c.errorf("needs one of the alternatives "+names, "none of the alternatives is there: %s", names)
}

func alternatives(p *xsd.Particle) string {
	text := ""
	for _, part := range p.Children {
		for len(part.Children) > 0 {
			part = part.Children[0]
		}
		if part.Element == nil {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += part.Element.Name.Local
	}
	return text
}

func (c *content) mayBeEmpty(p *xsd.Particle) bool {
	if p.Min == 0 {
		return true
	}
	switch p.Kind {
	case xsd.Choice:
		return len(p.Children) == 0 || slices.ContainsFunc(p.Children, c.mayBeEmpty)
	case xsd.Sequence, xsd.All:
		for _, part := range p.Children {
			if !c.mayBeEmpty(part) {
				return false
			}
		}
		return true
	default:
		return false
	}
}

func (c *content) wants(p *xsd.Particle) int {
	switch p.Kind {
	case xsd.Single:
		if q := c.queue(p.Element); q.taken < len(q.items) {
			return 1
		}
		return 0
	case xsd.Any:
		if len(c.others) > 0 && c.nextOther(p.Wildcard) < len(c.others) {
			return 1
		}
		return 0
	}
	n := 0
	for _, part := range p.Children {
		n += c.wants(part)
	}
	return n
}
