package apikey

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
)

// codeKeys is the code of what is wrong with a file of keys.
const codeKeys = "WEFT_API_KEYS"

// Bounds of a file of keys.
const (
	maxFileBytes = 64 << 20
	maxKeys      = 100_000
)

// Load reads a file of keys, in their order there. All problems are reported; there are no keys when the diagnostics have errors.
func Load(file string) ([]Key, diag.List) {
	text, diags := readFile(file)
	if diags.HasErrors() {
		return nil, diags
	}
	keys, found := Parse(file, text)
	diags.Add(found...)
	return keys, diags
}

// readFile reads the text of a file, and warns if others than its owner may.
func readFile(file string) (text string, diags diag.List) {
	f, err := os.Open(file) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		diags.Errorf(codeKeys, diag.Span{File: file}, "there is no such file: `weft keys create` makes it")
		return "", diags
	}
	if err != nil {
		diags.Unreadable(codeKeys, file, err)
		return "", diags
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		diags.Unreadable(codeKeys, file, err)
		return "", diags
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	switch {
	case err != nil:
		diags.Unreadable(codeKeys, file, err)
	case len(content) > maxFileBytes:
		diags.Errorf(codeKeys, diag.Span{File: file}, "the file has more than %d bytes", maxFileBytes)
	default:
		diags.Add(checkRights(file, info.Mode())...)
	}
	return string(content), diags
}

// checkRights warns if anybody on the machine may read or even write the keys. Windows has other rights.
func checkRights(file string, mode fs.FileMode) (found diag.List) {
	const others, group = 0o002, 0o020
	const advice = "%s: `chmod 600` the file"
	switch at := (diag.Span{File: file}); {
	case runtime.GOOS == "windows":
	case mode&(others|group) != 0:
		found.Warnf(codeKeys, at, advice, "others than its owner may write the file, and so make keys")
	case mode&0o004 != 0:
		found.Warnf(codeKeys, at, advice, "everybody on the machine may read who has which keys")
	}
	return found
}

// Parse reads the text of a file of keys: JSON, one key on each line. Lines may be empty. All problems are reported; there are no keys when
// the diagnostics have errors.
func Parse(file, text string) ([]Key, diag.List) {
	p := parser{file: file, lines: diag.NewLines(text), first: map[string]diag.Span{}}
	for rest, start := text, 0; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if strings.TrimSpace(line) != "" {
			p.line(line, start)
		}
		start += len(line) + 1
		rest = after
		if len(p.keys) > maxKeys || len(p.diags) >= maxProblems {
			break
		}
	}
	if len(p.keys) > maxKeys {
		p.diags.Errorf(codeKeys, diag.Span{File: file}, "the file has more than %d keys", maxKeys)
	}
	if p.diags.HasErrors() {
		return nil, p.diags
	}
	return p.keys, p.diags
}

// maxProblems bounds the problems of one report.
const maxProblems = 50

// parser reads a file.
type parser struct {
	file  string
	lines *diag.Lines
	keys  []Key
	// first is where an id occurs first.
	first map[string]diag.Span
	diags diag.List
}

// mistake is what is wrong with a line, and where in it, in bytes.
type mistake struct {
	start, end int
	message    string
	nearest    string
}

func wrong(at member, format string, args ...any) *mistake {
	return &mistake{start: at.start, end: at.end, message: fmt.Sprintf(format, args...)}
}

// line reads a line, which begins at a byte of the text.
func (p *parser) line(line string, start int) {
	key, at, problem := parseLine(line)
	if problem != nil {
		p.diags.Add(diag.Diagnostic{
			Code: codeKeys, Message: problem.message, Nearest: problem.nearest,
			Span: p.lines.Span(p.file, start+problem.start, start+problem.end),
		})
		return
	}
	span := p.lines.Span(p.file, start+at.start, start+at.end)
	if first, isKnown := p.first[key.ID]; isKnown {
		p.diags.Add(diag.Diagnostic{
			Code: codeKeys, Message: fmt.Sprintf("there is another key with the id %q", key.ID), Span: span,
			Notes: []diag.Note{{Message: "the first one is here", Span: first}},
		})
		return
	}
	p.first[key.ID] = span
	p.keys = append(p.keys, key)
}
