package diag

import "strings"

// maxNearestLength bounds the names that are compared: the cost of one comparison is the product of the lengths, and
// longer names are no typing errors.
const maxNearestLength = 64

// Nearest returns the name among those given that got is most likely a misspelling of, or "" when none is near. Near
// means few typing errors (insertions, deletions, replacements, swapped neighbours) for the length of the word; a
// difference in case alone is the nearest of all. Of equally near names the first wins.
func Nearest(got string, among []string) string {
	if got == "" || len(got) > maxNearestLength {
		return ""
	}
	limit := editLimit(got)
	best, bestDistance := "", limit+1
	for _, name := range among {
		if name == got || len(name) > maxNearestLength || abs(len(name)-len(got)) > limit {
			continue
		}
		if strings.EqualFold(name, got) {
			return name
		}
		if d := editDistance(strings.ToLower(got), strings.ToLower(name)); d < bestDistance && d < len(name) {
			best, bestDistance = name, d
		}
	}
	return best
}

// editLimit is the number of typing errors that a word of this length may have: one in three letters.
func editLimit(word string) int { return max(1, (len(word)+1)/3) }

// editDistance is the Damerau-Levenshtein distance (optimal string alignment) in bytes; names are ASCII.
func editDistance(a, b string) int {
	twoBack := make([]int, len(b)+1)
	previous := make([]int, len(b)+1)
	current := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], twoBack[j-2]+1)
			}
		}
		twoBack, previous, current = previous, current, twoBack
	}
	return previous[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
