package server

import (
	"bytes"
	"strconv"
)

// jsonObject writes the members of an object one after the other.
type jsonObject struct {
	buf *bytes.Buffer
	// around is the object in whose list this one is, nil for the outermost.
	around *jsonObject
	// hasMembers tells that a comma is needed before the next one.
	hasMembers bool
	// err is the first one of encoding a member, of an object in this one, too.
	err error
}

// key begins a member.
func (o *jsonObject) key(name string) {
	if o.hasMembers {
		o.buf.WriteByte(',')
	}
	o.hasMembers = true
	o.buf.WriteByte('"')
	o.buf.WriteString(name)
	o.buf.WriteString(`":`)
}

// id writes the member "id", which is a text.
func (o *jsonObject) id(id int) {
	o.key("id")
	o.buf.WriteString(strconv.Quote(strconv.Itoa(id)))
}

// encoded writes a member if it has any elements.
func (o *jsonObject) encoded(name string, v any, elements int) {
	if elements == 0 || o.err != nil {
		return
	}
	o.key(name)
	o.err = encode(o.buf, v)
}

// list begins a member that is a list of objects.
func (o *jsonObject) list(name string) *jsonList {
	o.key(name)
	o.buf.WriteByte('[')
	return &jsonList{of: o}
}

// end ends an object of a list.
func (o *jsonObject) end() {
	o.buf.WriteByte('}')
	if o.around.err == nil {
		o.around.err = o.err
	}
}

// jsonList writes the objects of a list one after the other.
type jsonList struct {
	of          *jsonObject
	hasElements bool
}

// object begins the next one.
func (l *jsonList) object() *jsonObject {
	if l.hasElements {
		l.of.buf.WriteByte(',')
	}
	l.hasElements = true
	l.of.buf.WriteByte('{')
	return &jsonObject{buf: l.of.buf, around: l.of}
}

func (l *jsonList) end() { l.of.buf.WriteByte(']') }
