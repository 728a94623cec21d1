package message

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// Error tells why a value cannot be written, and where.
type Error struct {
	// Path leads to the element or attribute: "GetInvoice/lines[2]/@sku".
	Path    string
	Message string

	// place and told are path and message in words of the contract alone.
	place, told string
}

// Error implements error.
func (e *Error) Error() string { return e.Path + ": " + e.Message }

// ForClients says what does not fit as a sentence without its end, such as `element "GetInvoice/orderId" expects xs:int`. It has words of the
// contract alone: values may come from the configuration and be secret, and so may the names of what no schema describes.
func (e *Error) ForClients() string { return Describe(e.place) + " " + e.told }

// Describe names an element, an attribute or the text of an element, to which a path leads, for people.
func Describe(path string) string {
	last := path[strings.LastIndexByte(path, '/')+1:]
	switch {
	case last == xsd.TextField:
		return "the text of element " + strconv.Quote(strings.TrimSuffix(path, "/"+last))
	case strings.HasPrefix(last, "@"):
		return "attribute " + strconv.Quote(path)
	default:
		return "element " + strconv.Quote(path)
	}
}

// step is a part of a path.
type step struct {
	name string
	// isGiven tells that the name is the caller's and not the contract's.
	isGiven bool
}

// hidden stands for names in what clients see that are not the contract's.
const hidden = "…"

// enter adds a name of the contract to the path.
func (w *Writer) enter(name string) { w.path = append(w.path, step{name: name}) }

// enterGiven adds a name of the caller's to the path.
func (w *Writer) enterGiven(name string) { w.path = append(w.path, step{name, true}) }

// leave takes the last name off the path.
func (w *Writer) leave() { w.path = w.path[:len(w.path)-1] }

// errorf makes the error of the value at hand. told is what clients see of it, behind the name of the place: words of the contract alone.
func (w *Writer) errorf(told, format string, args ...any) error {
	path, place := make([]string, len(w.path)), make([]string, len(w.path))
	for i, s := range w.path {
		if path[i], place[i] = s.name, s.name; !s.isGiven {
			continue
		}
		if place[i] = hidden; strings.HasPrefix(s.name, "@") {
			place[i] = "@" + hidden
		}
	}
	return &Error{
		Path: strings.Join(path, "/"), Message: fmt.Sprintf(format, args...),
		place: strings.Join(place, "/"), told: told,
	}
}

func (w *Writer) oneOf(property string, given value.Value, names string) error {
	expected := "one of " + names
	return w.errorf(fmt.Sprintf("expects %q to be %s", property, expected), "%q is %s, expected %s", property, given, expected)
}

const (
	missing = "missing, and the schema requires it"
	notSet  = "is required and not set"
)

func (w *Writer) notFixed(text, fixed string) error {
	expected := fmt.Sprintf("the fixed value %q", fixed)
	return w.errorf("expects "+expected, "%q, expected %s", text, expected)
}

func describe(v value.Value) string {
	const short = 60
	if text := v.String(); len(text) <= short {
		return text
	}
	return "a long " + v.Kind().String()
}

func namesOf(elements []*xsd.Element) string {
	names := make([]string, len(elements))
	for i, e := range elements {
		names[i] = e.Name.Local
	}
	return strings.Join(names, ", ")
}

func typeNames(types []*xsd.Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name.Local
	}
	return strings.Join(names, ", ")
}

func didYouMean(name string, among []string) string {
	if near := diag.Nearest(name, among); near != "" {
		return "; did you mean " + strconv.Quote(near) + "?"
	}
	return ""
}
