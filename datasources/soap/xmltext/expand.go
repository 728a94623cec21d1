package xmltext

import "strings"

// What names may grow by, with their namespaces in place of their prefixes: a document can use a long namespace very many times.
const (
	expansionAllowance = 1 << 20
	expansionFactor    = 2
)

// Expand returns a text that is a qualified name of the open element's content, or several with blanks between them: with their namespaces, in
// Clark's notation, as far as their prefixes are declared. Names that make all texts of the document longer by more than 1 MB and twice the document
// are an error, which is a *SyntaxError.
func (r *Reader) Expand(text string) (string, error) {
	words := strings.FieldsFunc(text, func(c rune) bool { return c < 0x80 && isSpace(byte(c)) })
	whole := r
	if r.whole != nil {
		whole = r.whole
	}
	for i, word := range words {
		name, ok := r.Resolve(word)
		if !ok {
			continue
		}
		words[i] = name.String()
		whole.expansion += len(words[i]) - len(word)
		if whole.expansion > expansionAllowance+expansionFactor*len(r.text) {
			return "", r.errorf(r.offset, "the names in the document are, with their namespaces, far longer than the document")
		}
	}
	return strings.Join(words, " "), nil
}
