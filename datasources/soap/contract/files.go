package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// Codes of diagnostics about contracts (docs/errors.md): what is wrong, and notes about what is not done.
const (
	Code            = "WEFT_CONTRACT"
	CodeUnsupported = "WEFT_UNSUPPORTED"
)

// Limits of a contract. Real ones are far below.
const (
	maxFiles = 500
	maxBytes = 64 << 20
	maxDepth = 200
	// maxDiagnostics keeps one mistake in a namespace from filling the screen.
	maxDiagnostics = 50
)

// Reader gives the bytes of a contract's files. Locations are whatever Resolve makes of references.
type Reader interface {
	// Read returns a file's content. Its error says which file it is about.
	Read(ctx context.Context, location string) ([]byte, error)
	// Resolve returns the location that a reference in a file means. The error is about the reference.
	Resolve(base, reference string) (string, error)
	// Show returns the location as messages show it, without secrets.
	Show(location string) string
}

// Files are the files of one contract. They are used by one goroutine.
type Files struct {
	// Diagnostics are what is wrong so far.
	Diagnostics diag.List
	// Notes are warnings: what is no reason not to use the contract.
	Notes diag.List

	reader Reader
	// known has the files by location; nil for one that cannot be read.
	known map[string]*File
	bytes int
}

// File is one file that was read.
type File struct {
	Location string
	Root     *xmltext.Node

	shown string
	lines *diag.Lines
}

// NewFiles returns the files that a reader gives.
func NewFiles(r Reader) *Files { return &Files{reader: r, known: map[string]*File{}} }

// Open returns the file at a location, and nil, with a diagnostic, when it cannot be read. A diagnostic about a missing file stands
// where the file is named; at is zero for the contract's first file.
func (f *Files) Open(ctx context.Context, location string, at diag.Span) *File {
	if file, ok := f.known[location]; ok {
		return file
	}
	f.known[location] = nil
	if len(f.known) > maxFiles {
		f.Errorf(at, "the contract has more than %d files", maxFiles)
		return nil
	}
	shown := f.reader.Show(location)
	content, err := f.reader.Read(ctx, location)
	if err != nil {
		f.fileErrorf(at, shown, "%v", err)
		return nil
	}
	if f.bytes += len(content); f.bytes > maxBytes {
		f.Errorf(at, "the contract's files have more than %d bytes", maxBytes)
		return nil
	}
	if what := notXML(content); what != "" {
		f.fileErrorf(at, shown, "%s", what)
		return nil
	}
	file, err := parse(content, location, shown)
	if err != nil {
		f.Errorf(file.spanOfError(err), "%s", messageOf(err))
		return nil
	}
	f.known[location] = file
	return file
}

// Follow opens the file that an attribute of another one refers to.
func (f *Files) Follow(ctx context.Context, from *File, reference *xmltext.Attr) *File {
	at := from.AttrSpan(reference)
	location, err := f.reader.Resolve(from.Location, strings.Trim(reference.Value, " \t\r\n"))
	if err != nil {
		f.Errorf(at, "%v", err)
		return nil
	}
	return f.Open(ctx, location, at)
}

// Errorf adds an error. After many of them, further ones are dropped.
func (f *Files) Errorf(at diag.Span, format string, args ...any) {
	f.Add(diag.Diagnostic{Code: Code, Message: fmt.Sprintf(format, args...), Span: at})
}

// Add adds a diagnostic. After many of them, further ones are dropped.
func (f *Files) Add(d diag.Diagnostic) {
	if len(f.Diagnostics) < maxDiagnostics {
		f.Diagnostics.Add(d)
	}
}

// IsFull tells that further errors are dropped, so that nobody needs to find the right words for them.
func (f *Files) IsFull() bool { return len(f.Diagnostics) >= maxDiagnostics }

// Notef adds a warning. After many of them, further ones are dropped.
func (f *Files) Notef(code string, at diag.Span, format string, args ...any) {
	if len(f.Notes) < maxDiagnostics {
		f.Notes.Warnf(code, at, format, args...)
	}
}

// parse reads a file. The file is not nil on error, so that the error has a place.
func parse(content []byte, location, shown string) (*File, error) {
	file := &File{Location: location, shown: shown, lines: diag.NewLines("")}
	root, text, err := xmltext.Tree(content, xmltext.Limits{Depth: maxDepth})
	file.lines, file.Root = diag.NewLines(text), root
	return file, err
}

func (f *File) spanOfError(err error) diag.Span {
	if syntax := (*xmltext.SyntaxError)(nil); errors.As(err, &syntax) {
		return f.lines.Span(f.shown, syntax.Offset, syntax.Offset)
	}
	return diag.Span{File: f.shown}
}

func messageOf(err error) string {
	if syntax := (*xmltext.SyntaxError)(nil); errors.As(err, &syntax) {
		return syntax.Message
	}
	return err.Error()
}

// fileErrorf reports what is wrong with a file as a whole: where it is referred to, with its name, or at the file when it is the first.
func (f *Files) fileErrorf(at diag.Span, shown, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if at.IsZero() {
		at = diag.Span{File: shown}
	} else if !strings.Contains(message, shown) {
		message = shown + ": " + message
	}
	f.Add(diag.Diagnostic{Code: Code, Message: message, Span: at})
}

// Span returns the place of an element's start tag.
func (f *File) Span(n *xmltext.Node) diag.Span { return f.lines.Span(f.shown, n.Offset, n.End) }

// AttrSpan returns the place of an attribute's value.
func (f *File) AttrSpan(a *xmltext.Attr) diag.Span { return f.lines.Span(f.shown, a.Offset, a.End) }
