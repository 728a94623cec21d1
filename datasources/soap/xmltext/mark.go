package xmltext

// Mark is where an element of a document starts. It is of use to readers of that document alone.
type Mark struct {
	pos   int
	scope *scope
}

// Marks finds all elements with an attribute of the name, by its values. It reads the whole document, wherever the reader is, which stays
// there. An error is a *SyntaxError; one value of two elements is one, too.
func (r *Reader) Marks(id Name) (map[string]Mark, error) {
	whole := &Reader{text: r.text, limits: r.limits}
	if err := whole.declaration(); err != nil {
		return nil, err
	}
	marks := map[string]Mark{}
	scopes := []*scope{nil}
	for {
		token, err := whole.Next()
		switch {
		case err != nil:
			return nil, err
		case token == EOF:
			return marks, nil
		case token == End:
			scopes = scopes[:len(scopes)-1]
		case token == Start:
			outer := scopes[len(scopes)-1]
			scopes = append(scopes, whole.scopeOfStart(outer))
			value, ok := whole.Attr(id)
			if !ok {
				continue
			}
			if _, exists := marks[value]; exists {
				return nil, whole.errorf(whole.offset, "the id %q is there twice", value)
			}
			marks[value] = Mark{whole.offset, outer}
		}
	}
}

// scopeOfStart is the scope inside of the element whose Start is at hand.
func (r *Reader) scopeOfStart(outer *scope) *scope {
	own := r.bindings[r.open[len(r.open)-1].bindings:]
	if len(own) == 0 {
		return outer
	}
	return &scope{outer: outer, bindings: append([]binding(nil), own...)}
}

// At returns a reader whose token at hand is the Start of a marked element. It may go as deep
// below as this reader may below the open element. It ends with the element; to read on is an error.
func (r *Reader) At(m Mark) (*Reader, error) {
	at := &Reader{text: r.text, pos: m.pos, offset: m.pos, limits: r.limits, around: r.around + len(r.open), whole: r}
	if r.whole != nil {
		at.whole = r.whole
	}
	var scopes []*scope
	for s := m.scope; s != nil; s = s.outer {
		scopes = append(scopes, s)
	}
	for i := len(scopes) - 1; i >= 0; i-- {
		at.bindings = append(at.bindings, scopes[i].bindings...)
	}
	err := at.startTag()
	return at, err
}

// Again goes back to the Start of an element whose End is the token at hand: its offset is that of the Start.
func (r *Reader) Again(start int) error {
	r.pos, r.offset = start, start
	return r.startTag()
}

// Pos returns how far the document has been read, in bytes of the decoded text.
func (r *Reader) Pos() int { return r.pos }

// Len returns the length of the decoded text.
func (r *Reader) Len() int { return len(r.text) }
