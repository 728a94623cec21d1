package xmltext

import "strings"

// Attr is an attribute.
type Attr struct {
	Name  Name
	Value string
	// Offset and End enclose the value in the decoded text, without its quotes.
	Offset, End int
}

// startTag reads a start tag with its attributes and declarations.
func (r *Reader) startTag() error {
	tag, err := r.qname(r.pos + 1)
	if err != nil {
		return err
	}
	switch {
	case len(r.open) == 0 && r.hasRoot:
		return r.errorf(r.offset, "<%s> follows the end of the document", tag)
	case r.around+len(r.open) >= r.limits.Depth:
		return r.errorf(r.offset, "elements nest deeper than %d", r.limits.Depth)
	}
	r.hasRoot = true
	r.open = append(r.open, element{tag: tag, bindings: len(r.bindings)})
	if err := r.attributes(tag); err != nil {
		return err
	}
	// Names are resolved only now: declarations may stand behind what uses them.
	if r.name, err = r.expand(tag, r.offset+1, true); err != nil {
		return err
	}
	r.open[len(r.open)-1].name = r.name
	return r.expandAttributes()
}

// attributes reads everything behind the name up to the tag's end. Attribute names are as they are written afterwards.
func (r *Reader) attributes(tag string) error {
	r.attrs = r.attrs[:0]
	for {
		before := r.pos
		r.space()
		rest := r.text[r.pos:]
		switch {
		case strings.HasPrefix(rest, ">"):
			r.pos++
			return nil
		case strings.HasPrefix(rest, "/>"):
			r.pos += 2
			r.isEmptyTag = true
			return nil
		case rest == "":
			return r.errorf(r.pos, "the document ends inside of <%s", tag)
		case before == r.pos:
			return r.errorf(r.pos, "expected blanks, '>' or '/>' in <%s", tag)
		}
		if err := r.attribute(); err != nil {
			return err
		}
	}
}

// attribute reads one attribute or namespace declaration.
func (r *Reader) attribute() error {
	at := r.pos
	name, err := r.qname(at)
	if err != nil {
		return err
	}
	r.space()
	if !strings.HasPrefix(r.text[r.pos:], "=") {
		return r.errorf(r.pos, "expected '=' behind the attribute %q", name)
	}
	r.pos++
	r.space()
	a := Attr{Name: Name{Local: name}}
	if a.Offset, a.End, err = r.quoted(name); err != nil {
		return err
	}
	if a.Value, err = r.attributeValue(a.Offset, a.End); err != nil {
		return err
	}
	if name == "xmlns" {
		return r.declare("", a.Value, at)
	}
	if prefix, ok := strings.CutPrefix(name, "xmlns:"); ok {
		return r.declare(prefix, a.Value, at)
	}
	if len(r.attrs) >= r.limits.Attributes {
		return r.errorf(at, "an element has more than %d attributes", r.limits.Attributes)
	}
	r.attrs = append(r.attrs, a)
	return nil
}

// quoted passes a quoted value and returns where it stands.
func (r *Reader) quoted(name string) (start, end int, err error) {
	rest := r.text[r.pos:]
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return 0, 0, r.errorf(r.pos, "the value of %q is not in quotes", name)
	}
	n := strings.IndexByte(rest[1:], rest[0])
	if n < 0 {
		return 0, 0, r.errorf(r.pos, "the value of %q has no end", name)
	}
	start = r.pos + 1
	r.pos = start + n + 1
	return start, start + n, nil
}

// declare adds a namespace declaration ([Namespaces in XML] 3).
func (r *Reader) declare(prefix, space string, at int) error {
	switch {
	case prefix == "xmlns", space == SpaceXMLNS, (prefix == "xml") != (space == SpaceXML):
		return r.errorf(at, "the namespaces of xml and xmlns cannot be declared")
	case len(space) > maxSpace:
		return r.errorf(at, "a namespace is longer than %d bytes", maxSpace)
	case len(r.bindings) >= r.limits.Attributes:
		return r.errorf(at, "more than %d namespace declarations are in scope", r.limits.Attributes)
	}
	for _, b := range r.bindings[r.open[len(r.open)-1].bindings:] {
		if b.prefix == prefix {
			return r.errorf(at, "the prefix %q is declared twice", prefix)
		}
	}
	r.bindings = append(r.bindings, binding{prefix, space})
	return nil
}

