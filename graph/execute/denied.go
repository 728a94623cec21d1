package execute

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/plan"
)

// CodeUnauthorized is the code of what the caller may not read.
const CodeUnauthorized = "UNAUTHORIZED_FIELD_OR_TYPE"

const unauthorized = "Unauthorized field or type"

// Denied returns the errors of what the caller may not read in one part of a plan: one for each path of the operation, whatever the data is. The
// last one counts those that are not named.
func Denied(p *plan.Plan, part plan.PartID) gqlerror.List {
	var out gqlerror.List
	for i := range p.Denied {
		if x := &p.Denied[i]; x.Part == part {
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

// AllDenied is Denied for all parts.
func AllDenied(p *plan.Plan) gqlerror.List {
	out := Denied(p, plan.FirstPart)
	for i := range p.Deferrals {
		out = append(out, Denied(p, p.Deferrals[i].Part)...)
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
func anyDenied(p *plan.Plan, part plan.PartID) *gqlerror.Error {
	for i := range p.Denied {
		if x := &p.Denied[i]; x.Parts.Has(part) {
			return denied(x)
		}
	}
	return hiddenDenied()
}

// hiddenDenied is the error of something that is denied, which is not named.
func hiddenDenied() *gqlerror.Error {
	return &gqlerror.Error{Message: unauthorized, Extensions: map[string]any{"code": CodeUnauthorized}}
}
