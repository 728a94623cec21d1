package shop

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fields reads the children of an element in the order of its schema. The first
// mistake sticks in err; what is read afterwards is zero.
type fields struct {
	path string // such as "GetInvoice"
	rest []*element
	err  error
}

// contentOf begins to read an element with children and no attributes.
func contentOf(e *element) *fields {
	f := &fields{path: e.name.Local, rest: e.children}
	f.checkAttributes(e, f.path)
	if strings.TrimSpace(e.text) != "" {
		f.wrong(f.path, "expected elements but got text")
	}
	return f
}

func (f *fields) wrong(path, text string, args ...any) {
	if f.err == nil {
		f.err = invalidRequest(path, text, args...)
	}
}

// next takes the next child if it has the name.
func (f *fields) next(name string) (*element, bool) {
	if f.err != nil || len(f.rest) == 0 || f.rest[0].name.Space != typesSpace || f.rest[0].name.Local != name {
		return nil, false
	}
	e := f.rest[0]
	f.rest = f.rest[1:]
	return e, true
}

// one takes the next child, which must have the name and no children.
func (f *fields) one(name string) (*element, string) {
	path := f.path + "/" + name
	e, ok := f.next(name)
	switch {
	case ok && len(e.children) > 0:
		f.wrong(path, "expected text but got the element %s", e.children[0].spelled())
	case !ok && len(f.rest) > 0:
		f.wrong(path, "expected the element %s but got %s", name, f.rest[0].spelled())
	case !ok:
		f.wrong(path, "the element %s is missing", name)
	}
	if !ok {
		return &element{}, path
	}
	return e, path
}

// end refuses children that nobody has taken.
func (f *fields) end() error {
	if len(f.rest) > 0 {
		f.wrong(f.path, "the element %s is not expected", f.rest[0].spelled())
	}
	return f.err
}

// long reads an xs:long.
func (f *fields) long(name string) int64 {
	e, path := f.one(name)
	f.checkAttributes(e, path)
	text := strings.TrimSpace(e.text)
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.wrong(path, "expected a value of type xs:long but got %q", text)
	}
	return number
}

// longs reads one or more xs:long, at most maxBatch.
func (f *fields) longs(name string) []int64 {
	numbers := []int64{f.long(name)}
	for f.err == nil && len(f.rest) > 0 && f.rest[0].name.Local == name {
		numbers = append(numbers, f.long(name))
		if len(numbers) > maxBatch {
			f.wrong(f.path+"/"+name, "expected at most %d of them", maxBatch)
		}
	}
	return numbers
}

// token reads an xs:token that fits a pattern.
func (f *fields) token(name string, pattern *regexp.Regexp) string {
	e, path := f.one(name)
	f.checkAttributes(e, path)
	text := collapse(e.text)
	if !pattern.MatchString(text) {
		f.wrong(path, "expected a value that matches %s but got %q", pattern, text)
	}
	return text
}

// enum reads an xs:token that is one of some values.
func (f *fields) enum(name string, values []string) string {
	e, path := f.one(name)
	f.checkAttributes(e, path)
	text := collapse(e.text)
	if !slices.Contains(values, text) {
		f.wrong(path, "expected one of %q but got %q", values, text)
	}
	return text
}

// money reads an amount with its currency.
func (f *fields) money(name string) (Cents, string) {
	e, path := f.one(name)
	f.checkAttributes(e, path, "currency")
	amount, err := readAmount(strings.TrimSpace(e.text))
	if err != nil {
		f.wrong(path, "%s", err)
	}
	currency, ok := e.attr("", "currency")
	switch currency = collapse(currency); {
	case !ok:
		f.wrong(path+"/@currency", "the attribute currency is missing")
	case !currencies().MatchString(currency):
		f.wrong(path+"/@currency", "expected a value that matches %s but got %q", currencies(), currency)
	}
	return amount, currency
}

// The patterns of billing.xsd.
func currencies() *regexp.Regexp     { return regexp.MustCompile(`^[A-Z]{3}$`) }
func invoiceNumbers() *regexp.Regexp { return regexp.MustCompile(`^INV-[0-9]+$`) }
func decimals() *regexp.Regexp       { return regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`) }

// readAmount reads an xs:decimal with at most two digits after the point, zeros at
// the end aside.
func readAmount(text string) (Cents, error) {
	if !decimals().MatchString(text) {
		return 0, fmt.Errorf("expected a value of type xs:decimal but got %q", text)
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) > 2 {
		return 0, fmt.Errorf("expected at most 2 digits after the point but got %q", text)
	}
	cents, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("expected an amount of money but got %q", text)
	}
	return Cents(cents), nil
}

// checkAttributes refuses attributes that the schema does not know. Of those of
// schema instances only the hint where the schema is may stand anywhere.
func (f *fields) checkAttributes(e *element, path string, known ...string) {
	for _, a := range e.attrs {
		isHint := a.Name.Space == xsiSpace && a.Name.Local == "schemaLocation"
		if !isHint && (a.Name.Space != "" || !slices.Contains(known, a.Name.Local)) {
			f.wrong(path, "the attribute %s is not expected", a.Name.Local)
		}
	}
}

// collapse normalises white space as xs:token does.
func collapse(text string) string { return strings.Join(strings.Fields(text), " ") }
