package suite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/weftgraph/weft/graph/value"
)

// compare lists the differences between what is expected and what came out.
func compare(want Expectation, got actual) []string {
	var d differences
	if want.Request != nil {
		d.request(want.Request, got.request)
	}
	switch {
	case want.Error.IsMissing() && !got.failure.IsMissing() && (!want.Response.IsMissing() || want.Request == nil):
		d.addf("connectorResponse: the connector failed: %s", got.failure)
	case !want.Error.IsMissing() && got.failure.IsMissing():
		d.addf("connectorError: expected %s, but the connector did not fail", want.Error)
	case !want.Error.IsMissing():
		d.partly("connectorError", want.Error, got.failure)
	case !want.Response.IsMissing():
		d.value("connectorResponse", want.Response, got.response)
	}
	if want.Problems != nil {
		d.problems(want.Problems, got)
	}
	return d
}

type differences []string

func (d *differences) addf(format string, args ...any) {
	*d = append(*d, fmt.Sprintf(format, args...))
}

func (d *differences) request(want, got *ExpectedRequest) {
	if got == nil {
		d.addf("connectorRequest: no request was made")
		return
	}
	d.text("connectorRequest.method", want.Method, got.Method)
	d.text("connectorRequest.url", want.URL, got.URL)
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		if !slices.Equal(want.Headers[name], got.Headers[name]) {
			d.addf("connectorRequest.headers.%s: expected %q, got %q", name, want.Headers[name], got.Headers[name])
		}
	}
	if !want.Body.IsMissing() {
		d.value("connectorRequest.body", want.Body, got.Body)
	}
}

func (d *differences) text(path, want, got string) {
	if want != "" && want != got {
		d.addf("%s: expected %q, got %q", path, want, got)
	}
}

// value compares two values wholly.
func (d *differences) value(path string, want, got value.Value) {
	switch {
	case want.Kind() == value.KindObject && got.Kind() == value.KindObject:
		d.fields(path, want, got, true)
	case want.Kind() == value.KindArray && got.Kind() == value.KindArray:
		if want.Len() != got.Len() {
			d.addf("%s: expected %d elements, got %d: %s", path, want.Len(), got.Len(), got)
			return
		}
		for i, w := range want.Elems() {
			d.value(path+"["+strconv.Itoa(i)+"]", w, got.Elems()[i])
		}
	case !value.EqualNumeric(want, got):
		d.addf("%s: expected %s, got %s", path, want, got)
	}
}

// partly compares what is expected of an object, whatever else it has.
func (d *differences) partly(path string, want, got value.Value) {
	if want.Kind() == value.KindObject && got.Kind() == value.KindObject {
		d.fields(path, want, got, false)
		return
	}
	d.value(path, want, got)
}

func (d *differences) fields(path string, want, got value.Value, wholly bool) {
	for _, f := range want.Fields() {
		below := path + "." + f.Name
		g := got.Get(f.Name)
		switch {
		case g.IsMissing():
			d.addf("%s: expected %s, but it is missing", below, f.Value)
		case wholly:
			d.value(below, f.Value, g)
		default:
			d.partly(below, f.Value, g)
		}
	}
	if !wholly {
		return
	}
	for _, f := range got.Fields() {
		if want.Get(f.Name).IsMissing() {
			d.addf("%s.%s: expected nothing, got %s", path, f.Name, f.Value)
		}
	}
}

func (d *differences) problems(want []string, got actual) {
	messages := make([]string, 0, len(got.problems))
	for _, p := range got.problems {
		messages = append(messages, p.Message)
	}
	if !slices.Equal(want, messages) {
		d.addf("problems: expected %q, got %q", want, messages)
	}
}
