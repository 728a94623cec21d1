package rest

import (
	"errors"
	"strings"

	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Clients see these texts as the specification words them.
var (
	errPathNoArray    = errors.New("Expression did not evaluate to an array")
	errParamsNoObject = errors.New("Expression did not evaluate to an object")
)

// urlPlan assembles the URL of one connector (Connectors specification 3.3). It is immutable.
type urlPlan struct {
	// base is empty when the template is absolute; baseErr is why the source's base URL cannot be used.
	base                     httpcall.Address
	baseErr                  error
	sourcePath, sourceParams *mapping.Mapping
	template                 *mapping.Template
	path, params             *mapping.Mapping
}

// build returns the URL for one call, ready for the wire.
func (p *urlPlan) build(env *mapping.Env) (string, error) {
	if p.baseErr != nil {
		return "", p.baseErr
	}
	var scratch [256]byte
	text, err := p.template.Append(scratch[:0], env, mapping.URL)
	if err != nil {
		return "", err
	}
	own := httpcall.SplitAddress(string(text))
	u := urlText{origin: p.base.Origin, path: []byte(p.base.Path), query: []byte(p.base.Query)}
	if u.origin == "" {
		if _, err := httpcall.ParseOrigin(own.Origin); err != nil {
			return "", err
		}
		u.origin = own.Origin
	}
	if err := u.addElements(p.sourcePath, env); err != nil {
		return "", err
	}
	if err := u.addParams(p.sourceParams, env); err != nil {
		return "", err
	}
	u.addPath(own.Path)
	u.addQuery(own.Query)
	if err := u.addElements(p.path, env); err != nil {
		return "", err
	}
	if err := u.addParams(p.params, env); err != nil {
		return "", err
	}
	return u.String(), nil
}

// urlText is a URL that is being assembled.
type urlText struct {
	origin      string
	path, query []byte
}

// String returns the URL.
func (u *urlText) String() string {
	var b strings.Builder
	b.Grow(len(u.origin) + len(u.path) + 1 + len(u.query))
	b.WriteString(u.origin)
	b.Write(u.path)
	if len(u.query) > 0 {
		b.WriteByte('?')
		b.Write(u.query)
	}
	return b.String()
}

// addPath joins a template's path to what is there with exactly one slash between the two.
func (u *urlText) addPath(path string) {
	if path == "" || path == "/" {
		return
	}
	u.slash()
	u.path = append(u.path, strings.TrimLeft(path, "/")...)
}

// slash ends the path with a slash.
func (u *urlText) slash() {
	if n := len(u.path); n == 0 || u.path[n-1] != '/' {
		u.path = append(u.path, '/')
	}
}

// addElements appends the elements of a `path` mapping. A null one leaves nothing but its slash, which the next one uses.
func (u *urlText) addElements(m *mapping.Mapping, env *mapping.Env) error {
	list := evaluate(m, env)
	switch list.Kind() {
	case value.KindMissing:
		return nil
	case value.KindArray:
	default:
		return errPathNoArray
	}
	for _, element := range list.Elems() {
		u.slash()
		var err error
		if u.path, err = mapping.AppendScalar(u.path, element, mapping.URL); err != nil {
			return err
		}
	}
	return nil
}

// addQuery appends a template's query.
func (u *urlText) addQuery(query string) {
	if query == "" {
		return
	}
	u.ampersand()
	u.query = append(u.query, query...)
}

// ampersand separates what follows from the parameters that are there, unless the author has done so.
func (u *urlText) ampersand() {
	if n := len(u.query); n > 0 && u.query[n-1] != '&' {
		u.query = append(u.query, '&')
	}
}

// addParams appends the properties of a `queryParams` mapping: null ones are left out, arrays repeat the key.
func (u *urlText) addParams(m *mapping.Mapping, env *mapping.Env) error {
	params := evaluate(m, env)
	switch params.Kind() {
	case value.KindMissing:
		return nil
	case value.KindObject:
	default:
		return errParamsNoObject
	}
	for _, param := range params.Fields() {
		switch param.Value.Kind() {
		case value.KindNull:
		case value.KindArray:
			for _, element := range param.Value.Elems() {
				if err := u.addParam(param.Name, element); err != nil {
					return err
				}
			}
		default:
			if err := u.addParam(param.Name, param.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// addParam appends one key with a scalar value.
func (u *urlText) addParam(name string, v value.Value) error {
	u.ampersand()
	u.query = append(mapping.AppendEscaped(u.query, name), '=')
	var err error
	u.query, err = mapping.AppendScalar(u.query, v, mapping.URL)
	return err
}

// evaluate runs a request mapping, whose input is the empty object; without a mapping the value is MISSING.
func evaluate(m *mapping.Mapping, env *mapping.Env) value.Value {
	if m == nil {
		return value.Missing()
	}
	return m.Eval(value.Object(nil), env)
}
