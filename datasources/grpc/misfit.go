package grpc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// misfit tells which part of a value does not fit the contract, and why.
type misfit struct {
	// path leads to the part by proto names, such as "order.lines[2].quantity"; empty for the value as a whole.
	path    string
	reason  string
	nearest string
}

// Error implements error.
func (e *misfit) Error() string {
	text := e.reason
	if e.path != "" {
		text = e.path + ": " + text
	}
	if e.nearest != "" {
		text += fmt.Sprintf(" (did you mean %q?)", e.nearest)
	}
	return text
}

// below puts a step in front of the path: a name, or an index in brackets.
func (e *misfit) below(step string) *misfit {
	switch {
	case e.path == "":
		e.path = step
	case e.path[0] == '[':
		e.path = step + e.path
	default:
		e.path = step + "." + e.path
	}
	return e
}

// unknownField is the misfit of a property that the message does not have.
func unknownField(m *message, name string) *misfit {
	return &misfit{
		reason:  fmt.Sprintf("message %q has no field %q", m.name, name),
		nearest: m.nearest(name),
	}
}

// nearest returns the field that was probably meant, in the spelling that is nearer. Extensions may be meant by their last word.
func (m *message) nearest(name string) string {
	names := make([]string, 0, len(m.fields))
	for _, f := range m.fields {
		if f.isExtension && strings.HasSuffix(f.name, "."+name+"]") {
			return f.name
		}
		names = append(names, f.name, f.jsonName)
	}
	return diag.Nearest(name, names)
}

// maxShown bounds how much of a value is quoted.
const maxShown = 40

func wanted(what string, got value.Value) *misfit {
	return &misfit{reason: "expected " + what + " but got " + describe(got)}
}

// describe names a value for people.
func describe(v value.Value) string {
	switch v.Kind() {
	case value.KindObject:
		return "an object"
	case value.KindArray:
		return "a list"
	case value.KindString:
		return "the string " + strconv.Quote(shorten(v.Text()))
	case value.KindInt, value.KindFloat:
		return "the number " + shorten(v.Text())
	default:
		return v.Kind().String()
	}
}

func shorten(text string) string { return shortenTo(text, maxShown) }

func shortenTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
