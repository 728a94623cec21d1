package stream

import (
	"bufio"
	"errors"
	"io"
)

// bufferSize is what is read ahead, and all of it.
const bufferSize = 4 << 10

// lines reads a text line by line.
type lines struct {
	in    *bufio.Reader
	limit int
	// line is the memory of the last one.
	line []byte
	// isCR tells that lines may end with a carriage return, too; hadCR, that the last one did: a line feed that follows belongs to it.
	isCR, hadCR bool
}

func newLines(body io.Reader, limit int) lines {
	return lines{in: bufio.NewReaderSize(body, bufferSize), limit: limit}
}

// next returns the next line without its end, valid until the next call. What stands behind the last end comes with io.EOF.
func (l *lines) next() ([]byte, error) {
	l.line = l.line[:0]
	for {
		c, err := l.in.ReadByte()
		switch {
		case err != nil:
			return l.line, err
		case c == '\n' && l.hadCR:
			l.hadCR = false
			continue
		}
		l.hadCR = false
		switch {
		case c == '\n':
			return l.line, nil
		case c == '\r' && l.isCR:
			// It is not waited for what follows, which may be a long time.
			l.hadCR = true
			return l.line, nil
		case len(l.line) >= l.limit:
			return nil, ErrTooLarge
		}
		l.line = append(l.line, c)
	}
}

// isEnd tells that there is nothing more, and nothing went wrong.
func isEnd(err error) bool { return errors.Is(err, io.EOF) }
