package canonical

import (
	"cmp"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// finish puts the children of an element that is complete into their form.
func (n *Node) finish(scope map[string]string) {
	slices.SortStableFunc(n.Attrs, func(a, b xml.Attr) int {
		return cmp.Or(strings.Compare(a.Name.Local, b.Name.Local), strings.Compare(a.Name.Space, b.Name.Space))
	})
	hasElements := len(n.Elements()) > 0
	n.Children = slices.DeleteFunc(n.Children, func(c *Node) bool {
		return c.isText() && (c.Text == "" || hasElements && strings.Trim(c.Text, " \t\r\n") == "")
	})
	for _, c := range n.Children {
		if c.isText() {
			c.Text = expanded(c.Text, scope)
		}
	}
}

// expanded replaces the prefixes of the names in a text.
func expanded(text string, scope map[string]string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	words := strings.Split(text, " ")
	for i, word := range words {
		prefix, local, ok := strings.Cut(word, ":")
		if space := scope[prefix]; ok && prefix != "" && space != "" && local != "" && !strings.HasPrefix(local, "/") {
			words[i] = "{" + space + "}" + local
		}
	}
	return strings.Join(words, " ")
}

// String is the whole form on one line: two messages that mean the same have the same.
func (n *Node) String() string { return n.line("") }

// Width is how long the lines of Fold may be.
const Width = 120

// Fold is the form for people, below an element of a namespace: namespaces where they change, on one line if it fits.
func (n *Node) Fold(space, indent string) string {
	line := n.line(space)
	if len(n.Elements()) == 0 || utf8.RuneCountInString(indent+line) <= Width {
		return line
	}
	lines := []string{"<" + n.start(space) + ">"}
	deeper := indent + "  "
	for _, c := range n.Children {
		lines = append(lines, deeper+c.Fold(n.Name.Space, deeper))
	}
	return strings.Join(append(lines, indent+"</"+n.Name.Local+">"), "\n")
}

// Loose is the form without namespaces, and without the prefixes of names, for expectations that do not repeat them.
func (n *Node) Loose() string {
	if n.isText() {
		return escaped(localNames(n.Text))
	}
	var b strings.Builder
	b.WriteString("<" + n.Name.Local)
	for _, a := range n.Attrs {
		b.WriteString(" " + a.Name.Local + `="` + escaped(localNames(a.Value)) + `"`)
	}
	b.WriteString(">")
	for _, c := range n.Children {
		b.WriteString(c.Loose())
	}
	return b.String() + "</" + n.Name.Local + ">"
}

// qualified is a name with its namespace, or with a prefix, which an expectation need not declare.
var qualified = regexp.MustCompile(`(^| )(?:\{[^}]*\}|[A-Za-z_][\w.-]*:)([A-Za-z_])`)

// localNames drops the namespaces of names in a text.
func localNames(text string) string { return qualified.ReplaceAllString(text, "$1$2") }

func (n *Node) line(space string) string {
	if n.isText() {
		return escaped(n.Text)
	}
	var content strings.Builder
	for _, c := range n.Children {
		content.WriteString(c.line(n.Name.Space))
	}
	if content.Len() == 0 {
		return "<" + n.start(space) + "/>"
	}
	return "<" + n.start(space) + ">" + content.String() + "</" + n.Name.Local + ">"
}

// start is what stands in the element's start tag.
func (n *Node) start(space string) string {
	var b strings.Builder
	b.WriteString(n.Name.Local)
	if n.Name.Space != space {
		b.WriteString(` xmlns="` + escaped(n.Name.Space) + `"`)
	}
	for _, a := range n.Attrs {
		name := a.Name.Local
		switch a.Name.Space {
		case "":
		case SpaceXSI:
			name = "xsi:" + name
		default:
			name = "{" + a.Name.Space + "}" + name
		}
		b.WriteString(" " + name + `="` + escaped(a.Value) + `"`)
	}
	return b.String()
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
	return b.String()
}
