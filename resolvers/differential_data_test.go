package resolvers_test

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// dataMaker fills a model with rows.
type dataMaker struct {
	*rand.Rand
	g    *modelGraph
	next int
}

const maxListed = 4

func fillData(g *modelGraph) {
	d := dataMaker{Rand: newRand(g.seed, 2), g: g, next: 100}
	for _, t := range g.types {
		if !t.isEntity() {
			continue
		}
		for range 3 + d.IntN(4) {
			t.rows = append(t.rows, d.row(t, false))
		}
		if g.strict {
			t.rows = append(t.rows, d.row(t, true))
		}
	}
	for _, t := range g.types {
		for _, r := range t.rows {
			d.fill(r)
		}
	}
	for _, t := range []*modelType{g.query, g.mutation} {
		if t != nil {
			t.rows = []*modelRow{d.row(t, false)}
			d.fill(t.rows[0])
		}
	}
}

func (d *dataMaker) row(t *modelType, isGhost bool) *modelRow {
	d.next++
	return &modelRow{typ: t, id: d.next, isGhost: isGhost, values: map[string]any{}}
}

func (d *dataMaker) fill(r *modelRow) {
	for _, f := range r.typ.fields {
		switch {
		case f.name == "id" && r.typ.isEntity():
			r.values[f.name] = strconv.Itoa(r.id)
		case f.name == "code" && r.typ.isEntity():
			r.values[f.name] = strconv.Itoa(r.id)
			if f.typ.NamedType == "String" {
				r.values[f.name] = "c" + strconv.Itoa(r.id)
			}
		default:
			r.values[f.name] = d.value(f, f.typ)
		}
	}
}

func (d *dataMaker) value(f *modelField, t *ast.Type) any {
	if t.Elem != nil {
		list := make([]any, d.IntN(maxListed))
		for i := range list {
			list[i] = d.value(f, t.Elem)
		}
		return list
	}
	if f.target == nil {
		return d.leaf(t.NamedType)
	}
	concrete := pick(d.Rand, f.target.possible()...)
	if concrete.isEntity() {
		return pick(d.Rand, concrete.rows...)
	}
	r := d.row(concrete, false)
	d.fill(r)
	return r
}

func (d *dataMaker) leaf(named string) any {
	switch named {
	case "Int":
		return json.Number(pick(d.Rand, "0", "-1", "7", "2147483647", "-2147483648", "42"))
	case "Float":
		return json.Number(pick(d.Rand, "0", "1.50", "-2e3", "1E-7", "12345678901234567890", "3"))
	case "Boolean":
		return d.IntN(2) == 0
	case "ID":
		return pick[any](d.Rand, "x1", json.Number("9007199254740993"), json.Number("5"), "")
	case "Color":
		return pick(d.Rand, "RED", "GREEN", "BLUE")
	case "JSON":
		return pick[any](d.Rand, json.Number("1.0"), "any", true, []any{nil, json.Number("1")}, map[string]any{"a": nil, "b": []any{"x"}})
	default:
		return pick(d.Rand, "", "plain", "two words", "quote\" and \\", "line\nbreak\t\u0001", "ünï→😀", "</script>&")
	}
}

// wrong is a value that no field of a named leaf type may have; custom scalars have none.
func wrong(named string) any {
	switch named {
	case "String", "Boolean", "Color":
		return json.Number("5")
	case "Int":
		return json.Number("2147483648")
	case "ID":
		return json.Number("1.5")
	default:
		return "wrong"
	}
}
