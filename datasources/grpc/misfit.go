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
	// place and told are path and reason in words of the contract alone, for clients: values may be secret, and so may the keys of a map.
	place, told string
}

// forClients says what does not fit as a sentence without its end, such as `field "order.id" expects a 64-bit integer`.
func (e *misfit) forClients() string {
	subject := "the message"
	if e.place != "" {
		subject = `field "` + e.place + `"`
	}
	return subject + " " + e.told
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
	e.path, e.place = inFront(step, e.path), inFront(step, e.place)
	return e
}

// belowKey puts the key of a map in front of the path.
func (e *misfit) belowKey(key string) *misfit {
	e.path, e.place = inFront(`["`+key+`"]`, e.path), inFront("[…]", e.place)
	return e
}

func inFront(step, path string) string {
	if path == "" || path[0] == '[' {
		return step + path
	}
	return step + "." + path
}

// unknownField is the misfit of a property that the message does not have.
func unknownField(m *message, name string) *misfit {
	return &misfit{
		reason:  fmt.Sprintf("message %q has no field %q", m.name, name),
		nearest: m.nearest(name),
		told:    "is given a field that it does not have",
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

// wanted is the misfit of a value of the wrong kind; what is wanted is told in words of the contract.
func wanted(what string, got value.Value) *misfit {
	return &misfit{reason: "expected " + what + " but got " + describe(got), told: "expects " + what}
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
	case value.KindBool:
		return v.String()
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
