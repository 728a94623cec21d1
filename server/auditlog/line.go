package auditlog

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

// Version is that of the schema of lines. It changes when a member changes its meaning or goes away; new members do not change it.
const Version = 1

// Bounds of a line: of a text that comes from outside, and of the members of its lists. What is cut off a list is counted.
const (
	maxText  = 256
	maxItems = 100
)

// Event says what a line is about.
type Event string

// The events.
const (
	// Operation is an operation that is over: one that was answered, or refused.
	Operation Event = "operation"
	// OperationBegin is the intent to execute an operation of which something happens before it is over: a mutation, or an answer in parts.
	// The Operation with the same id tells how it has ended; if there is none, a crash has ended it.
	OperationBegin Event = "operation_begin"
	// Withheld is an operation, with a line of the same id, whose answer was not given since that line was not kept in time.
	Withheld Event = "withheld"
	// Undelivered is an operation, with a line of the same id that tells how it has ended, whose client has gone away after that line was written and
	// before the whole answer was sent.
	Undelivered Event = "undelivered"
	// SubscriptionBegin and SubscriptionEnd are about a stream of events; both have the same id.
	SubscriptionBegin Event = "subscription_begin"
	SubscriptionEnd   Event = "subscription_end"
	// Start and Stop are about the log itself: without a Stop before it, a Start tells of a crash.
	Start Event = "start"
	Stop  Event = "stop"
	// Lost tells how many lines could not be kept, and how many operations were refused for that reason, of which there are no lines.
	Lost Event = "lost"
)

// Decision is what was decided of an operation.
type Decision string

// The decisions.
const (
	Allowed         Decision = "allowed"
	Unauthenticated Decision = "unauthenticated"
	// Denied operations were refused since the caller may not read something; of Partial ones the rest was answered.
	Denied      Decision = "denied"
	Partial     Decision = "partial"
	RateLimited Decision = "rate_limited"
	// Refused operations were not executed for another reason, which the code tells.
	Refused Decision = "refused"
)

// End says how the answering of an operation has ended.
type End string

// The ends. Operations that were not executed have none.
const (
	Completed End = "completed"
	TimedOut  End = "timed_out"
	// ClientGone is an answer whose client went away before all of it was sent.
	ClientGone End = "client_gone"
	// Failed is a defect.
	Failed End = "failed"
	// Stopped and Replaced streams were cut off: the server stops, or the graph has been replaced.
	Stopped  End = "stopped"
	Replaced End = "replaced"
	// Expired and Withdrawn streams were cut off: the credentials of their caller have ended, or are not good any more.
	Expired   End = "expired"
	Withdrawn End = "withdrawn"
)

// Line is one line of the log. Zero members are left out.
type Line struct {
	Time  time.Time
	Event Event
	// ID is the line's own; RequestID is shared by the operations of one request.
	ID, RequestID string
	Caller        Caller
	// Client is the address that the request came from.
	Client netip.Addr
	// Transport is "http", "sse", "multipart" or "websocket"; InBatch tells that the operation was one of several in a request.
	Transport string
	InBatch   bool
	Operation Asked
	// Touched is what the plan of the operation touches; nil if there is no plan. Calls has a number for each of its connectors.
	Touched *graph.Touched
	Calls   []int
	// Shared tells that the calls were made for another request that asked the same at the same time.
	Shared   bool
	Decision Decision
	// Code is that of the first error of an operation that was not executed.
	Code string
	// Denied are the paths that the caller may not read.
	Denied []string
	Status int
	// Errors counts the errors of the answer, Codes are theirs, each once.
	Errors int
	Codes  []string
	// Estimated and Actual are costs, -1 where nobody has worked them out.
	Estimated, Actual int64
	// Events counts those of a subscription.
	Events int
	// Arguments are MISSING unless they are wanted.
	Arguments value.Value
	Duration  time.Duration
	End       End
	// Lines counts those that are lost, Unlogged operations that were refused.
	Lines, Unlogged int64
}

// Caller is who asks. A token or a key is never in it.
type Caller struct{ Name, Method, Owner string }

// Asked is the operation as far as it is known.
type Asked struct {
	Name, Kind string
	// Hash is the hexadecimal SHA-256 of the document's text, Document the id that the request names it by.
	Hash, Document string
}

