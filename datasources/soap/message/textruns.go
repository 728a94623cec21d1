package message

import "strings"

// textRuns is text that may come in several runs: most comes in one, which is not copied, and hostile text comes in very many.
type textRuns struct {
	first string
	rest  strings.Builder
}

func (t *textRuns) add(run string) {
	if t.first == "" {
		t.first = run
		return
	}
	t.rest.WriteString(run)
}

// String returns the text so far.
func (t *textRuns) String() string {
	if t.rest.Len() == 0 {
		return t.first
	}
	return t.first + t.rest.String()
}
