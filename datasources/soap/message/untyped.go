package message

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// ReadUntyped reads the element whose Start is the token at hand without a schema: an element with neither attributes nor child elements is
// its text. Any other is an object of its children, by local name, its attributes and, unless it is blank, its text; a child
// that is there more than once is a list. An element with xsi:nil is null. Children that the schemas declare are read by their declarations.
func ReadUntyped(x *xmltext.Reader, schemas *xsd.Set) (value.Value, error) {
	r := reader{x: x, schemas: schemas}
	return r.untyped(everything)
}

// byName reads an element by its global declaration, or without any.
func (r *reader) byName(name xmltext.Name, want *mapping.Paths) (value.Value, error) {
	if r.schemas != nil {
		if e := r.schemas.Element(name); e != nil {
			return r.element(e, r.programs().element(e, want).typ)
		}
	}
	return r.untyped(want)
}

// anything reads an element of xs:anyType: by the type that it says it has, or without one.
func (r *reader) anything(p *typeProgram) (value.Value, error) {
	if r.anyArray() {
		t := &xsd.Type{Array: &xsd.Array{Item: p.typ, Dimensions: 1}}
		return r.array(&typeProgram{typ: t, want: p.want, item: &elementProgram{declared: &xsd.Element{Type: p.typ}, typ: p}})
	}
	if name, ok := r.namedType(); ok {
		if t := r.typeCalled(name); t != nil {
			e, program := &xsd.Element{Type: t}, r.programs().typeOf(t, p.want)
			if t.IsText() || r.isArray(t) {
				return r.element(e, program)
			}
			return r.object(e, program, below(p.want, xsd.TypeField) != nil, false)
		}
	}
	return r.untyped(p.want)
}

// untyped reads an element without a schema.
func (r *reader) untyped(want *mapping.Paths) (value.Value, error) {
	if v, ok, err := r.followed(want, func() (value.Value, error) { return r.untyped(want) }); ok {
		return v, err
	}
	if isNil(r.x) {
		return value.Null(), r.x.Skip()
	}
	var fields []value.Field
	for _, a := range r.x.Attrs() {
		if !xmltext.IsInstance(a.Name.Space) && !r.isEncoding(a.Name) {
			fields = append(fields, value.Field{Name: "@" + a.Name.Local, Value: value.String(a.Value)})
		}
	}
	var children places
	var lists [][]value.Value
	var names []string
	var text strings.Builder
	for {
		token, err := r.x.Next()
		if err != nil {
			return value.Missing(), err
		}
		switch token {
		case xmltext.Text:
			text.WriteString(r.x.Text())
		case xmltext.Start:
			name := r.x.Name()
			wanted := below(want, name.Local)
			if wanted == nil {
				if err := r.x.Skip(); err != nil {
					return value.Missing(), err
				}
				continue
			}
			v, err := r.byName(name, wanted)
			if err != nil {
				return value.Missing(), err
			}
			i := children.of(name.Local, names)
			if i == len(names) {
				lists, names = append(lists, nil), append(names, name.Local)
			}
			lists[i] = append(lists[i], v)
		default:
			return untypedValue(fields, names, lists, text.String()), nil
		}
	}
}

// places finds names among others. Most elements have few children, and very many have none: these need no map.
type places map[string]int

// fewNames is how many names are looked through one by one.
const fewNames = 16

// of returns the place of a name among the names so far, or behind them if it is not there: the caller adds it then.
func (p *places) of(name string, names []string) int {
	if len(names) < fewNames {
		if i := slices.Index(names, name); i >= 0 {
			return i
		}
		return len(names)
	}
	if *p == nil {
		*p = make(places, 2*fewNames)
		for i, n := range names {
			(*p)[n] = i
		}
	}
	if i, ok := (*p)[name]; ok {
		return i
	}
	(*p)[name] = len(names)
	return len(names)
}

// untypedValue puts together what was read of an element.
func untypedValue(fields []value.Field, names []string, lists [][]value.Value, text string) value.Value {
	if len(fields) == 0 && len(names) == 0 {
		return value.String(text)
	}
	for i, name := range names {
		v := lists[i][0]
		if len(lists[i]) > 1 {
			v = value.Array(lists[i])
		}
		fields = append(fields, value.Field{Name: name, Value: v})
	}
	if strings.Trim(text, " \t\r\n") != "" {
		fields = append(fields, value.Field{Name: xsd.TextField, Value: value.String(text)})
	}
	return value.Object(fields)
}
