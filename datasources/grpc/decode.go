package grpc

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/graph/value"
)

// maxMessageDepth is how deep messages may nest in a reply: as deep as in a JSON reply.
const maxMessageDepth = value.MaxDepth

// freeValues is how many values any reply may become. Beyond that there may be one for every two bytes, which is what JSON could
// have: an empty message takes two bytes, and becomes a value for each of its fields.
const freeValues = 1 << 20

var (
	errFieldNumber = errors.New("invalid field number")
	errTooDeep     = fmt.Errorf("messages nest deeper than %d levels", maxMessageDepth)
	errTooMany     = errors.New("the message has more values than its size allows")
	errUTF8        = errors.New("string is not valid UTF-8")
	errWireType    = errors.New("wire type does not match the contract")
)

// decodeMessage reads a message as JSON values (protobuf's JSON mapping, but that 64-bit integers are numbers). Fields without
// presence always appear, those with presence only if they are set.
func (c *contract) decodeMessage(r *reader, data []byte) (value.Value, error) {
	return c.newDecoder(data).whole(r)
}

func (c *contract) newDecoder(data []byte) *decoder {
	return &decoder{contract: c, data: data, text: string(data), left: freeValues + len(data)/2}
}

// whole reads all of the data as one message.
func (d *decoder) whole(r *reader) (value.Value, error) {
	return d.message(r, chunks{first: chunk{0, len(d.data)}}, 0)
}

// decoder reads one reply. Strings of the values are parts of text, which is one copy of data.
type decoder struct {
	contract *contract
	data     []byte
	text     string
	// left is how many values may still be made.
	left int
	// shows tells which messages in a google.protobuf.Any are shown to a client; nil where that is not the question.
	shows func(protoreflect.FullName) bool
	// slots are a stack: the fields of the message that is read, above those of the messages around it.
	slots []slot
}

// chunk is a range of the data.
type chunk struct{ start, end int }

// chunks are the places of one message. There are several when a field that is no list is repeated: they are merged, which is the
// same as reading them one after the other.
type chunks struct {
	first chunk
	more  []chunk
}

// slot is what has been read of one field.
type slot struct {
	isSet bool
	// member is, for the first plan of a oneof, 1 + the index of the one that was seen last of its plans.
	member int32
	// scalar is the last value of a singular field that is no message.
	scalar value.Value
	// message are the places of a singular message, which is read once all of them are known.
	message chunks
	elems   []value.Value
	entries []value.Field
}

// message reads one message.
func (d *decoder) message(r *reader, at chunks, depth int) (value.Value, error) {
	if depth >= maxMessageDepth {
		return value.Missing(), errTooDeep
	}
	base := len(d.slots)
	defer func() { d.slots = d.slots[:base] }()
	for range r.plans {
		d.slots = append(d.slots, slot{})
	}
	s := scope{decoder: d, reader: r, base: base, depth: depth}
	if s.left -= len(r.plans); s.left < 0 {
		return value.Missing(), errTooMany
	}
	if err := s.scan(at.first); err != nil {
		return value.Missing(), err
	}
	for _, c := range at.more {
		if err := s.scan(c); err != nil {
			return value.Missing(), err
		}
	}
	if r.message.form != formObject {
		return s.wellKnown()
	}
	return s.object()
}

// scope is one message while it is read.
type scope struct {
	*decoder
	reader *reader
	// base is the index of its first slot. Reading another message may move the slots.
	base, depth int
}

// scan reads the records of one chunk into the slots.
func (s *scope) scan(c chunk) error {
	for at := c.start; at < c.end; {
		number, typ, found, err := s.next(at, c.end)
		if err != nil {
			return err
		}
		at = found.end
		i := s.reader.find(number)
		if i < 0 {
			continue
		}
		if err := s.record(i, typ, found); err != nil {
			return s.misread(i, err)
		}
	}
	if s.left < 0 {
		return errTooMany
	}
	return nil
}

// next reads the tag of the record at an offset and finds the place of its value, with the length in front if its wire type has
// one.
func (d *decoder) next(at, end int) (protowire.Number, protowire.Type, chunk, error) {
	number, typ, n := protowire.ConsumeTag(d.data[at:end])
	if n < 0 {
		return 0, 0, chunk{}, protowire.ParseError(n)
	}
	if number > protowire.MaxValidNumber {
		return 0, 0, chunk{}, errFieldNumber
	}
	at += n
	if n = protowire.ConsumeFieldValue(number, typ, d.data[at:end]); n < 0 {
		return 0, 0, chunk{}, protowire.ParseError(n)
	}
	return number, typ, chunk{at, at + n}, nil
}

// misread tells which field could not be read, and why.
type misread struct {
	message protoreflect.FullName
	field   string
	cause   error
}

// Error implements error.
func (e *misread) Error() string {
	return fmt.Sprintf("field %q of %s: %v", e.field, e.message, e.cause)
}

// Unwrap returns the cause.
func (e *misread) Unwrap() error { return e.cause }

// misread names the field of an error, unless that is known of a field further inside.
func (s *scope) misread(i int, err error) error {
	var inside *misread
	if errors.As(err, &inside) {
		return err
	}
	return &misread{message: s.reader.message.name, field: s.reader.plans[i].field.name, cause: err}
}
