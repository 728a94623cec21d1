package stream

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// Events reads an event stream (WHATWG HTML, 9.2.6): a message is the data of one event, whatever its type. It is used by one goroutine.
type Events struct {
	lines   lines
	started bool
	data    []byte
	// hasData tells that there was a field of data, which may be empty.
	hasData bool
	id      id
	// last is the id as of the last event.
	last  id
	retry time.Duration
}

// id is what the server knows an event by.
type id struct {
	text    string
	isGiven bool
}

var _ Reader = (*Events)(nil)

// NewEvents returns a reader that bounds the bytes of a line and of an event's data.
func NewEvents(body io.Reader, limit int) *Events {
	e := &Events{lines: newLines(body, limit)}
	e.lines.isCR = true
	return e
}

// LastID returns the id that the server knows the last event by, for Last-Event-ID. It is false when this body has named none yet.
func (e *Events) LastID() (text string, isGiven bool) { return e.last.text, e.last.isGiven }

// Retry returns how long the server wants clients to wait before they ask again; 0 when it does not say.
func (e *Events) Retry() time.Duration { return e.retry }

// Next implements Reader. An event without data is none, and neither is one that the stream ends in.
func (e *Events) Next() ([]byte, error) {
	e.data, e.hasData = e.data[:0], false
	for {
		line, err := e.lines.next()
		if err != nil {
			return nil, err
		}
		if !e.started {
			e.started = true
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if len(line) > 0 {
			if err := e.field(line); err != nil {
				return nil, err
			}
			continue
		}
		e.last = e.id
		if e.hasData {
			return bytes.Clone(e.data[:len(e.data)-1]), nil // without the last line feed
		}
	}
}

// field takes one field, or a comment, which begins with a colon.
func (e *Events) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "data":
		if len(e.data)+len(value) > e.lines.limit {
			return ErrTooLarge
		}
		e.data = append(append(e.data, value...), '\n')
		e.hasData = true
	case "id":
		if !bytes.ContainsRune(value, 0) {
			e.id = id{string(value), true}
		}
	case "retry":
		if ms, err := parseDigits(value); err == nil {
			e.retry = time.Duration(ms) * time.Millisecond
		}
	}
	return nil
}

var errNoDigits = errors.New("not only digits")

// parseDigits reads a number of ASCII digits and nothing else.
func parseDigits(text []byte) (uint32, error) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, errNoDigits
		}
	}
	n, err := strconv.ParseUint(string(text), 10, 32)
	return uint32(n), err
}
