package execute

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/table"
)

// CodeUnauthorized is the code of what the caller may not read.
const CodeUnauthorized = "UNAUTHORIZED_FIELD_OR_TYPE"

const unauthorized = "Unauthorized field or type"

// denied returns the errors of what the caller may not read in one part of a plan: one for each path of the operation of which something was, or
// would have been, withheld. The last one counts those that are not named.
func (c *coordinator) denied(part plan.PartID) gqlerror.List {
	if len(c.plan.Denied) == 0 {
		return nil
	}
	return deniedErrors(c.plan, part, c.tells())
}

// tells returns what says of each denial whether it is told of.
func (c *coordinator) tells() func(x *plan.Denial) bool {
	arises := make([]occurrence, len(c.plan.Occasions))
	return func(x *plan.Denial) bool {
		return len(x.Occasions) == 0 || slices.ContainsFunc(x.Occasions, func(i int) bool {
			if arises[i] == unknown {
				arises[i] = absent
				if c.arises(c.plan.Occasions[i]) {
					arises[i] = present
				}
			}
			return arises[i] == present
		})
	}
}

// occurrence is what is known of an occasion.
type occurrence uint8

const (
	unknown occurrence = iota
	absent
	present
)

// arises tells whether there is a row that something was withheld of.
func (c *coordinator) arises(o plan.Occasion) bool {
	l := &c.layers[o[0].Layer]
	if !l.built {
		return false
	}
	for row := range l.n {
		if c.isOf(o, row) {
			return true
		}
	}
	return false
}

// isOf tells whether a row of an occasion's first layer and its ancestors are of the types that it names.
func (c *coordinator) isOf(o plan.Occasion, row int) bool {
	for at, id := 0, o[0].Layer; ; {
		if o[at].Layer == id {
			if tag := c.tag(id, &c.layers[id], row); tag == 0 || tag == table.TagMismatch || !o[at].Tags.Has(tag) {
				return false
			}
			if at++; at == len(o) {
				return true
			}
		}
		row = c.layers[id].parentRow(row)
		id = c.plan.Layers[id].Parent
	}
}

// AllDenied returns the errors of all that the caller may not read, whatever the data is.
func AllDenied(p *plan.Plan) gqlerror.List {
	all := func(*plan.Denial) bool { return true }
	out := deniedErrors(p, plan.FirstPart, all)
	for i := range p.Deferrals {
		out = append(out, deniedErrors(p, p.Deferrals[i].Part, all)...)
	}
	return out
}

func deniedErrors(p *plan.Plan, part plan.PartID, isTold func(*plan.Denial) bool) gqlerror.List {
	var out gqlerror.List
	for i := range p.Denied {
		if x := &p.Denied[i]; x.Part == part && isTold(x) {
			out = append(out, denied(x))
		}
	}
	if p.MoreDenied > 0 && part == plan.FirstPart {
		out = append(out, &gqlerror.Error{
			Message:    fmt.Sprintf("Unauthorized fields or types: %d more", p.MoreDenied),
			Extensions: map[string]any{"code": CodeUnauthorized, "positions": p.MoreDenied},
		})
	}
	return out
}

func denied(x *plan.Denial) *gqlerror.Error {
	e := &gqlerror.Error{
		Message:    unauthorized,
		Path:       make(ast.Path, len(x.Path)),
		Extensions: map[string]any{"code": CodeUnauthorized},
	}
	for i, key := range x.Path {
		e.Path[i] = ast.PathName(key)
	}
	if x.Line > 0 {
		e.Locations = []gqlerror.Location{{Line: x.Line, Column: x.Column}}
	}
	return e
}

// tellDenied adds the errors of what is denied in one deferral to what a part has of it: the patches and completed fragments that come after a number
// of others. They are told once: by the first patch, or else by the first fragment that has failed, or else by the part. Other fragments that
// have failed for nothing else have why, since clients see by an error that a fragment has failed.
func tellDenied(part *Part, patches, completed int, errs gqlerror.List, why *gqlerror.Error) {
	isTold := len(errs) == 0
	if !isTold && len(part.Patches) > patches {
		p := &part.Patches[patches]
		p.Errors, isTold = append(errs, p.Errors...), true
	}
	for i := completed; i < len(part.Completed); i++ {
		switch c := &part.Completed[i]; {
		case !c.HasFailed:
		case !isTold:
			c.Errors, isTold = append(errs, c.Errors...), true
		case len(c.Errors) == 0:
			c.Errors = gqlerror.List{why}
		}
	}
	if !isTold {
		part.Errors = append(errs, part.Errors...)
	}
}

// anyDenied returns the error of the first that is denied in one part of a plan, whichever part tells of it. It has no path if none is named.
func (c *coordinator) anyDenied(part plan.PartID) *gqlerror.Error {
	isTold := c.tells()
	for i := range c.plan.Denied {
		if x := &c.plan.Denied[i]; x.Parts.Has(part) && isTold(x) {
			return denied(x)
		}
	}
	return hiddenDenied()
}

// hiddenDenied is the error of something that is denied, which is not named.
func hiddenDenied() *gqlerror.Error {
	return &gqlerror.Error{Message: unauthorized, Extensions: map[string]any{"code": CodeUnauthorized}}
}