// expandAttributes resolves the attributes' names and looks for doubles.
func (r *Reader) expandAttributes() error {
	for i := range r.attrs {
		a := &r.attrs[i]
		var err error
		if a.Name, err = r.expand(a.Name.Local, a.Offset, false); err != nil {
			return err
		}
		for j := range i {
			if r.attrs[j].Name == a.Name {
				return r.errorf(a.Offset, "the attribute %q occurs twice", a.Name)
			}
		}
	}
	return nil
}

// expand resolves a name as it is written. Attributes without a prefix are in no namespace.
func (r *Reader) expand(tag string, at int, isElement bool) (Name, error) {
	prefix, local, hasPrefix := strings.Cut(tag, ":")
	switch {
	case !hasPrefix && !isElement:
		return Name{Local: tag}, nil
	case !hasPrefix:
		prefix, local = "", tag
	}
	space, ok := r.lookup(prefix)
	if !ok {
		return Name{}, r.errorf(at, "the prefix %q is not declared", prefix)
	}
	return Name{space, local}, nil
}

// lookup returns the namespace of a prefix.
func (r *Reader) lookup(prefix string) (string, bool) {
	for i := len(r.bindings) - 1; i >= 0; i-- {
		if r.bindings[i].prefix == prefix {
			// PHP declares the prefixes of a Fault's code for no namespace. That ends a declaration, as in Namespaces in XML 1.1, 5.
			return r.bindings[i].space, prefix == "" || r.bindings[i].space != ""
		}
	}
	switch prefix {
	case "xml":
		return SpaceXML, true
	case "xsi":
		// Servers write xsi:nil and forget the declaration (npm's soap does). Nobody means anything else by it.
		return SpaceXSI, true
	default:
		return "", prefix == ""
	}
}

// endTag reads an end tag and closes the element.
func (r *Reader) endTag() error {
	if last := len(r.open) - 1; last >= 0 {
		tag := r.open[last].tag
		start := r.pos + len("</")
		end := start + len(tag)
		if end < len(r.text) && r.text[end] == '>' && r.text[start:end] == tag {
			r.pos = end + 1
			r.pop()
			return nil
		}
	}
	tag, err := r.qname(r.pos + len("</"))
	if err != nil {
		return err
	}
	r.space()
	switch {
	case !strings.HasPrefix(r.text[r.pos:], ">"):
		return r.errorf(r.pos, "expected '>' behind </%s", tag)
	case len(r.open) == 0:
		return r.errorf(r.offset, "</%s> ends nothing", tag)
	case r.open[len(r.open)-1].tag != tag:
		return r.errorf(r.offset, "</%s> ends <%s>", tag, r.open[len(r.open)-1].tag)
	}
	r.pos++
	r.pop()
	return nil
}

// maxSpace bounds the bytes of a namespace: it stands in for each prefix in a text of names, of which a reply can have very many.
const maxSpace = 512

// maxName bounds the bytes of a name. Longer ones are no names of anybody's, and are compared often.
const maxName = 4096

// qname passes a qualified name: a name with at most one colon, and that inside.
func (r *Reader) qname(at int) (string, error) {
	end := at
	for end < len(r.text) && isPlainName[r.text[end]] {
		end++
	}
	if end < len(r.text) && r.text[end] < 0x80 && r.text[end] != ':' && end > at && end-at <= maxName && nameClass[r.text[at]] == anywhere {
		r.pos = end
		return r.text[at:end], nil
	}
	n := nameLength(r.text[at:])
	tag := r.text[at : at+n]
	prefix, local, hasPrefix := strings.Cut(tag, ":")
	switch {
	case n == 0:
		return "", r.errorf(at, "expected a name")
	case n > maxName:
		return "", r.errorf(at, "a name is longer than %d bytes", maxName)
	case hasPrefix && (prefix == "" || !IsNCName(local)):
		return "", r.errorf(at, "%q is no name of a namespace", tag)
	}
	r.pos = at + n
	return tag, nil
}

// space passes white space.
func (r *Reader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
