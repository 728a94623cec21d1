package grpc

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile/reporter"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

// maxFindings is after how many errors compiling gives up.
const maxFindings = 50

// findings collects the errors of the compiler. It is safe for concurrent use.
type findings struct {
	imports *imports

	mu   sync.Mutex
	list diag.List
}

var _ reporter.Reporter = (*findings)(nil)

// Error implements reporter.Reporter: nil lets the compiler go on.
func (f *findings) Error(err reporter.ErrorWithPos) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(err)
	if len(f.list) >= maxFindings {
		return err
	}
	return nil
}

func (f *findings) add(err reporter.ErrorWithPos) {
	d := f.diagnostic(err.Unwrap())
	start, end := err.Start(), err.End()
	d.Span = diag.Span{
		File:  f.imports.locate(start.Filename),
		Start: start.Offset, Line: start.Line, Column: start.Col,
		End: end.Offset, EndLine: end.Line, EndColumn: end.Col,
	}
	f.list.Add(d)
}

// Warning implements reporter.Reporter. What compiles is good enough for calling it.
func (f *findings) Warning(reporter.ErrorWithPos) {}

func (f *findings) diagnostic(err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: codeContract, Message: err.Error()}
	var missing *notFoundError
	if errors.As(err, &missing) {
		d.Message, d.Nearest = missing.Error(), missing.nearest()
		d.Span.File = f.imports.files.Locate(missing.name)
	}
	if strings.HasPrefix(d.Message, "edition value ") {
		d.Notes = append(d.Notes, diag.Note{Message: "a contract of a newer edition can be given as a descriptor set, or by the server's reflection"})
	}
	return d
}

// err returns what was found; last is what the compiler returned, which may have no position.
func (f *findings) err(last error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var positioned reporter.ErrorWithPos
	switch {
	case errors.As(last, &positioned) && len(f.list) == 0:
		f.add(positioned)
	case len(f.list) == 0:
		f.list.Add(f.diagnostic(last))
	}
	f.list.Sort()
	f.list = slices.CompactFunc(f.list, func(a, b diag.Diagnostic) bool { return a.Span == b.Span && a.Message == b.Message })
	return &datasources.ContractError{Diagnostics: f.list}
}
