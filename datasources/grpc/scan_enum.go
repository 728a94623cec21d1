package grpc

import "slices"

// enumNames are the JSON texts of an enum's values, by number.
type enumNames struct {
	numbers []int32
	texts   [][]byte
}

func namesOf(e *enum) *enumNames {
	n := &enumNames{}
	for number := range e.names {
		n.numbers = append(n.numbers, number)
	}
	slices.Sort(n.numbers)
	for _, number := range n.numbers {
		n.texts = append(n.texts, e.value(number).AppendJSON(nil))
	}
	return n
}

// find returns the index of a number, or -1. Most enums count from 0.
func (n *enumNames) find(number int32) int {
	if i := int(number); i >= 0 && i < len(n.numbers) && n.numbers[i] == number {
		return i
	}
	if i, ok := slices.BinarySearch(n.numbers, number); ok {
		return i
	}
	return -1
}
