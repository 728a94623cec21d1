package xsd

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Pattern is the pattern facet of one restriction: a text has to match one of its alternatives. It is safe for concurrent use.
type Pattern struct {
	alternatives []string

	once sync.Once
	// compiled is nil when the pattern is left to the server.
	compiled *regexp.Regexp
}

// maxPattern bounds the bytes of a pattern that is checked, and of a text that is: the time of matching is the product of both.
const maxPattern = 4096

// Allows tells whether a text matches. It is true for long texts, and for all if an alternative has something that our regular expressions cannot
// say exactly: the server will check it.
func (p *Pattern) Allows(text string) bool {
	if len(text) > maxPattern {
		return true
	}
	p.once.Do(p.compile)
	return p.compiled == nil || p.compiled.MatchString(text)
}

// String returns the alternatives as the schema writes them.
func (p *Pattern) String() string { return strings.Join(p.alternatives, " | ") }

// compile is left until somebody writes such a text: contracts have very many patterns.
func (p *Pattern) compile() {
	translated := make([]string, len(p.alternatives))
	for i, alternative := range p.alternatives {
		t := translator{rest: alternative}
		if len(alternative) > maxPattern || !t.translate() {
			return
		}
		translated[i] = t.out.String()
	}
	// What is too large for our library is an error, too.
	if compiled, err := regexp.Compile(`^(?:` + strings.Join(translated, "|") + `)$`); err == nil {
		p.compiled = compiled
	}
}

// translator turns a regular expression of XML Schema (Datatypes, appendix F) into one of package regexp, as far as that can say the same. Both have
// groups, alternatives, quantifiers and classes; what characters mean differs.
type translator struct {
	rest string
	out  strings.Builder
	// groups is how many are open.
	groups int
}

// Sets that both sides call differently, as they stand inside of a class.
const (
	blankSet    = ` \t\n\r`
	notBlankSet = `\x{0}-\x{8}\x{B}\x{C}\x{E}-\x{1F}\x{21}-\x{10FFFF}`
)

// translate is false for what cannot be said exactly.
func (t *translator) translate() bool {
	mayRepeat := false
	for t.rest != "" {
		c := t.next()
		switch c {
		case '^', '$':
			t.out.WriteString(`\` + string(c)) // they are characters like any other
		case '.':
			t.out.WriteString(`[^\n\r]`)
		case '\\':
			set, ok := t.escape()
			if !ok {
				return false
			}
			t.out.WriteString("[" + set + "]")
		case '[':
			if !t.class() {
				return false
			}
		case '(', '|':
			if c == '(' {
				t.groups++
			}
			t.out.WriteRune(c)
			mayRepeat = false // nor is there anything like (?:…)
			continue
		case ')':
			if t.groups--; t.groups < 0 {
				return false
			}
			t.out.WriteRune(c)
		case '?', '*', '+', '{':
			if !mayRepeat || !t.quantifier(c) {
				return false
			}
			mayRepeat = false
			continue
		case ']', '}':
			return false
		default:
			t.out.WriteRune(c)
		}
		mayRepeat = true
	}
	return t.groups == 0
}

// next takes a character.
func (t *translator) next() rune {
	c, n := utf8.DecodeRuneInString(t.rest)
	t.rest = t.rest[n:]
	return c
}

// quantifier translates what follows a quantifier's first character.
func (t *translator) quantifier(c rune) bool {
	if c != '{' {
		t.out.WriteRune(c)
		return true
	}
	inside, rest, ok := strings.Cut(t.rest, "}")
	least, most, isRange := strings.Cut(inside, ",")
	if !ok || !isCount(least) || isRange && most != "" && !isCount(most) {
		return false
	}
	t.rest = rest
	t.out.WriteString("{" + inside + "}")
	return true
}

func isCount(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// escape translates what follows a backslash into what stands for it inside of a class.
func (t *translator) escape() (set string, ok bool) {
	if t.rest == "" {
		return "", false
	}
	switch c := t.next(); c {
	case 'n', 'r', 't', '\\', '|', '.', '?', '*', '+', '(', ')', '{', '}', '-', '[', ']', '^', '$':
		return `\` + string(c), true
	case 'd':
		return `\p{Nd}`, true
	case 'D':
		return `\P{Nd}`, true
	case 's':
		return blankSet, true
	case 'S':
		return notBlankSet, true
	case 'p', 'P':
		name, rest, isNamed := strings.Cut(t.rest, "}")
		if !isNamed || len(name) < 2 || name[0] != '{' || !isCategory(name[1:]) {
			return "", false // a block, such as IsBasicLatin
		}
		t.rest = rest
		return `\` + string(c) + name + "}", true
	default:
		// Among them are \i and \c, which we do not have; and \w, on which servers do not agree: XML Schema leaves the underscore out.
		return "", false
	}
}

// isCategory tells the general categories of Unicode.
func isCategory(name string) bool {
	return len(name) > 0 && len(name) <= 2 && strings.IndexByte("LMNPZSC", name[0]) >= 0
}

// class translates a class, whose bracket was taken.
func (t *translator) class() bool {
	t.out.WriteByte('[')
	if strings.HasPrefix(t.rest, "^") {
		t.next()
		t.out.WriteByte('^')
	}
	for isFirst := true; t.rest != ""; isFirst = false {
		switch c := t.next(); c {
		case ']':
			t.out.WriteByte(']')
			return !isFirst
		case '[':
			return false // among them [a-z-[aeiou]], one class without another
		case '\\':
			set, ok := t.escape()
			if !ok {
				return false
			}
			t.out.WriteString(set)
			if strings.HasPrefix(t.rest, "-") && !strings.HasPrefix(t.rest, "-]") {
				return false // a range that begins with a set, or with a character that is easier to read elsewhere
			}
		case '-':
			// It is a character at the beginning and at the end.
			if !isFirst && !strings.HasPrefix(t.rest, "]") {
				return false
			}
			t.out.WriteString(`\-`)
		default:
			t.out.WriteString(classCharacter(c))
			if strings.HasPrefix(t.rest, "-") && !strings.HasPrefix(t.rest, "-]") && !t.rangeEnd() {
				return false
			}
		}
	}
	return false
}

// rangeEnd translates the rest of a range, from its hyphen on.
func (t *translator) rangeEnd() bool {
	t.next()
	c := t.next()
	if c == '[' || c == '-' {
		return false
	}
	end := classCharacter(c)
	if c == '\\' {
		escaped, ok := t.escape()
		if !ok || len(escaped) != 2 || strings.ContainsAny(escaped, "pPdDsSwW") {
			return false
		}
		end = escaped
	}
	t.out.WriteString("-" + end)
	return true
}

// classCharacter is a character in a class of package regexp.
func classCharacter(c rune) string {
	if strings.ContainsRune(`^\[]-&~`, c) {
		return `\` + string(c)
	}
	return string(c)
}
