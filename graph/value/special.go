package value

import "math/bits"

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// Special returns a word whose lowest bit is in the first of eight bytes, read as a little-endian word, that ends a run of plain
// characters in a JSON string: a quote, a backslash or a control character. It is 0 if there is none. Of its other bits nothing
// is to be concluded.
func Special(word uint64) uint64 {
	// Taking 0x21 from a byte below it borrows into the high bit, as taking 1 from a zero byte does. The exclusive or with 2
	// moves the quote from 0x22 to 0x20 and the space out of the way, so that one test finds quotes and control characters.
	quoteOrControl := (word ^ lows*2) - lows*0x21
	backslash := (word ^ lows*'\\') - lows
	return (quoteOrControl | backslash) &^ word & highs
}

// plainEnd returns the position from i on of the first character in the text of a JSON string that is not plain, or the text's end.
func plainEnd(text string, i int) int {
	for ; i+8 <= len(text); i += 8 {
		eight := text[i : i+8]
		// The compiler makes one load of this.
		word := uint64(eight[0]) | uint64(eight[1])<<8 | uint64(eight[2])<<16 | uint64(eight[3])<<24 |
			uint64(eight[4])<<32 | uint64(eight[5])<<40 | uint64(eight[6])<<48 | uint64(eight[7])<<56
		if m := Special(word); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(text) && text[i] != '"' && text[i] != '\\' && text[i] >= ' ' {
		i++
	}
	return i
}
