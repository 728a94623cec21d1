package sdl

import "strings"

// mention is a variable in the text of a mapping.
type mention struct {
	// name with the dollar sign.
	name       string
	start, end int
	// binds marks the name that `->as` gives to a value.
	binds bool
}

// mentionsIn finds the variables in a mapping's text: the tree knows which paths are read and not where each is written.
// Strings and comments are left out.
func mentionsIn(text string) []mention {
	var found []mention
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			i = skipQuoted(text, i)
		case c == '#':
			i = skipComment(text, i)
		case c == '$' && i+1 < len(text) && isNameStart(text[i+1]):
			end := wordEnd(text, i+1)
			found = append(found, mention{text[i:end], i, end, isBinding(text[:i])})
			i = end
		default:
			i++
		}
	}
	return found
}

// isBinding reports whether a text ends in `->as(`, blanks aside.
func isBinding(before string) bool {
	const blanks = " \t\r\n"
	before, ok := strings.CutSuffix(strings.TrimRight(before, blanks), "(")
	if !ok {
		return false
	}
	before, ok = strings.CutSuffix(strings.TrimRight(before, blanks), "as")
	return ok && strings.HasSuffix(strings.TrimRight(before, blanks), "->")
}

// locatePath returns where a path below a variable stands in a mapping's text: its last name if it is written behind the
// variable, with dots or in a group, else the variable.
func locatePath(text, variable string, path []string) (start, end int) {
	first := true
	for _, m := range mentionsIn(text) {
		if m.name != variable {
			continue
		}
		if from, to, ok := followPath(text, m.end, path); ok {
			return from, to
		}
		if first {
			start, end, first = m.start, m.end, false
		}
	}
	// In a group the name stands by itself somewhere behind the variable.
	name := path[len(path)-1]
	for i := end; i < len(text); {
		switch {
		case isNameStart(text[i]):
			to := wordEnd(text, i)
			if text[i:to] == name {
				return i, to
			}
			i = to
		case text[i] == '"' || text[i] == '\'':
			i = skipQuoted(text, i)
		case text[i] == '#':
			i = skipComment(text, i)
		default:
			i++
		}
	}
	return start, end
}

// followPath matches `.name.name` at an offset and returns where the last name stands.
func followPath(text string, at int, path []string) (start, end int, ok bool) {
	for _, name := range path {
		at = skipBlanks(text, at)
		if at == len(text) || text[at] != '.' {
			return 0, 0, false
		}
		start = skipBlanks(text, at+1)
		switch {
		case start < len(text) && isNameStart(text[start]):
			end = wordEnd(text, start)
		case start < len(text) && (text[start] == '"' || text[start] == '\''):
			end = skipQuoted(text, start)
		default:
			return 0, 0, false
		}
		if strings.Trim(text[start:end], `"'`) != name {
			return 0, 0, false
		}
		at = end
	}
	return start, end, true
}

func skipBlanks(text string, i int) int {
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '#':
			i = skipComment(text, i)
		default:
			return i
		}
	}
	return i
}

func skipComment(text string, i int) int {
	if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
		return i + end + 1
	}
	return len(text)
}

// skipQuoted returns the offset behind the string that begins at i.
func skipQuoted(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(text)
}

func wordEnd(text string, i int) int {
	for i < len(text) && (isNameStart(text[i]) || isDigit(text[i])) {
		i++
	}
	return i
}
