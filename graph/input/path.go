package input

import (
	"strconv"
	"strings"
)

// path is the place of a value inside a variable.
type path []step

// step is the name of a field, or an index when the name is empty.
type step struct {
	name  string
	index int
}

// String returns the path as it is appended to the variable's name, such as ".tags[1]".
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		if s.name == "" {
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		}
		b.WriteString("." + s.name)
	}
	return b.String()
}
