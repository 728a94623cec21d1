package graph

import "strings"

// blockLine is a line of a block string: where it begins, and how many bytes it has without its line end.
type blockLine struct{ at, size int }

// blockIndent returns the lines of a block string after the first one, and how much of each is indentation that does not
// belong to the string's value (specification 2.10.4, BlockStringValue). It is 0 where gqlparser finds the same: it counts
// the first line, too, which matters when that is neither blank nor indented as deep.
func blockIndent(body string) ([]blockLine, int) {
	end := strings.IndexAny(body, "\r\n")
	if end < 0 {
		return nil, 0
	}
	first := indentOf(body[:end])
	if first == end {
		return nil, 0
	}
	var lines []blockLine
	common := -1
	for end < len(body) {
		at := end + 1
		if strings.HasPrefix(body[end:], "\r\n") {
			at++
		}
		end = len(body)
		if size := strings.IndexAny(body[at:], "\r\n"); size >= 0 {
			end = at + size
		}
		lines = append(lines, blockLine{at, end - at})
		if indent := indentOf(body[at:end]); indent < end-at && (common < 0 || indent < common) {
			common = indent
		}
	}
	if common <= first {
		return nil, 0
	}
	return lines, common
}

// indentOf counts the spaces and tabs that a line begins with.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }
