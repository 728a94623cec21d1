package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// maxLine is the length of the longest line that `weft map --lines` reads.
const maxLine = 256 << 20

// keptBuffer is the size up to which buffers are kept for the next line.
const keptBuffer = 1 << 20

// mapLines answers every line of in with one line of out, in order. Each answer is written at once, so that a program can
// wait for it before it sends the next line.
func mapLines(in io.Reader, out io.Writer) error {
	r := lineReader{r: bufio.NewReaderSize(in, 64<<10)}
	var answer []byte
	for {
		line, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLongLine):
			answer = appendError(answer[:0], err)
		case err != nil:
			return failure{fmt.Errorf("read standard input: %w", err)}
		default:
			answer = appendAnswer(answer[:0], bytes.TrimSpace(line))
		}
		answer = append(answer, '\n')
		if _, err := out.Write(answer); err != nil {
			return failure{fmt.Errorf("print an answer: %w", err)}
		}
		if cap(answer) > keptBuffer {
			answer = nil
		}
	}
}

// appendAnswer appends what a line comes to.
func appendAnswer(dst, line []byte) []byte {
	t, err := mapping.ReadTrial(line)
	if err != nil {
		return appendError(dst, err)
	}
	o, err := t.Run()
	if err != nil {
		return appendError(dst, err)
	}
	return o.AppendJSON(dst)
}

func appendError(dst []byte, err error) []byte {
	dst = append(dst, `{"error":`...)
	return append(value.AppendString(dst, err.Error()), '}')
}

var errLongLine = fmt.Errorf("the line is longer than %d MiB", maxLine>>20)

// lineReader reads lines of any length up to maxLine.
type lineReader struct {
	r    *bufio.Reader
	line []byte
}

// next returns the next line without its end. It is valid until the following call. The last line needs no end. A longer line
// than maxLine is skipped, with errLongLine.
func (l *lineReader) next() ([]byte, error) {
	if cap(l.line) > keptBuffer {
		l.line = nil
	}
	l.line = l.line[:0]
	isLong := false
	for {
		piece, err := l.r.ReadSlice('\n')
		if isLong = isLong || len(l.line)+len(piece) > maxLine; isLong {
			l.line = l.line[:0]
		} else {
			l.line = append(l.line, piece...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && !isLong && len(l.line) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case isLong:
			return nil, errLongLine
		default:
			return l.line, nil
		}
	}
}
