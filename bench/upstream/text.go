package upstream

import "strings"

// prose makes the mock's texts: no clock, no randomness.
type prose struct{ words []string }

func newProse() prose {
	return prose{strings.Fields(`sunt aut facere repellat provident occaecati excepturi optio
		reprehenderit qui est esse ea molestias quasi exercitationem eum et dolorem magnam
		nesciunt quas odio neque fugiat blanditiis voluptate porro vel nihil molestiae iure
		voluptatibus magni adipisci temporibus cumque autem quia rerum dolores beatae illo`)}
}

func (p prose) word(i int) string { return p.words[i%len(p.words)] }

// name is a word that begins with a capital letter.
func (p prose) name(i int) string {
	w := p.word(i)
	return strings.ToUpper(w[:1]) + w[1:]
}

// line is n words, different for every seed.
func (p prose) line(seed, n int) string { return p.text(seed, n, false) }

// body is a line with a line break and a quoted word at times, so that escapes of JSON
// are met as they are in life.
func (p prose) body(seed, n int) string { return p.text(seed, n, true) }

func (p prose) text(seed, n int, escapes bool) string {
	const breakEvery, quoted = 11, 7
	var b strings.Builder
	x := uint32(seed)*2654435761 + 12345
	for i := range n {
		x = x*1664525 + 1013904223
		w := p.word(int(x >> 16))
		switch {
		case i == 0:
		case escapes && i%breakEvery == 0:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		if escapes && i == quoted {
			w = `"` + w + `"`
		}
		b.WriteString(w)
	}
	return b.String()
}
