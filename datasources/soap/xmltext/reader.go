package xmltext

import (
	"fmt"
	"strings"
)

// Limits bound what a Reader accepts. Zero fields have defaults.
type Limits struct {
	// Depth bounds the nesting of elements.
	Depth int
	// Attributes bounds the attributes of one element, and also the namespace declarations in scope.
	Attributes int
}

// usualDepth is how deep most documents nest.
const usualDepth = 8

// Defaults of Limits.
const (
	DefaultDepth      = 256
	DefaultAttributes = 256
)

// SyntaxError tells why a text cannot be read as XML, and where.
type SyntaxError struct {
	// Offset is in bytes from the start of the text, after decoding.
	Offset  int
	Message string
}

// Error returns the message with the offset.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s, at byte %d", e.Message, e.Offset) }

// Token is a kind of token.
type Token uint8

// The kinds of tokens. Comments and processing instructions are none.
const (
	// EOF ends a document that is well-formed.
	EOF Token = iota
	// Start begins an element.
	Start
	// End ends one; elements without content have an End, too.
	End
	// Text is character data; an element's text may come in several tokens.
	Text
)

// Reader reads one document, token by token. It checks that the document is well-formed and its namespaces are declared. It
// is used by one goroutine. Strings that it returns are parts of the document's text, which they keep alive.
type Reader struct {
	text   string
	pos    int
	limits Limits

	open     []element
	bindings []binding
	// expansion is how many bytes Expand has added, of the whole document. Readers of a part count at the reader of the whole, which is nil there.
	expansion int
	whole     *Reader
	// around is how many elements are open around the document, for readers of a part.
	around int

	// offset, name, attrs and value belong to the token at hand.
	offset int
	name   Name
	attrs  []Attr
	value  string
	// made has texts that are not as they stand in the document; nil as long as there are none.
	made *strings.Builder

	// isEmptyTag tells that the token at hand is the Start of an element without content.
	isEmptyTag bool
	hasRoot    bool
}

// element is an open element.
type element struct {
	// tag is the name as it is written.
	tag  string
	name Name
	// bindings is how many there were before it.
	bindings int
}

// binding is one namespace declaration in scope.
type binding struct{ prefix, space string }

// NewReader returns a reader of a document in any encoding that the transport's charset (which may be empty), a byte order
// mark or the declaration names. Errors are of type *SyntaxError.
func NewReader(document []byte, charset string, l Limits) (*Reader, error) {
	text, err := decode(document, charset)
	if err != nil {
		return nil, err
	}
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	if l.Attributes == 0 {
		l.Attributes = DefaultAttributes
	}
	r := &Reader{
		text: text, limits: l,
		open: make([]element, 0, usualDepth), bindings: make([]binding, 0, usualDepth), attrs: make([]Attr, 0, usualDepth/2),
	}
	if err := r.declaration(); err != nil {
		return nil, err
	}
	return r, nil
}

// Next reads the next token. After an error, which is a *SyntaxError, and after EOF it must not be called again.
func (r *Reader) Next() (Token, error) {
	if r.isEmptyTag {
		r.isEmptyTag = false
		r.pop()
		return End, nil
	}
	for {
		r.offset = r.pos
		rest := r.text[r.pos:]
		switch {
		case rest == "":
			return r.end()
		case rest[0] != '<':
			if isText, err := r.characters(); isText || err != nil {
				return Text, err
			}
		case len(rest) == 1:
			return Start, r.startTag()
		case rest[1] == '/':
			return End, r.endTag()
		case rest[1] == '!':
			if strings.HasPrefix(rest, "<![CDATA[") {
				return Text, r.cdata()
			}
			if !strings.HasPrefix(rest, "<!--") {
				return EOF, r.documentType(rest)
			}
			if err := r.comment(); err != nil {
				return EOF, err
			}
		case rest[1] == '?':
			if err := r.instruction(); err != nil {
				return EOF, err
			}
		default:
			return Start, r.startTag()
		}
	}
}

// Name returns the name of the element that a Start or End token is about.
func (r *Reader) Name() Name { return r.name }

// Attrs returns the attributes of a Start token without namespace declarations. The slice is valid until the next token.
func (r *Reader) Attrs() []Attr { return r.attrs }

// Attr returns an attribute of a Start token.
func (r *Reader) Attr(name Name) (string, bool) {
	for i := range r.attrs {
		if r.attrs[i].Name == name {
			return r.attrs[i].Value, true
		}
	}
	return "", false
}

// Text returns the characters of a Text token.
func (r *Reader) Text() string { return r.value }

// Offset returns where the token at hand begins in the decoded text.
func (r *Reader) Offset() int { return r.offset }

// Depth returns how many elements are open; that of a Start token counts, that of an End token does not.
func (r *Reader) Depth() int { return len(r.open) }

// Path returns the local names of the open elements, but for the outermost ones that are skipped; that of a Start token is the last. It is for messages.
func (r *Reader) Path(skipped int) []string {
	var path []string
	for i := skipped; i < len(r.open); i++ {
		path = append(path, r.open[i].name.Local)
	}
	return path
}

// Resolve expands a qualified name in the content of the open element: one without a prefix is in the default namespace. It
// is false when the text is no such name or its prefix is not declared.
func (r *Reader) Resolve(qname string) (Name, bool) {
	prefix, local, hasPrefix := strings.Cut(qname, ":")
	if !hasPrefix {
		prefix, local = "", qname
	}
	if !IsNCName(local) {
		return Name{}, false
	}
	space, ok := r.lookup(prefix)
	return Name{space, local}, ok
}

// Skip reads to the End of the element whose Start is the token at hand.
func (r *Reader) Skip() error {
	for depth := len(r.open); ; {
		token, err := r.Next()
		if err != nil {
			return err
		}
		if token == End && len(r.open) < depth {
			return nil
		}
	}
}

// pop closes the innermost element.
func (r *Reader) pop() {
	last := len(r.open) - 1
	r.name = r.open[last].name
	r.bindings = r.bindings[:r.open[last].bindings]
	r.open = r.open[:last]
}

// end checks that the document is complete.
func (r *Reader) end() (Token, error) {
	switch {
	case len(r.open) > 0:
		return EOF, r.errorf(r.pos, "the document ends inside of <%s>", r.open[len(r.open)-1].tag)
	case !r.hasRoot:
		return EOF, r.errorf(r.pos, "the document has no element")
	default:
		return EOF, nil
	}
}

// errorf makes an error; of long names among the arguments it shows the beginning.
func (r *Reader) errorf(offset int, format string, args ...any) error {
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			args[i] = short(arg)
		case Name:
			args[i] = arg.Short()
		}
	}
	return &SyntaxError{Offset: offset, Message: fmt.Sprintf(format, args...)}
}
