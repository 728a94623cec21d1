package sdl

import (
	"sort"

	"github.com/weftgraph/weft/graph/diag"
)

// Text is the decoded value of a string in a document, which knows where each of its bytes stands in the file: escapes
// and the indentation that block strings lose are accounted for. It is immutable; the zero Text is empty and stands nowhere.
type Text struct {
	value    string
	file     *file
	segments []segment
	// base is added to the offsets that Span gets: the Text is a part of the value.
	base int
	// whole is the string with its quotation marks.
	whole diag.Span
}

// newText decodes the string token at [start, end) of a file. Errors in it have been reported when the file was parsed.
func newText(f *file, start, end int) Text {
	d := decodeString(f.text, start, end, func(int, int, string, ...any) {})
	return Text{value: string(d.out), file: f, segments: d.segments, whole: f.span(start, end)}
}

// String returns the decoded value, of which a part is a part.
func (t Text) String() string { return t.value[t.base:] }

// Whole returns the span of the string with its quotation marks.
func (t Text) Whole() diag.Span { return t.whole }

// From returns the part of the text that begins at a byte offset.
func (t Text) From(offset int) Text {
	t.base = min(t.base+max(offset, 0), len(t.value))
	return t
}

// Span returns where a byte range of the decoded text stands in the file. A range outside of the text means its nearest end; an
// empty range is a place between two characters.
func (t Text) Span(start, end int) diag.Span {
	if t.file == nil {
		return t.whole
	}
	if len(t.segments) == 0 {
		return t.whole // an empty string: underlining its quotation marks is all there is
	}
	start = min(max(start+t.base, 0), len(t.value))
	end = min(max(end+t.base, start), len(t.value))
	from := t.rawStart(start)
	to := from
	if end > start {
		to = max(from, t.rawEnd(end))
	}
	return t.file.span(from, to)
}

// rawStart returns where the decoded byte at an offset begins.
func (t Text) rawStart(offset int) int {
	if offset == len(t.value) {
		return t.rawEnd(offset)
	}
	s := t.segmentOf(offset)
	if s.width > 0 {
		return s.raw
	}
	return s.raw + offset - s.decoded
}

// rawEnd returns where the decoded byte before an offset ends.
func (t Text) rawEnd(offset int) int {
	s := t.segmentOf(offset - 1)
	if s.width > 0 {
		return s.raw + s.width
	}
	return s.raw + offset - s.decoded
}

// segmentOf returns the segment that a decoded byte belongs to.
func (t Text) segmentOf(offset int) segment {
	i := sort.Search(len(t.segments), func(i int) bool { return t.segments[i].decoded > offset })
	return t.segments[max(i-1, 0)]
}
