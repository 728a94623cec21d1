package mapping

import "fmt"

// Mapping is a parsed mapping. It is immutable and safe for concurrent use.
type Mapping struct {
	text string
	mode Mode
	// Exactly one of group and root is set: a mapping is either a list of
	// fields, applied to the input like a group, or stands for one value.
	group  *group
	root   expr
	locals int // number of slots for ->as
}

// Error tells why a text is no mapping or template. Offset and End are byte
// offsets into the parsed text and enclose the first place that cannot be
// read; End is never below Offset.
type Error struct {
	Offset, End int
	Message     string
}

// Error returns the message with the offset.
func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Message, e.Offset) }

// Parse reads a mapping in the grammar of the mode (Connectors specification
// 6.2). The text may be empty, which gives a mapping with IsEmpty. Names of
// methods and variables are not checked: unknown ones are problems of an
// evaluation. Of several failed readings the one that came furthest is
// reported.
func Parse(text string, mode Mode) (*Mapping, *Error) {
	p := parser{text: text, mode: mode}
	m := &Mapping{text: text, mode: mode}
	if !p.mapping(m) {
		return nil, p.failure
	}
	m.locals = resolve(m)
	return m, nil
}

// Text returns the mapping as it was written; for a pruned mapping, the text
// from which it was made.
func (m *Mapping) Text() string { return m.text }

// Mode returns the grammar that the mapping was read with.
func (m *Mapping) Mode() Mode { return m.mode }

// IsEmpty reports whether the mapping has no entry at all.
func (m *Mapping) IsEmpty() bool { return m.root == nil && len(m.group.entries) == 0 }
