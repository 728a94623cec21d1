package sdl

import (
	"fmt"
	"slices"

	"github.com/weftgraph/weft/graph/diag"
)

// reports collects what a build finds.
type reports struct {
	list diag.List
	// allowed are the codes of errors that are taken as warnings.
	allowed []string
	// errors counts what was found to be wrong, whether allowed or not: a caller compares it before and after a check.
	errors int
}

// Errorf adds an error, a warning if its code is allowed.
func (r *reports) Errorf(code string, at diag.Span, format string, args ...any) {
	r.add(diag.Diagnostic{Code: code, Span: at, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning.
func (r *reports) Warnf(code string, at diag.Span, format string, args ...any) {
	r.list.Warnf(code, at, format, args...)
}

// add adds an error, a warning if its code is allowed.
func (r *reports) add(d diag.Diagnostic) {
	r.errors++
	if slices.Contains(r.allowed, d.Code) {
		d.Severity = diag.Warning
	}
	r.list.Add(d)
}

// refuse adds errors that cannot be allowed, because nothing can be built with them.
func (r *reports) refuse(found ...diag.Diagnostic) {
	r.errors += len(found)
	r.list.Add(found...)
}

// last is the diagnostic that was added last; there must be one.
func (r *reports) last() *diag.Diagnostic { return &r.list[len(r.list)-1] }