// appendTo appends the line with its end.
func (l *Line) appendTo(dst []byte) []byte {
	w := object{append(dst, `{"v":`...)}
	w.buf = strconv.AppendInt(w.buf, Version, 10)
	w.key("time")
	w.buf = append(l.Time.UTC().AppendFormat(append(w.buf, '"'), "2006-01-02T15:04:05.000000Z"), '"')
	w.text("event", string(l.Event))
	w.text("id", l.ID)
	w.text("request_id", l.RequestID)
	w.group("caller", func() {
		w.text("name", l.Caller.Name)
		w.text("method", l.Caller.Method)
		w.text("owner", l.Caller.Owner)
	})
	if l.Client.IsValid() {
		w.key("client")
		w.buf = append(l.Client.AppendTo(append(w.buf, '"')), '"')
	}
	w.text("transport", l.Transport)
	w.truth("batch", l.InBatch)
	w.group("operation", func() {
		w.text("name", l.Operation.Name)
		w.text("kind", l.Operation.Kind)
		w.text("hash", l.Operation.Hash)
		w.text("document", l.Operation.Document)
	})
	if l.Touched != nil {
		w.texts("fields", l.Touched.Fields)
		w.connectors(l.Touched.Connectors, l.Calls)
		w.truth("shared", l.Shared)
	}
	w.outcome(l)
	return append(w.buf, '}', '\n')
}

// outcome appends what became of the operation.
func (w *object) outcome(l *Line) {
	w.text("decision", string(l.Decision))
	w.text("code", l.Code)
	w.texts("denied", l.Denied)
	w.number("status", int64(l.Status))
	w.number("errors", int64(l.Errors))
	w.texts("codes", l.Codes)
	if l.Estimated > 0 || l.Actual > 0 {
		w.group("cost", func() {
			w.number("estimated", l.Estimated)
			w.number("actual", l.Actual)
		})
	}
	if l.Event == SubscriptionEnd {
		w.key("events")
		w.buf = strconv.AppendInt(w.buf, int64(l.Events), 10)
	}
	if !l.Arguments.IsMissing() {
		w.key("arguments")
		w.buf = l.Arguments.AppendJSON(w.buf)
	}
	if l.Duration > 0 {
		w.key("duration_ms")
		w.buf = strconv.AppendFloat(w.buf, float64(l.Duration.Microseconds())/1000, 'f', 3, 64)
	}
	w.text("end", string(l.End))
	w.number("lines", l.Lines)
	w.number("refused", l.Unlogged)
}

// object appends the members of a JSON object.
type object struct{ buf []byte }

// key begins a member; the first of an object has no comma before it.
func (w *object) key(name string) {
	if w.buf[len(w.buf)-1] != '{' {
		w.buf = append(w.buf, ',')
	}
	w.buf = append(append(append(w.buf, '"'), name...), `":`...)
}

// text appends a text, which may be from anybody: it is escaped, and not longer than maxText.
func (w *object) text(name, text string) {
	if text != "" {
		w.key(name)
		w.buf = appendText(w.buf, text)
	}
}

func (w *object) truth(name string, is bool) {
	if is {
		w.key(name)
		w.buf = append(w.buf, "true"...)
	}
}

func (w *object) number(name string, n int64) {
	if n > 0 {
		w.key(name)
		w.buf = strconv.AppendInt(w.buf, n, 10)
	}
}

// group appends an object, unless it is empty.
func (w *object) group(name string, members func()) {
	before := len(w.buf)
	w.key(name)
	w.buf = append(w.buf, '{')
	begun := len(w.buf)
	members()
	if len(w.buf) == begun {
		w.buf = w.buf[:before]
		return
	}
	w.buf = append(w.buf, '}')
}

// texts appends a list, unless it is empty. What is beyond maxItems is counted.
func (w *object) texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	w.buf = append(w.buf, '[')
	for i, text := range list[:min(len(list), maxItems)] {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = appendText(w.buf, text)
	}
	w.buf = append(w.buf, ']')
	w.omitted(name, len(list))
}

// connectors appends how often each connector was called.
func (w *object) connectors(list []string, calls []int) {
	if len(list) == 0 {
		return
	}
	w.key("connectors")
	w.buf = append(w.buf, '[')
	for i, coordinate := range list[:min(len(list), maxItems)] {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = appendText(append(w.buf, `{"connector":`...), coordinate)
		n := 0
		if i < len(calls) {
			n = calls[i]
		}
		w.buf = append(strconv.AppendInt(append(w.buf, `,"calls":`...), int64(n), 10), '}')
	}
	w.buf = append(w.buf, ']')
	w.omitted("connectors", len(list))
}

// omitted tells how many members of a list are not there.
func (w *object) omitted(name string, n int) {
	if n > maxItems {
		w.number(name+"_omitted", int64(n-maxItems))
	}
}

// appendText appends a text of at most maxText bytes as JSON. What a terminal or a viewer could take for a command or the end of a line is
// escaped, though JSON does not ask for it.
func appendText(dst []byte, text string) []byte {
	text = bounded(text)
	if isPlain(text) || !strings.ContainsFunc(text, isUnsafe) {
		return value.AppendString(dst, text)
	}
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case isUnsafe(r) && r <= 0xFFFF:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		case isUnsafe(r):
			first, second := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, first, second)
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// isPlain tells that a text has only visible characters of ASCII, as nearly all have.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// isUnsafe tells of characters that are not shown, but for the blank.
func isUnsafe(r rune) bool { return !unicode.IsPrint(r) }

// bounded cuts a text that is too long.
func bounded(text string) string {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > maxText-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
