package persisted

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// node is a JSON value with its place. Of true, false and null only the kind is known.
type node struct {
	kind value.Kind
	// text is that of a string, or the digits of a number.
	text string
	// start and end are byte offsets.
	start, end int
	members    []member
	elements   []*node
}

// member is one of an object. Names may occur more than once.
type member struct {
	name  string
	start int
	value *node
}

// get returns the first member with a name, or nil.
func (n *node) get(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// errNotAName cannot happen: the grammar has been checked.
var errNotAName = errors.New("a member has no name")

// readJSON reads a text. Errors are of type *value.SyntaxError.
func readJSON(text string) (*node, error) {
	// The grammar is that of all JSON here, with its bound of depth; the decoder only finds the places.
	if _, err := value.Parse([]byte(text)); err != nil {
		return nil, err
	}
	d := decoder{text: text, json: json.NewDecoder(strings.NewReader(text))}
	d.json.UseNumber()
	n, err := d.value()
	if err != nil {
		return nil, &value.SyntaxError{Offset: d.end(), Message: "cannot be read"}
	}
	return n, nil
}

// decoder finds the places of what encoding/json reads.
type decoder struct {
	text string
	json *json.Decoder
}

func (d decoder) end() int { return int(d.json.InputOffset()) }

// next returns the next token and where it begins.
func (d decoder) next() (json.Token, int, error) {
	start := d.end()
	for start < len(d.text) && strings.IndexByte(" \t\r\n,:", d.text[start]) >= 0 {
		start++
	}
	token, err := d.json.Token()
	return token, start, err
}

func (d decoder) value() (*node, error) {
	token, start, err := d.next()
	if err != nil {
		return nil, err
	}
	n := &node{start: start}
	switch token := token.(type) {
	case string:
		n.kind, n.text = value.KindString, token
	case bool:
		n.kind = value.KindBool
	case json.Number:
		n.kind, n.text = value.Number(token.String()).Kind(), token.String()
	case nil:
		n.kind = value.KindNull
	case json.Delim:
		if token == '{' {
			err = d.object(n)
		} else {
			err = d.list(n)
		}
	}
	n.end = d.end()
	return n, err
}

func (d decoder) object(into *node) error {
	into.kind = value.KindObject
	for d.json.More() {
		token, start, err := d.next()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return errNotAName
		}
		v, err := d.value()
		if err != nil {
			return err
		}
		into.members = append(into.members, member{name, start, v})
	}
	_, err := d.json.Token()
	return err
}

func (d decoder) list(into *node) error {
	into.kind = value.KindArray
	for d.json.More() {
		v, err := d.value()
		if err != nil {
			return err
		}
		into.elements = append(into.elements, v)
	}
	_, err := d.json.Token()
	return err
}
