package stream

import (
	"bytes"
	"io"
)

// jsonLines reads JSON texts of one line each. Empty lines are left out: servers send them so that connections stay open.
type jsonLines struct{ lines lines }

func newJSONLines(body io.Reader, limit int) *jsonLines { return &jsonLines{newLines(body, limit)} }

// Next implements Reader. The last line need not have an end.
func (j *jsonLines) Next() ([]byte, error) {
	for {
		line, err := j.lines.next()
		if err != nil && !isEnd(err) {
			return nil, err
		}
		if line = bytes.Trim(line, " \t\r"); len(line) > 0 {
			return bytes.Clone(line), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// separator stands before each text of a sequence.
const separator = 0x1E

// jsonSequence reads JSON text sequences (RFC 7464). A text may have line feeds in it; one that is an object or an array is over with the
// line in which its brackets are closed, so that it is not waited for the next one.
type jsonSequence struct {
	lines lines
	text  []byte
	depth int
	// inString and isEscaped tell where in a text the last line ended.
	inString, isEscaped bool
	// rest are the bytes of a line behind a separator, which begin the next text.
	rest []byte
	end  error
}

func newJSONSequence(body io.Reader, limit int) *jsonSequence {
	return &jsonSequence{lines: newLines(body, limit)}
}

// Next implements Reader. What stands before the first separator counts as a text, too; the one who reads it will say what is wrong with it.
func (j *jsonSequence) Next() ([]byte, error) {
	for {
		text, isWhole, err := j.step()
		if err != nil {
			return nil, err
		}
		if text = bytes.Trim(text, " \t\r\n"); isWhole && len(text) > 0 {
			return bytes.Clone(text), nil
		}
	}
}

// step takes what comes up to the next separator or the end of the line, and tells whether a text is whole with it.
func (j *jsonSequence) step() (text []byte, isWhole bool, err error) {
	if j.rest == nil {
		if j.end != nil {
			return nil, false, j.end
		}
		line, err := j.lines.next()
		if err != nil && !isEnd(err) {
			return nil, false, err
		}
		line = append(line, '\n')
		j.rest, j.end = line, err
	}
	part, rest, isSeparated := bytes.Cut(j.rest, []byte{separator})
	j.rest = nil
	if isSeparated {
		j.rest = rest
	}
	if len(j.text)+len(part) > j.lines.limit+1 {
		return nil, false, ErrTooLarge
	}
	j.text = append(j.text, part...)
	j.scan(part)
	if !isSeparated && j.end == nil && (j.depth > 0 || j.inString) {
		return nil, false, nil
	}
	text, j.text, j.depth, j.inString, j.isEscaped = j.text, j.text[:0], 0, false, false
	return text, true, nil
}

// scan follows brackets and strings.
func (j *jsonSequence) scan(part []byte) {
	for _, c := range part {
		switch {
		case j.isEscaped:
			j.isEscaped = false
		case j.inString:
			j.inString, j.isEscaped = c != '"', c == '\\'
		case c == '"':
			j.inString = true
		case c == '{', c == '[':
			j.depth++
		case c == '}', c == ']':
			j.depth--
		}
	}
}
