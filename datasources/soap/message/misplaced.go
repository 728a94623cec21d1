package message

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/mapping"
)

// misplaced tells of names that are declared in another namespace. What they name is passed over, as XML Schema has it, and so it is missing in
// the answer: servers that qualify the elements of a schema with elementFormDefault="unqualified", or that forget to where it is "qualified", are
// how SOAP services most often fail to understand each other.
type misplaced struct {
	problems *mapping.Problems
	// depth is how many elements are open around the message.
	depth int
}

// newMisplaced returns what notes to problems, which may be nil: then nobody asks. The reader is at the Start of the message.
func newMisplaced(x *xmltext.Reader, problems *mapping.Problems) misplaced {
	return misplaced{problems, x.Depth() - 1}
}

// element looks whether the element at hand, which is no field of the type, is one in another namespace. The first of a message is told of: if one is,
// all are.
func (m *misplaced) element(x *xmltext.Reader, p *typeProgram) {
	if m.problems == nil {
		return
	}
	found := x.Name()
	for i := range p.slots {
		e := p.slots[i].element
		if e == nil || e.declared.Name.Local != found.Local {
			continue
		}
		m.add("element", found, e.declared.Name, x.Path(m.depth))
		return
	}
}

// attribute looks whether the Start at hand has an attribute in another namespace than that of the name.
func (m *misplaced) attribute(x *xmltext.Reader, declared xmltext.Name) {
	if m.problems == nil {
		return
	}
	for _, a := range x.Attrs() {
		if a.Name.Local == declared.Local && !xmltext.IsInstance(a.Name.Space) {
			m.add("attribute", a.Name, declared, append(x.Path(m.depth), "@"+declared.Local))
			return
		}
	}
}

func (m *misplaced) add(what string, found, declared xmltext.Name, path []string) {
	m.problems.Add(fmt.Sprintf("%s %s found where the contract declares %s", what, clark(found), clark(declared)), strings.Join(path, "."))
	m.problems = nil
}

// clark is a name with its namespace, even where it is in none.
func clark(n xmltext.Name) string { return "{" + n.Space + "}" + n.Local }
